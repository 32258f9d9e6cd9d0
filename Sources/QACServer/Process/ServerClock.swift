// The daemon's time, in unix seconds.
//
// The system's clock may be turned back by a second, be wrong for a moment, or be corrected by
// years. Queries are ordered by time, and old ones are deleted by it, so a step of the clock is
// doubted: time goes on evenly, by a clock that counts seconds since the machine's start, until the
// step has lasted `doubtSeconds`. Only in the daemon's first `doubtSeconds`, without other
// evidence, every step is believed at once.
//
// Invariant: `now` does not go back when the clock is turned back by at most `hiddenStep` seconds.
// Cost: two system calls that need no switch to the kernel; a lock only while a step is doubted.
// Source: clock_gettime(2), CLOCK_BOOTTIME: nobody can set it, and it counts while the machine
// sleeps.

internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A wall clock that does not follow steps of the system's clock at once.
final class ServerClock: Sendable {
  typealias Source = @Sendable () -> Int64

  /// A difference of at most this many seconds does not count as a step; a step back of at most
  /// this many is hidden.
  static let hiddenStep: Int64 = 60
  /// How many seconds a greater step is doubted.
  static let doubtSeconds: Int64 = 600

  private struct Doubt {
    /// The difference between the two clocks after the doubted step, and when the step was first
    /// seen.
    var step: (difference: Int64, since: Int64)?
    /// When a step was last believed, by the even clock.
    var evenSince: Int64
  }

  private let last = Atomic<Int64>(0)
  /// The believed difference: wall time less even time.
  private let difference: Atomic<Int64>
  private let isDoubting = Atomic(false)
  private let doubt: Mutex<Doubt>
  private let wall: Source
  private let even: Source
  private let startedAt: Int64

  /// Makes a clock from `wall`, in unix seconds, and `even`, in seconds since some moment.
  init(_ wall: @escaping Source, even: @escaping Source) {
    self.wall = wall
    self.even = even
    startedAt = even()
    difference = Atomic(wall() &- startedAt)
    doubt = Mutex(Doubt(evenSince: startedAt))
  }

  /// Makes a clock from `wall` alone: its steps cannot be told from time that has passed.
  convenience init(_ wall: @escaping Source) {
    self.init(wall, even: wall)
  }

  /// Makes a clock from the system's clocks.
  convenience init() {
    self.init({ Int64(time(nil)) }) {
      var time = timespec()
      clock_gettime(CLOCK_BOOTTIME, &time)
      return Int64(time.tv_sec)
    }
  }

  /// The time, in unix seconds.
  var now: Int64 {
    let now = believed(wall(), even())
    let previous = last.load(ordering: .relaxed)
    if now < previous && now >= previous - Self.hiddenStep { return previous }
    if now != previous { last.store(now, ordering: .relaxed) }
    return now
  }

  /// How many seconds no step was believed; at most the seconds since the start.
  var evenSeconds: Int64 { even() - doubt.withLock { $0.evenSince } }

  private func believed(_ wall: Int64, _ even: Int64) -> Int64 {
    let step = wall &- even &- difference.load(ordering: .relaxed)
    if step.magnitude <= UInt64(Self.hiddenStep) {
      if step != 0 { difference.store(wall &- even, ordering: .relaxed) }
      if isDoubting.load(ordering: .relaxed) {
        doubt.withLock { $0.step = nil }
        isDoubting.store(false, ordering: .relaxed)
      }
      return wall
    }
    return doubt.withLock { doubt in
      let known = doubt.step.map { ($0.difference &- (wall &- even)).magnitude }
      if known == nil || known ?? 0 > UInt64(Self.hiddenStep) {
        doubt.step = (wall &- even, even)
        isDoubting.store(true, ordering: .relaxed)
      }
      let since = doubt.step?.since ?? even
      if even - since < Self.doubtSeconds, even - startedAt >= Self.doubtSeconds {
        return even &+ difference.load(ordering: .relaxed)
      }
      difference.store(wall &- even, ordering: .relaxed)
      doubt = Doubt(step: nil, evenSince: even)
      isDoubting.store(false, ordering: .relaxed)
      return wall
    }
  }

  /// Microseconds since some moment; never goes back.
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
