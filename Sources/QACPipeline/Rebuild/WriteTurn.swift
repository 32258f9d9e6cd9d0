// Makes the writes of a rebuild take turns, and can end them for good.
//
// Invariant: when `end` returns, everything that `perform` has begun is done, and nothing more is
// performed. So a thread that then ends the program finds no half-finished write, and may remove
// what is not needed.

import Foundation

/// The turn to write into a store.
package final class WriteTurn: Sendable {
  private let lock = NSLock()

  package init() {}

  /// Runs `body` while nobody else writes. Once the turns have ended, it never returns.
  func perform<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }

  /// Waits for the current write, and lets nothing more be written.
  func end() { lock.lock() }
}
