// The unit in which a log counts the time since 1970, told by the size of its numbers.
//
//     1767261600            seconds, as date +%s writes
//     1767261600123         milliseconds, as JavaScript and Java write
//     1767261600123456      microseconds
//     1767261600123456789   nanoseconds
//
// The year 5138 in seconds is 1973 in milliseconds, and so on for the larger units, so a number
// means only one time between these years. Smaller numbers count as seconds, also 0 and those
// before 1970. A file has one unit, that of most of its first lines (`FormatDetector`). A number in
// another unit makes its line bad.

/// The unit of a log's times.
public enum TimeUnit: String, Sendable, CaseIterable, Codable {
  /// Up to 11 digits.
  case seconds
  /// 12 to 14 digits.
  case milliseconds
  /// 15 to 17 digits.
  case microseconds
  /// 18 and 19 digits.
  case nanoseconds

  /// How many of the unit make a second.
  package var perSecond: Int64 {
    switch self {
    case .seconds: return 1
    case .milliseconds: return 1_000
    case .microseconds: return 1_000_000
    case .nanoseconds: return 1_000_000_000
    }
  }

  /// The unit in which `number` is a time of the present age.
  package static func of(_ number: Int64) -> TimeUnit {
    switch number.magnitude {
    case ..<100_000_000_000: return .seconds
    case ..<100_000_000_000_000: return .milliseconds
    case ..<100_000_000_000_000_000: return .microseconds
    default: return .nanoseconds
    }
  }

  /// The unit of most of `numbers`; the first in the order of the cases at a tie; seconds if there
  /// are none.
  static func most(of numbers: [Int64]) -> TimeUnit {
    var votes: [TimeUnit: Int] = [:]
    for number in numbers { votes[of(number), default: 0] += 1 }
    var best = TimeUnit.seconds
    for unit in allCases where votes[unit, default: 0] > votes[best, default: 0] { best = unit }
    return best
  }

  /// `number` in seconds, rounded down; nil if by its size it is of another unit.
  package func seconds(_ number: Int64) -> Int64? {
    guard Self.of(number) == self else { return nil }
    let (quotient, rest) = number.quotientAndRemainder(dividingBy: perSecond)
    return rest < 0 ? quotient - 1 : quotient
  }

  /// The unix seconds of `text`, a number in this unit or a date; or why it is none.
  @inline(__always)
  func time(_ text: UnsafeBufferPointer<UInt8>) -> Result<Int64, BadLine.Reason> {
    if let number = NumberParser.time(text) {
      return seconds(number).map { .success($0) } ?? .failure(.timeUnit)
    }
    return NumberParser.date(text).map { .success($0) } ?? .failure(.time)
  }

  /// As `time`, but `text` may have spaces around it.
  @inline(__always)
  func looseTime(_ text: UnsafeBufferPointer<UInt8>) -> Result<Int64, BadLine.Reason> {
    let time = time(text)
    guard case .failure(.time) = time else { return time }
    return self.time(LogText.trimmed(text))
  }
}
