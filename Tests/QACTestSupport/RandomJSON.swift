// Random texts and JSON values.

public import QACBinary
public import QACJSON

extension SplitMix64 {
  /// UTF-8 text of up to `maximum` scalars from every range that matters.
  public mutating func text(maximum: Int) -> [UInt8] {
    let ranges: [ClosedRange<UInt32>] = [
      0x00...0x1F, 0x20...0x7E, 0x22...0x22, 0x5C...0x5C, 0x7F...0xA0, 0xA1...0x7FF,
      0x800...0xD7FF, 0xE000...0xFFFF, 0x1_0000...0x10_FFFF,
    ]
    var string = ""
    for _ in 0..<below(maximum + 1) {
      let range = ranges[below(ranges.count)]
      let value = range.lowerBound + UInt32(below(range.count))
      if let scalar = Unicode.Scalar(value) { string.unicodeScalars.append(scalar) }
    }
    return Array(string.utf8)
  }

  /// A JSON value of at most `depth` levels.
  public mutating func value(depth: Int) -> JSONValue {
    switch below(depth > 0 ? 8 : 6) {
    case 0: return .null
    case 1: return .bool(below(2) == 0)
    case 2: return .integer(Int64(bitPattern: next()) >> Int64(below(64)))
    case 3:
      let value = Double(bitPattern: next())
      return .double(value.isFinite ? value : 0.5)
    case 4: return .double((unit() - 0.5) * 100)
    case 5: return .string(text(maximum: 12))
    case 6: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
    default:
      return .object(
        (0..<below(5)).map { _ in
          .init(name: text(maximum: 6), value: value(depth: depth - 1))
        })
    }
  }
}
