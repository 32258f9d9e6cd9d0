// Shows the phase, the share done and the time left: one line that is rewritten on a terminal,
// plain lines elsewhere.

import Foundation
import Synchronization

/// Reports progress on stderr.
final class ProgressReporter: Sendable {
  private struct State {
    var phase = ""
    var started = Date()
    var lastShown = Date.distantPast
    var isLineOpen = false
  }

  private let isQuiet: Bool
  private let isTerminal: Bool
  private let state = Mutex(State())

  /// Makes a reporter; a quiet one prints nothing.
  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    isTerminal = isatty(2) == 1
  }

  /// Begins `phase`, whose share done is not known.
  func begin(_ phase: String) { update(phase, 0) }

  /// Says that `share` (0 to 1) of `phase` is done; a new phase ends the previous one.
  func update(_ phase: String, _ share: Double) {
    if isQuiet { return }
    state.withLock { state in
      let now = Date()
      if phase != state.phase {
        finish(&state, now)
        state.phase = phase
        state.started = now
        state.lastShown = .distantPast
        if !isTerminal { printError("\(phase): started") }
      }
      guard isTerminal, now.timeIntervalSince(state.lastShown) > 0.1 else { return }
      state.lastShown = now
      state.isLineOpen = true
      printError("\r\u{1B}[K" + line(state, share, now), terminator: "")
    }
  }

  /// Ends the current phase.
  func end() {
    if isQuiet { return }
    state.withLock { state in
      finish(&state, Date())
      state.phase = ""
    }
  }

  private func line(_ state: State, _ share: Double, _ now: Date) -> String {
    let elapsed = now.timeIntervalSince(state.started)
    guard share > 0.02, share < 1 else { return "\(state.phase)…" }
    let left = elapsed * (1 - share) / share
    return "\(state.phase): \(Int(share * 100)) %, \(Int(left.rounded(.up))) s left"
  }

  private func finish(_ state: inout State, _ now: Date) {
    if state.phase.isEmpty { return }
    if state.isLineOpen { printError("\r\u{1B}[K", terminator: "") }
    state.isLineOpen = false
    let seconds = String(format: "%.1f", now.timeIntervalSince(state.started))
    printError("\(state.phase): done in \(seconds) s")
  }
}

/// Writes `text` to stderr.
func printError(_ text: String, terminator: String = "\n") {
  FileHandle.standardError.write(Data((text + terminator).utf8))
}
