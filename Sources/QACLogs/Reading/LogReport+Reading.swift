// What a file was taken for, in one line for a terminal.

import QACText

extension LogReport.File: CustomStringConvertible {
  /// The path, the format and what was found out; no text of the log.
  public var description: String {
    Self.line("\(path): \(format.rawValue)" + (detail.isEmpty ? "" : " (\(detail))"))
  }

  /// What the file was taken for and how its first records were read. It holds text of the log.
  public var reading: String {
    if firstRecords.isEmpty { return description }
    let records = firstRecords.map { "[\(shown($0))]" }
    return "\(description); first records: " + records.joined(separator: " ")
  }

  /// A record's members, as far as its file has them.
  private func shown(_ record: RawEvent) -> String {
    var parts: [String] = []
    if layout.hasSessions || layout.hasPrevious { parts.append(Self.shortened(record.session)) }
    if layout.hasTimes { parts.append(UTCTime.text(record.time)) }
    parts.append(Self.shortened(record.query))
    if layout.hasCounts { parts.append(Self.shown(record.count)) }
    return parts.joined(separator: " | ")
  }

  private static func shown(_ count: Double) -> String {
    Int(exactly: count).map { "\($0)" } ?? "\(count)"
  }

  /// At most 40 characters of `text`, on one line.
  private static func shortened(_ text: String) -> String {
    let line = line(text.prefix(40))
    return text.dropFirst(40).isEmpty ? line : line + "…"
  }

  /// `text` on one line: names of columns may have line ends, too.
  private static func line(_ text: some StringProtocol) -> String {
    String(
      text.map { character in
        let isControl = character.unicodeScalars.contains {
          $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
        }
        return isControl ? " " : character
      })
  }
}

/// Writes times.
enum UTCTime {
  /// `seconds` since 1970 as `2026-01-01 10:00:00`, in UTC.
  static func text(_ seconds: Int64) -> String {
    let (day, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let days = second < 0 ? day - 1 : day
    let rest = second < 0 ? second + 86_400 : second
    // Days counted from 1 March of the year 0, as `NumberParser` counts them.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let year = yearOfEra + era * 400 + (month > 9 ? 1 : 0)
    return "\(padded(year, 4))-\(padded(month > 9 ? month - 9 : month + 3, 2))-"
      + "\(padded(dayOfYear - (153 * month + 2) / 5 + 1, 2)) "
      + "\(padded(rest / 3_600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
  }

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = "\(number.magnitude)"
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, digits - text.count))
      + text
  }
}
