// Has a daemon load the index that was published, and hears what it serves.

import QACClient

/// What became of telling a daemon.
struct DaemonNotice {
  /// Whether it serves the index.
  var isServed: Bool
  /// Whether it answered that it cannot load the index.
  var isRefused = false
  /// What is wrong and what to do; nil where it serves the index.
  var problem: String?

  /// Tells the daemon at `socket` to load its index, which should then be that of `identity`.
  static func tell(_ socket: String, identity: String) -> DaemonNotice {
    let client = Client(socketPath: socket, timeout: .seconds(120))
    do throws(ClientError) {
      // It was judged, or named by somebody who rolls back: that it may be older is meant.
      let served = try client.reload(force: true)
      if served == identity { return DaemonNotice(isServed: true) }
      return DaemonNotice(
        isServed: false,
        problem:
          "the daemon serves \(served) and not \(identity): start it with --index naming the "
          + "link \(IndexStore.linkName) of this directory")
    } catch {
      if case .refused = error {
        return DaemonNotice(
          isServed: false, isRefused: true, problem: "the daemon refuses the index: \(error)")
      }
      return DaemonNotice(
        isServed: false, problem: "the daemon could not be told: \(error)")
    }
  }
}
