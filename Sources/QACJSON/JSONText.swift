// Writes JSON into byte arrays.
//
// Invariant: the output holds no byte below 0x20, so a value never breaks its line, and it is valid
// UTF-8 whatever was handed in.

/// Appends JSON values to byte arrays.
public enum JSONText {
  /// Appends a text of the program as it is; it must be JSON.
  @inlinable
  @inline(__always)
  package static func append(_ text: StaticString, to output: inout [UInt8]) {
    output.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends `bytes` as a string: escapes quotes, backslashes and control characters, and replaces
  /// bytes that are not UTF-8 by U+FFFD.
  ///
  /// - Complexity: O(`bytes.count`); runs that need no escape are copied at once.
  public static func append(string bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.append(0x22)
    append(contentOf: bytes, to: &output)
    output.append(0x22)
  }

  /// Appends what `append(string:)` appends between the quotes.
  package static func append(
    contentOf bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) {
    var run = 0
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      if byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C {
        i += 1
        continue
      }
      let length = UTF8Sequence.length(bytes, at: i)
      if length > 1 {
        i += length
        continue
      }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[run..<i]))
      if length == 0 {
        output.append(contentsOf: UTF8Sequence.replacement)
      } else {
        appendEscape(byte, to: &output)
      }
      i += 1
      run = i
    }
    output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[run..<i]))
  }

  /// Appends `bytes` as a string.
  public static func append(string bytes: [UInt8], to output: inout [UInt8]) {
    bytes.withUnsafeBufferPointer { append(string: $0, to: &output) }
  }

  private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
    switch byte {
    case 0x22: append("\\\"", to: &output)
    case 0x5C: append("\\\\", to: &output)
    case 0x08: append("\\b", to: &output)
    case 0x09: append("\\t", to: &output)
    case 0x0A: append("\\n", to: &output)
    case 0x0C: append("\\f", to: &output)
    case 0x0D: append("\\r", to: &output)
    default:
      append("\\u00", to: &output)
      output.append(hexDigit(byte >> 4))
      output.append(hexDigit(byte & 0x0F))
    }
  }

  /// The hexadecimal digit of `value`, at most 15, in lower case.
  package static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x61 + value - 10
  }

  /// Appends a whole number.
  ///
  /// - Complexity: O(1); no allocation except the growth of the output.
  public static func append(integer value: Int64, to output: inout [UInt8]) {
    append(digits: value.magnitude, isNegative: value < 0, places: 0, to: &output)
  }

  /// Appends `digits` divided by 10^`places`: with a point if there are places, and then with at
  /// least one digit before it.
  private static func append(
    digits: UInt64, isNegative: Bool, places: Int, to output: inout [UInt8]
  ) {
    // From the last digit to the first. The longest are 20 digits, and 10 places with their point
    // and sign.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { room in
      var start = room.count
      func put(_ byte: UInt8) {
        start -= 1
        room.initializeElement(at: start, to: byte)
      }
      var rest = digits
      var left = places
      repeat {
        put(0x30 + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
        left -= 1
        if left == 0 { put(0x2E) }
      } while rest > 0 || left >= 0
      if isNegative { put(0x2D) }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: room[start...]))
    }
  }

  /// Appends a number in the fewest digits that read back as `value`; null if it is not finite.
  public static func append(double value: Double, to output: inout [UInt8]) {
    guard value.isFinite else {
      append("null", to: &output)
      return
    }
    if value == value.rounded(.towardZero), abs(value) < 1e15, value != 0 {
      append(integer: Int64(value), to: &output)
      append(".0", to: &output)
      return
    }
    // The standard library's description is the shortest text that reads back (SwiftDtoa), and its
    // forms ("0.5", "1e-07", "5e+20") are all JSON numbers.
    output.append(contentsOf: value.description.utf8)
  }

  /// Appends a number to six significant digits, which is enough for scores; null if it is not
  /// finite.
  ///
  /// - Complexity: O(1); no allocation for magnitudes from 1e-5 to 1e9.
  public static func append(rounded value: Double, to output: inout [UInt8]) {
    let magnitude = abs(value)
    guard magnitude >= 1e-5, magnitude < 1e9 else {
      append(double: value, to: &output)
      return
    }
    // `digits` is the value times 10^places, in 100 000 ..< 1 000 000 if that needs no division.
    // Powers of ten up to 10^22 are exact, so only the product is rounded.
    var places = 0
    var power = 1.0
    while places < 10 && magnitude * power < 100_000 {
      places += 1
      power *= 10
    }
    var digits = UInt64((magnitude * power).rounded())
    while places > 0 && digits % 10 == 0 {
      digits /= 10
      places -= 1
    }
    append(digits: digits, isNegative: value < 0, places: places, to: &output)
    if places == 0 { append(".0", to: &output) }
  }
}
