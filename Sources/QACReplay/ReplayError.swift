// The reasons why a log cannot be replayed through a daemon. Their messages end with the remedy.

public import QACClient
import QACProtocol

/// Why a replay through a daemon has no result.
public enum ReplayError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nothing is learned live from this log with this division.
  case notLive
  /// Queries of the log do not fit into requests.
  case unsendable(queries: Int)
  /// The daemon uses its own clock.
  case serverClock
  /// The daemon already has events.
  case notEmpty(events: Int)
  /// The daemon serves another index.
  case otherIndex(expected: String, got: String)
  /// The connection failed, or the daemon refused a request.
  case client(ClientError)

  /// One line that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .notLive:
      return
        "only a log with times that is divided by time can be replayed through a daemon; use such "
        + "a log and --protocol replay"
    case .unsendable(let queries):
      return
        "\(queries) queries or times of the log do not fit into requests (docs/protocol.md, "
        + "limits); leave them out with --longest-query \(ProtocolLimits.maximumTextBytes), also "
        + "when you write the index with --save"
    case .serverClock:
      return "the daemon uses its own clock; start it with --clock client"
    case .notEmpty(let events):
      return
        "the daemon already has \(events) recorded queries; start it with a new --database"
    case .otherIndex(let expected, let got):
      return
        "the daemon serves the index \(got), but \(expected) is evaluated; serve the file that "
        + "evaluate --save writes with the same flags"
    case .client(let error):
      return "\(error)"
    }
  }
}
