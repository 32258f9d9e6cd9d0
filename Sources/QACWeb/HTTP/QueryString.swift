// Reads the parameters behind the `?` of a path.
//
// Invariant: a value is valid UTF-8 without U+0000, however it was escaped.
// Cost: O(bytes), and at most `maximumCount` parameters.
// Source: WHATWG URL Standard, "application/x-www-form-urlencoded parsing".

internal import QACJSON

/// The parameters of a request's path.
public struct QueryString: Sendable {
  /// The most parameters of a request.
  public static let maximumCount = 32

  private var members: [(name: [UInt8], value: [UInt8])] = []

  /// Reads what stands behind the `?`, without it.
  ///
  /// - Throws: `WebFault` if an escape is broken, a text is not UTF-8, or there are too many.
  public init(_ text: some Collection<UInt8>) throws(WebFault) {
    for part in text.split(separator: 0x26) {
      guard members.count < Self.maximumCount else {
        throw .parameter("the query", expected: "at most \(Self.maximumCount) parameters")
      }
      let halves = part.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(halves[0]),
        let value = halves.count == 2 ? Self.decoded(halves[1]) : []
      else {
        throw .parameter("the query", expected: "UTF-8 without U+0000, escaped by %XX")
      }
      members.append((name, value))
    }
  }

  /// The value of the parameter `name`; nil if there is none.
  ///
  /// - Throws: `WebFault` if it is given more than once.
  public func value(_ name: String) throws(WebFault) -> [UInt8]? {
    let found = members.filter { $0.name.elementsEqual(name.utf8) }
    guard found.count < 2 else { throw .parameter(name, expected: "given once") }
    return found.first?.value
  }

  /// The whole number that the parameter `name` is; nil if there is none.
  public func number(_ name: String, in range: ClosedRange<Int>) throws(WebFault) -> Int? {
    guard let value = try value(name) else { return nil }
    guard (1...9).contains(value.count), value.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(String(decoding: value, as: UTF8.self)), range.contains(number)
    else {
      throw .parameter(
        name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Whether the parameter `name` is `true`; absent is false.
  public func flag(_ name: String) throws(WebFault) -> Bool {
    guard let value = try value(name) else { return false }
    if value.elementsEqual("true".utf8) { return true }
    if value.elementsEqual("false".utf8) { return false }
    throw .parameter(name, expected: "true or false")
  }

  /// `text` without its escapes; nil if one is broken, or the result is not UTF-8 or holds U+0000.
  private static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case 0x2B: bytes.append(0x20)
      case 0x25:
        guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit)
        else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return bytes.isPlainText ? bytes : nil
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: return byte - 0x30
    case 0x41...0x46: return byte - 0x41 + 10
    case 0x61...0x66: return byte - 0x61 + 10
    default: return nil
    }
  }
}

extension [UInt8] {
  /// Whether this is UTF-8 without U+0000.
  var isPlainText: Bool {
    withUnsafeBufferPointer { buffer in
      var i = 0
      while i < buffer.count {
        let length = UTF8Sequence.length(buffer, at: i)
        if length == 0 || buffer[i] == 0 { return false }
        i += length
      }
      return true
    }
  }
}
