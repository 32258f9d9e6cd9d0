// The body of `POST /forget`.

public import QACProtocol

/// What a person wants to be forgotten of their own session.
public struct WebForget: Sendable, Equatable {
  /// One query; nil for everything.
  public var query: [UInt8]?

  /// Reads a body; an empty one means everything.
  ///
  /// - Throws: `WebFault` if it is not JSON, or the query is wrong.
  public init(_ body: [UInt8]) throws(WebFault) {
    if body.isEmpty { return }
    guard let query = try JSONBody.object(body)["query"], query != .null else { return }
    guard let text = query.utf8, !text.isEmpty, text.count <= ProtocolLimits.maximumTextBytes,
      !text.contains(0)
    else {
      throw .body(
        expected: "an object whose query, if any, is a string of 1 to "
          + "\(ProtocolLimits.maximumTextBytes) bytes")
    }
    self.query = text
  }

  /// The request to the daemon.
  public func request(of session: SessionName) -> Request {
    .forget(.init(session: session, query: query))
  }
}
