// How long ago something was, for people: "3 days ago".
//
// A unit is used from 2 of it on, rounded down, except that one minute, hour or day is said as
// such.

/// Spans of time up to now.
public enum Age {
  private static let units: [(seconds: Int64, one: String, many: String)] = [
    (31_557_600, "a year ago", "years ago"), (2_629_800, "a month ago", "months ago"),
    (604_800, "a week ago", "weeks ago"), (86_400, "yesterday", "days ago"),
    (3600, "an hour ago", "hours ago"), (60, "a minute ago", "minutes ago"),
  ]

  /// How long ago it was, `seconds` later.
  ///
  /// - Parameter seconds: The seconds since then; less than a minute, or a time that is still to
  ///   come, is "just now".
  /// - Returns: Words without control characters.
  public static func text(seconds: Int64) -> String {
    for unit in units where seconds >= unit.seconds {
      let count = seconds / unit.seconds
      return count == 1 ? unit.one : "\(count) \(unit.many)"
    }
    return "just now"
  }
}
