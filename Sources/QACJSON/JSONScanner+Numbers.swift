// Reads numbers: RFC 8259, §6. A number without fraction and exponent that fits 64 bits is an
// integer.

extension JSONScanner {
  /// A number that was read: its position, and its value if it is a 64-bit integer.
  package struct NumberToken {
    /// The position of the first byte.
    package var start: Int
    /// The position after the last byte.
    package var end: Int
    /// Whether it has neither a fraction nor an exponent.
    package var isWhole: Bool
    /// The value, if it is whole and fits.
    package var integer: Int64?

    @usableFromInline
    init(start: Int, end: Int, isWhole: Bool, integer: Int64?) {
      self.start = start
      self.end = end
      self.isWhole = isWhole
      self.integer = integer
    }
  }

  /// Reads past a number; its first byte comes next.
  @inlinable
  package mutating func number() throws(JSONFault) -> NumberToken {
    let start = position
    let isNegative = bytes[position] == 0x2D
    if isNegative { position += 1 }
    let integer: Int64?
    if position < bytes.count, bytes[position] == 0x30 {
      position += 1
      // "-0" is whole, but an integer would lose its sign.
      integer = isNegative ? nil : 0
    } else {
      integer = try digits(isNegative: isNegative)
    }
    var isWhole = true
    if position < bytes.count, bytes[position] == 0x2E {
      isWhole = false
      position += 1
      _ = try digits(isNegative: false)
    }
    if position < bytes.count, bytes[position] | 0x20 == 0x65 {
      isWhole = false
      position += 1
      if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D {
        position += 1
      }
      _ = try digits(isNegative: false)
    }
    return NumberToken(
      start: start, end: position, isWhole: isWhole, integer: isWhole ? integer : nil)
  }

  /// Reads past one or more digits and returns their value, or nil if it does not fit.
  @inlinable
  mutating func digits(isNegative: Bool) throws(JSONFault) -> Int64? {
    let start = position
    var value: Int64 = 0
    var fits = true
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let digit = Int64(bytes[position] - 0x30)
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(isNegative ? -digit : digit)
      if overflow || carry { fits = false }
      value = fits ? sum : value
      position += 1
    }
    guard position > start else { throw unexpected() }
    return fits ? value : nil
  }

  /// The value of a token that `number` returned.
  ///
  /// - Throws: `JSONFault` of kind `numberOutOfRange` if a double cannot hold it.
  package func double(_ token: NumberToken) throws(JSONFault) -> Double {
    if let integer = token.integer { return Double(integer) }
    let text = String(decoding: bytes[token.start..<token.end], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw JSONFault(kind: .numberOutOfRange, offset: token.start)
    }
    return value
  }
}
