// Parses the numbers and dates of log lines from bytes.
//
// Times are whole numbers, rounded down; `TimeUnit` tells their unit. A date becomes unix seconds,
// and one without a zone is UTC. Nothing here traps: a text that is not as a whole a number or date
// of the expected form is nil. Source of the calendar arithmetic: the proleptic Gregorian calendar
// counted from 1 March, so that the leap day is the last day of a year; 146,097 days make 400
// years.

/// Parsers of the numbers and dates in logs.
package enum NumberParser {
  /// The number of a time such as `-12` or `12.75`, rounded down: the time since 1970 in the log's
  /// unit.
  ///
  /// It may have 19 digits before the point, as nanoseconds do nowadays.
  package static func time(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard let (whole, fraction) = decimal(text, digits: 19) else { return nil }
    let isNegative = text.first == 0x2D
    return isNegative ? -whole - (fraction > 0 ? 1 : 0) : whole
  }

  /// A positive decimal number; nil for zero and negative numbers.
  package static func count(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    guard text.first != 0x2D, let (whole, fraction) = decimal(text, digits: 15) else { return nil }
    let value = Double(whole) + fraction
    return value > 0 ? value : nil
  }

  /// The parts of a number: an optional minus, 1 to `digits` digits, and optionally a point and
  /// digits.
  private static func decimal(
    _ text: UnsafeBufferPointer<UInt8>, digits: Int
  ) -> (whole: Int64, fraction: Double)? {
    var i = text.first == 0x2D ? 1 : 0
    let start = i
    var whole: Int64 = 0
    while i < text.count, text[i] &- 0x30 < 10 {
      let (tens, isTooMuch) = whole.multipliedReportingOverflow(by: 10)
      let (sum, isTooLarge) = tens.addingReportingOverflow(Int64(text[i] - 0x30))
      i += 1
      if isTooMuch || isTooLarge || i - start > digits { return nil }
      whole = sum
    }
    if i == start { return nil }
    var fraction = 0.0
    if i < text.count {
      guard text[i] == 0x2E, i + 1 < text.count else { return nil }
      var unit = 0.1
      for byte in text[(i + 1)...] {
        guard byte &- 0x30 < 10 else { return nil }
        fraction += Double(byte - 0x30) * unit
        unit /= 10
      }
    }
    return (whole, fraction)
  }

  /// The unix seconds of a date such as `2006-03-01 07:17:12`, also with `T`, a fraction, and a
  /// zone (`Z`, `+01:00`, `-0230`, `UTC`), perhaps after a space; or as `2006/03/01`, or as
  /// `01.03.2006`, each with or without a time of day.
  package static func date(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var reader = DigitReader(text: text)
    guard let (year, month, day) = reader.day(), (1...12).contains(month),
      (1...daysOf(month: month, year: year)).contains(day)
    else { return nil }
    var seconds = days(year: year, month: month, day: day) * 86_400
    if reader.isAtEnd { return seconds }
    guard reader.skip(0x54) || reader.skip(0x74) || reader.skip(0x20),
      let hour = reader.number(2), hour < 24, reader.skip(0x3A), let minute = reader.number(2),
      minute < 60
    else { return nil }
    seconds += hour * 3_600 + minute * 60
    if reader.skip(0x3A) {
      // 60 is a leap second, counted as the first of the next minute.
      guard let second = reader.number(2), second <= 60 else { return nil }
      seconds += second
      if reader.skip(0x2E) || reader.skip(0x2C) {
        guard reader.skipDigits() else { return nil }
      }
    }
    guard let offset = reader.zone(), reader.isAtEnd else { return nil }
    return seconds - offset
  }

  /// Days from 1970-01-01 to the given day.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month > 2 ? year : year - 1
    // Floor division: the year 0 becomes -1 in January.
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func daysOf(month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }
}

/// Reads the parts of a date.
private struct DigitReader {
  let text: UnsafeBufferPointer<UInt8>
  var position = 0

  var isAtEnd: Bool { position == text.count }

  /// A number of exactly `digits` digits.
  mutating func number(_ digits: Int) -> Int64? {
    guard text.count - position >= digits else { return nil }
    var value: Int64 = 0
    for i in position..<(position + digits) {
      guard text[i] &- 0x30 < 10 else { return nil }
      value = value * 10 + Int64(text[i] - 0x30)
    }
    position += digits
    return value
  }

  /// The parts of a day: year first, or day first with points.
  mutating func day() -> (year: Int64, month: Int64, day: Int64)? {
    if let year = number(4) {
      guard let mark: UInt8 = skip(0x2D) ? 0x2D : skip(0x2F) ? 0x2F : nil, let month = number(2),
        skip(mark), let day = number(2)
      else { return nil }
      return (year, month, day)
    }
    guard let day = number(2), skip(0x2E), let month = number(2), skip(0x2E),
      let year = number(4)
    else { return nil }
    return (year, month, day)
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard position < text.count, text[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func skipDigits() -> Bool {
    let start = position
    while position < text.count, text[position] &- 0x30 < 10 { position += 1 }
    return position > start
  }

  /// The zone's offset in seconds east of Greenwich; 0 if there is no zone; nil if it is malformed.
  mutating func zone() -> Int64? {
    if isAtEnd || skip(0x5A) || skip(0x7A) { return 0 }
    if skip(0x20), text[position...].elementsEqual("UTC".utf8) {
      position = text.count
      return 0
    }
    let isWest = skip(0x2D)
    guard isWest || skip(0x2B), let hours = number(2) else { return nil }
    var minutes: Int64 = 0
    if !isAtEnd {
      _ = skip(0x3A)
      guard let parsed = number(2) else { return nil }
      minutes = parsed
    }
    guard hours < 24, minutes < 60 else { return nil }
    let seconds = hours * 3_600 + minutes * 60
    return isWest ? -seconds : seconds
  }
}
