// Times of the machine.

import Glibc

/// Times of the machine.
enum Clock {
  /// Nanoseconds since the machine started.
  static var nanoseconds: UInt64 { read(CLOCK_MONOTONIC) }

  /// Nanoseconds that this thread has worked.
  static var threadProcessorNanoseconds: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// The seconds that `body` takes.
  static func seconds<R>(_ body: () throws -> R) rethrows -> (R, Double) {
    let start = nanoseconds
    let result = try body()
    return (result, Double(nanoseconds - start) / 1e9)
  }
}
