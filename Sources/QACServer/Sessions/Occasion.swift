// Says whether the log is to be told again of what may happen a thousand times a second.
//
// A line a connection would let whoever connects fill a disk, and hold the event loops up where the log is read slowly.
// Cost: an uncontended lock.

internal import Synchronization

/// Comes up at most once in so many seconds.
final class Occasion: Sendable {
  private struct State {
    var next = Int.min
    var passedOver = 0
  }

  private let microseconds: Int
  private let state = Mutex(State())

  init(seconds: Int = 10) {
    microseconds = seconds * 1_000_000
  }

  /// Counts something that happened at `now`, in microseconds.
  ///
  /// - Returns: How often it happened since the log was told of it last, if it is to be told now.
  func isDue(at now: Int = ServerClock.microseconds) -> Int? {
    state.withLock { state in
      guard now >= state.next else {
        state.passedOver += 1
        return nil
      }
      defer { state.passedOver = 0 }
      state.next = now + microseconds
      return state.passedOver
    }
  }
}
