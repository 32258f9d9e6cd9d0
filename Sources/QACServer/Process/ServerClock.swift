// The daemon's time, in unix seconds.
//
// The system's clock may be turned back by a second, be wrong for a moment, or be put right by years. Queries
// are ordered by time, and old ones are deleted by it, so a step of it is doubted: time goes on evenly, by a
// clock that counts seconds since the machine's start, until the step has lasted `doubtSeconds`. Only in the
// first `doubtSeconds` of the daemon, when there is no other evidence, every step is believed at once.
//
// Invariant: `now` is not turned back by a step of at most `hiddenStep` seconds.
// Cost: two calls that the kernel answers without a switch, and no lock but in doubt.
// Source: clock_gettime(2), CLOCK_BOOTTIME: not set by anybody, and counts while the machine is suspended.

internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A wall clock that steps of the system's clock do not move at once.
final class ServerClock: Sendable {
  typealias Source = @Sendable () -> Int64

  /// Steps back of at most so many seconds are hidden; steps either way of as many are no steps.
  static let hiddenStep: Int64 = 60
  /// For how many seconds a greater step is doubted.
  static let doubtSeconds: Int64 = 600

  private struct Doubt {
    /// What the doubted step makes of the difference between the two clocks, and since when.
    var step: (difference: Int64, since: Int64)?
    /// Since when, by the even clock, no step was believed.
    var evenSince: Int64
  }

  private let last = Atomic<Int64>(0)
  /// Wall time less even time, as it is believed.
  private let difference: Atomic<Int64>
  private let isDoubting = Atomic(false)
  private let doubt: Mutex<Doubt>
  private let wall: Source
  private let even: Source
  private let startedAt: Int64

  /// Makes a clock of `wall`, in unix seconds, and `even`, in seconds since some moment.
  init(_ wall: @escaping Source, even: @escaping Source) {
    self.wall = wall
    self.even = even
    startedAt = even()
    difference = Atomic(wall() &- startedAt)
    doubt = Mutex(Doubt(evenSince: startedAt))
  }

  /// Makes a clock of `wall` alone, of which no step is told from time that has passed.
  convenience init(_ wall: @escaping Source) {
    self.init(wall, even: wall)
  }

  /// Makes a clock of the system's.
  convenience init() {
    self.init({ Int64(time(nil)) }) {
      var time = timespec()
      clock_gettime(CLOCK_BOOTTIME, &time)
      return Int64(time.tv_sec)
    }
  }

  /// Now.
  var now: Int64 {
    let now = believed(wall(), even())
    let previous = last.load(ordering: .relaxed)
    if now < previous && now >= previous - Self.hiddenStep { return previous }
    if now != previous { last.store(now, ordering: .relaxed) }
    return now
  }

  /// For how many seconds no step was believed, since the start at most.
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
