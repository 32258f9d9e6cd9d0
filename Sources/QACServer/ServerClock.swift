// The daemon's time, in unix seconds.

internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A wall clock that small corrections of the system's clock do not turn back.
///
/// Queries of a session are ordered by time: a step back of a second must not put a query before
/// the one that was submitted before it.
final class ServerClock: Sendable {
  /// Steps back of at most so many seconds are hidden; a greater one is taken as a repair.
  static let hiddenStep: Int64 = 60

  private let last = Atomic<Int64>(0)
  private let source: @Sendable () -> Int64

  init(_ source: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }) {
    self.source = source
  }

  /// Now.
  var now: Int64 {
    let now = source()
    let previous = last.load(ordering: .relaxed)
    if now < previous && now >= previous - Self.hiddenStep { return previous }
    if now != previous { last.store(now, ordering: .relaxed) }
    return now
  }

  /// Microseconds since some moment, never turned back.
  static var microseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }
}

/// This process.
enum ProcessID {
  static var current: Int32 { getpid() }
}
