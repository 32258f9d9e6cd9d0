// Why a log cannot be replayed through a daemon, in words that end with the remedy.

public import QACClient

/// A replay through a daemon that came to no result.
public enum ReplayError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nothing is learned live from this log, divided so.
  case notLive
  /// Queries of the log do not fit into requests.
  case unsendable(queries: Int)
  /// The daemon goes by its own clock.
  case serverClock
  /// The daemon has events already.
  case notEmpty(events: Int)
  /// The daemon serves another index.
  case otherIndex(expected: String, got: String)
  /// The connection failed, or the daemon refused a request.
  case client(ClientError)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .notLive:
      return
        "only a log with times, divided by time, is replayed through a daemon; use such a log and "
        + "--protocol replay"
    case .unsendable(let queries):
      return
        "\(queries) queries or times of the log do not fit into requests (docs/protocol.md, limits); "
        + "leave them out with --longest-query 2048, in what --save writes, too"
    case .serverClock:
      return "the daemon goes by its own clock; start it with --clock client"
    case .notEmpty(let events):
      return
        "the daemon has \(events) recorded queries already; start it with a new --database"
    case .otherIndex(let expected, let got):
      return
        "the daemon serves the index \(got), and \(expected) is evaluated; serve the file that "
        + "evaluate --save writes with the same flags"
    case .client(let error):
      return "\(error)"
    }
  }
}
