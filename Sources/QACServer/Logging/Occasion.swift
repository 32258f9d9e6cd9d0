// Says when to log something that may happen a thousand times per second.
//
// With one line per connection, a client could fill a disk by connecting, and hold up the event
// loops if the log is read slowly.
// Cost: an uncontended lock.

internal import Synchronization

/// A kind of event that is logged at most once in so many seconds.
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

  /// Counts one occurrence at `now`, in microseconds.
  ///
  /// - Returns: If it should be logged now, how many occurrences were not logged since the last
  ///   that was; else nil.
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
