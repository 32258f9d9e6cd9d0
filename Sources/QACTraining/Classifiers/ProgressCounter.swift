// Counts the work that several threads have finished, and says when to report it.

import Synchronization

/// A counter that asks for a report after about every hundredth of the work.
final class ProgressCounter: Sendable {
  private let total: Int
  private let done = Mutex(0)

  /// Makes a counter up to `total`.
  init(total: Int) {
    self.total = max(1, total)
  }

  /// Adds `amount`; returns the share done, 0 to 1, if it has passed another hundredth.
  func add(_ amount: Int) -> Double? {
    done.withLock { done in
      let before = done * 100 / total
      done += amount
      return done * 100 / total > before ? Double(done) / Double(total) : nil
    }
  }
}
