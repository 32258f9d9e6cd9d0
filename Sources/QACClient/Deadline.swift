// A moment of the monotonic clock, in the form that `poll` needs.

import Glibc

/// A moment at which an operation must be done.
struct Deadline {
  /// The seconds between setting the deadline and its end, for error messages.
  let seconds: Double
  private let end: Int64

  /// The moment `duration` from now.
  init(after duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.seconds =
      (Double(seconds) * 1000 + Double(attoseconds / 1_000_000_000_000_000)) / 1000
    // Longer waits are cut to 30 years, so that the sum cannot overflow.
    end = Self.now() + min(seconds, 1_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  /// Whether it has passed.
  var hasPassed: Bool { Self.now() >= end }

  /// The milliseconds that are left, rounded up, for `poll`.
  var milliseconds: Int32 {
    let left = end - Self.now()
    return left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, Int64(Int32.max)))
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
