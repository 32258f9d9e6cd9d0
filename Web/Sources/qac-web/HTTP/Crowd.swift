// How many connections there are, in all and of each network.
//
// Invariant: what `enter` counted, `leave` takes back; a network without a connection is not held.

import Synchronization

/// The connections that are open.
final class Crowd: Sendable {
  private struct State {
    var count = 0
    var byNetwork: [[UInt8]: Int] = [:]
  }

  private let most: Int
  private let mostOfNetwork: Int
  private let state = Mutex(State())

  /// Makes an empty crowd.
  init(most: Int, mostOfNetwork: Int) {
    self.most = most
    self.mostOfNetwork = mostOfNetwork
  }

  /// The number of connections.
  var count: Int { state.withLock { $0.count } }

  /// Whether another connection of `network` is served; nil for a network that is not known.
  func enter(_ network: [UInt8]?) -> Bool {
    state.withLock { state in
      guard state.count < most else { return false }
      if let network {
        let count = state.byNetwork[network] ?? 0
        guard count < mostOfNetwork else { return false }
        state.byNetwork[network] = count + 1
      }
      state.count += 1
      return true
    }
  }

  /// Notes the end of a connection that was let in.
  func leave(_ network: [UInt8]?) {
    state.withLock { state in
      state.count -= 1
      guard let network, let count = state.byNetwork[network] else { return }
      state.byNetwork[network] = count > 1 ? count - 1 : nil
    }
  }
}
