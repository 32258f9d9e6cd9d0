// Has the writes of a rebuild take turns, and ends them for good.
//
// Invariant: what `perform` runs is done whole before `end` returns, and nothing is performed after that. So
// whoever ends the program in between finds no half of a write, and may remove what is not needed.

import Foundation

/// The turn to write into a store.
package final class WriteTurn: Sendable {
  private let lock = NSLock()

  package init() {}

  /// Runs `body` while nobody else writes; never returns once the turns have ended.
  func perform<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }

  /// Waits for what is being written, and lets nothing be written any more.
  func end() { lock.lock() }
}
