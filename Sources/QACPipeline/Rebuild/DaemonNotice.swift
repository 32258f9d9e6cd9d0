// Tells a daemon to load the index that was published, and learns what it serves.
//
// Only one answer is evidence against the index: that it cannot be loaded (`indexUnavailable`). Any
// other answer, or none, means only that the daemon has not loaded it: it is busy, stopping, absent
// or of another version, or its block list is bad. None of these is a reason to take a good index
// back.
//
// Invariant: `tell` returns within twice `patience`, whatever is at the other end.

import Foundation
import QACClient
import QACProtocol

/// What came of telling a daemon.
package struct DaemonNotice: Sendable, Equatable {
  /// What the daemon does now.
  package var state: RebuildReport.Daemon
  /// What is wrong and what to do; nil if it serves the index.
  package var problem: String?

  /// How long to wait for a daemon, and for its database where that is locked.
  package static let patience = Duration.seconds(120)

  /// Tells the daemon at `socket` to load its index, which should then have `identity`.
  ///
  /// A busy daemon is asked again, at longer and longer intervals.
  ///
  /// - Parameters:
  ///   - socket: Where the daemon listens.
  ///   - identity: The identity of the index that was published.
  ///   - patience: How long to wait in all.
  ///   - pause: Waits for the given time.
  /// - Returns: What the daemon does, and what is wrong.
  package static func tell(
    _ socket: String, identity: String, patience: Duration = Self.patience,
    pause: (Duration) -> Void = { Thread.sleep(forTimeInterval: $0 / .seconds(1)) }
  ) -> DaemonNotice {
    let clock = ContinuousClock()
    let end = clock.now + patience
    var (next, paused) = (Duration.milliseconds(100), Duration.zero)
    while true {
      let notice: DaemonNotice
      do throws(ClientError) {
        let client = Client(socketPath: socket, timeout: end - clock.now)
        try client.connect()
        client.timeout = end - clock.now
        // By force: the index was judged, or named in a rollback, so it may well be older.
        return answered(try client.reload(force: true), expected: identity)
      } catch {
        notice = failed(error)
        guard case .refused(let answer) = error, answer.known == .busy,
          paused + next < patience, clock.now + next < end
        else { return notice }
      }
      pause(next)
      paused += next
      next = min(next * 2, .seconds(5))
    }
  }

  private static func answered(_ served: String, expected identity: String) -> DaemonNotice {
    if served == identity { return DaemonNotice(state: .serves) }
    return DaemonNotice(
      state: .servesAnother,
      problem:
        "the daemon serves \(served) instead of \(identity); start it with --index naming the link "
        + "\(IndexStore.linkName) of this directory")
  }

  private static func failed(_ error: ClientError) -> DaemonNotice {
    guard case .refused(let answer) = error else {
      return DaemonNotice(state: .untold, problem: "the daemon could not be told: \(error)")
    }
    if answer.known == .indexUnavailable {
      return DaemonNotice(state: .refuses, problem: "the daemon refuses the index: \(answer)")
    }
    return DaemonNotice(
      state: .untold,
      problem:
        "the daemon has not loaded the index, for a reason other than the index: \(answer); when "
        + "that is settled, run qac-cli reload --force")
  }
}
