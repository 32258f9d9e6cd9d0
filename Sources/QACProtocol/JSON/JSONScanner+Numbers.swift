// Numbers: RFC 8259, §6. A number without fraction and exponent that fits 64 bits is an integer.

extension JSONScanner {
  /// A scanned number: where it stands, and its value when it is a 64-bit integer.
  struct NumberToken {
    var start: Int
    var end: Int
    /// Whether there is neither a fraction nor an exponent.
    var isWhole: Bool
    /// The value, when it is whole and fits.
    var integer: Int64?
  }

  /// Passes a number, whose first byte comes next.
  mutating func number() throws(JSONFault) -> NumberToken {
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

  /// Passes one digit or more; their value, or nil when it does not fit.
  private mutating func digits(isNegative: Bool) throws(JSONFault) -> Int64? {
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
  func double(_ token: NumberToken) throws(JSONFault) -> Double {
    if let integer = token.integer { return Double(integer) }
    let text = String(decoding: bytes[token.start..<token.end], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw JSONFault(kind: .numberOutOfRange, offset: token.start)
    }
    return value
  }
}
