// Whole numbers of partial counts as bytes: seven bits per byte, the least significant first, with
// the high bit set on all bytes but the last (LEB128). A number has one spelling: its shortest.

/// Writes numbers.
struct PartialNumberWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  mutating func append(_ value: Int) { append(UInt64(value)) }

  /// Small numbers of either sign take few bytes.
  mutating func append(signed value: Int64) {
    append(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  mutating func append(text: some Collection<UInt8>) {
    append(text.count)
    bytes.append(contentsOf: text)
  }
}

/// Reads numbers from bytes of strangers.
struct PartialNumberReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var left: Int { bytes.count - position }

  @inline(__always)
  mutating func next() throws(PartialFault) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      // The tenth byte holds the last bit of a number.
      guard shift < 63 || byte <= 1 else { throw .impossible }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        guard byte != 0 || shift == 0 else { throw .impossible }
        return value
      }
      shift += 7
    }
    throw .impossible
  }

  mutating func nextSigned() throws(PartialFault) -> Int64 {
    let value = try next()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A number below `bound`.
  mutating func next(below bound: UInt64) throws(PartialFault) -> UInt64 {
    let value = try next()
    guard value < bound else { throw .impossible }
    return value
  }

  /// A number of elements, each of which takes at least a byte of what is left.
  mutating func nextCount() throws(PartialFault) -> Int {
    Int(try next(below: UInt64(left) + 1))
  }

  /// The range of a text in the bytes.
  mutating func nextText() throws(PartialFault) -> Range<Int> {
    let count = Int(try next(below: UInt64(left) + 1))
    guard count <= left else { throw .impossible }
    defer { position += count }
    return position..<(position + count)
  }
}
