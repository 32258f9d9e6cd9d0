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
    output.append(0x22)
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

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x61 + value - 10
  }

  /// Appends a whole number.
  public static func append(integer value: Int64, to output: inout [UInt8]) {
    var rest = value.magnitude
    if value < 0 { output.append(0x2D) }
    if rest < 10 {
      output.append(0x30 + UInt8(rest))
      return
    }
    let start = output.count
    while rest > 0 {
      output.append(0x30 + UInt8(rest % 10))
      rest /= 10
    }
    output[start...].reverse()
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
    if value < 0 { output.append(0x2D) }
    append(integer: Int64(digits), to: &output)
    if places == 0 {
      append(".0", to: &output)
      return
    }
    // Insert the point `places` digits from the end, with zeros in front if digits are missing.
    var count = 1
    var rest = digits
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    if count <= places {
      let start = output.count - count
      output.insert(contentsOf: repeatElement(0x30, count: places - count + 1), at: start)
    }
    output.insert(0x2E, at: output.count - places)
  }
}
