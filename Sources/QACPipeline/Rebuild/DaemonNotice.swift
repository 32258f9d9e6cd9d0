// Has a daemon load the index that was published, and hears what it serves.
//
// Only one answer speaks against the index: that it cannot be loaded (`indexUnavailable`). All others, and none,
// say that the daemon has not been told: it is busy, stopping, away, of another version, or its block list
// is bad. That is no reason to take a good index back.
//
// Invariant: `tell` returns within `patience` and as long again, whatever is at the other end.

import Foundation
import QACClient
import QACProtocol

/// What became of telling a daemon.
package struct DaemonNotice: Sendable, Equatable {
  /// What the daemon does now.
  package var state: RebuildReport.Daemon
  /// What is wrong and what to do; nil where it serves the index.
  package var problem: String?

  /// How long a daemon is waited for, and its database where that is locked.
  package static let patience = Duration.seconds(120)

  /// Tells the daemon at `socket` to load its index, which should then be that of `identity`.
  ///
  /// A daemon that is busy is asked again, at longer and longer intervals.
  ///
  /// - Parameters:
  ///   - socket: Where it listens.
  ///   - identity: That of the index.
  ///   - patience: How long to wait for it, all in all.
  ///   - pause: Waits so long.
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
        // It was judged, or named by somebody who rolls back: that it may be older is meant.
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
        "the daemon serves \(served) and not \(identity): start it with --index naming the "
        + "link \(IndexStore.linkName) of this directory")
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
        "the daemon has not loaded the index, which is not at fault: \(answer); then have it load "
        + "the index with qac-cli reload --force")
  }
}
