// The open connections, and how many were served and refused since the start.
//
// Invariant: a channel is in the registry from `add` to `remove`, and at most `limit` are in it.
// Cost: a short lock per connection, not per request.

internal import NIOCore
internal import Synchronization

/// The open connections.
final class ConnectionRegistry: Sendable {
  /// Why a connection is not served.
  enum Refusal: String, CaseIterable {
    /// There are too many connections.
    case limit
    /// It is from a user who may not connect.
    case user
  }

  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var accepted = 0
    var refused = [Refusal: Int]()
    var failures = 0
  }

  private let state = Mutex(State())

  var count: Int { state.withLock { $0.channels.count } }

  /// How many connections were served since the start.
  var accepted: Int { state.withLock { $0.accepted } }

  /// How many connections were refused since the start for the reason `refusal`.
  func refused(by refusal: Refusal) -> Int { state.withLock { $0.refused[refusal, default: 0] } }

  /// Counts a connection that was refused for its user.
  func refuseUser() { state.withLock { $0.refused[.user, default: 0] += 1 } }

  /// How often accepting failed since the system had no descriptor or memory.
  var failures: Int { state.withLock { $0.failures } }

  /// Counts a failure to accept.
  func failToAccept() { state.withLock { $0.failures += 1 } }

  /// Adds a connection, unless there are already `limit`; whether it was added.
  func add(_ channel: any Channel, limit: Int) -> Bool {
    state.withLock { state in
      guard state.channels.count < limit else {
        state.refused[.limit, default: 0] += 1
        return false
      }
      state.accepted += 1
      state.channels[ObjectIdentifier(channel)] = channel
      return true
    }
  }

  func remove(_ channel: any Channel) {
    state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
  }

  /// Closes all connections at once, without waiting for their answers.
  func closeAll() {
    for channel in state.withLock({ Array($0.channels.values) }) {
      channel.close(mode: .all, promise: nil)
    }
  }
}
