// What a person's page may ask for: a prefix with how much of what, and nothing of the daemon's
// other parameters.

public import QACProtocol

/// The parameters of `/complete` and `/suggest`.
public struct WebQuery: Sendable, Equatable {
  /// The most completions, and the most items, that a stranger may ask for.
  public static let maximumLimit = 20
  /// How many completions there are unless the request says otherwise.
  public static let defaultLimit = 8

  /// What was typed; may be empty.
  public var prefix: [UInt8]
  /// The most completions.
  public var limit: Int
  /// The most items; 0 for none.
  public var items: Int
  /// Whether the answer says why each completion is there.
  public var explain: Bool

  /// Reads the parameters.
  ///
  /// - Throws: `WebFault` if one is missing or out of its range.
  public init(_ query: QueryString) throws(WebFault) {
    guard let prefix = try query.value("q"),
      prefix.count <= ProtocolLimits.maximumTextBytes
    else {
      throw .parameter(
        "q", expected: "there, and at most \(ProtocolLimits.maximumTextBytes) bytes of text")
    }
    self.prefix = prefix
    limit = try query.number("limit", in: 1...Self.maximumLimit) ?? Self.defaultLimit
    items = try query.number("items", in: 0...Self.maximumLimit) ?? 0
    explain = try query.flag("explain")
  }

  /// The request to the daemon.
  public func request(of session: SessionName?) -> Request {
    .complete(
      .init(
        context: session.map { .session($0) } ?? .none, prefix: prefix, limit: limit,
        explain: explain, items: items == 0 ? nil : items))
  }
}

/// The body of `POST /record`.
public struct WebRecord: Sendable, Equatable {
  /// What was submitted.
  public var query: [UInt8]
  /// The item that the query led to; nil if a query was submitted.
  public var item: ItemID?
  /// What was done with the item.
  public var kind: Request.Record.Kind

  /// Reads a body.
  ///
  /// - Throws: `WebFault` if it is not JSON, or a member is missing or wrong.
  public init(_ body: [UInt8]) throws(WebFault) {
    let object = try JSONBody.object(body)
    guard let query = object["query"]?.utf8, Request.ImportedEvent.isQuery(query) else {
      throw .body(
        expected: "an object whose query is a string of at most "
          + "\(ProtocolLimits.maximumTextBytes) bytes that holds more than white space")
    }
    self.query = query
    item = nil
    kind = .click
    if let id = object["item"], id != .null {
      guard let item = id.utf8.flatMap({ ItemID(bytes: $0) }) else {
        throw .body(expected: "an object whose item, if any, is an item's id")
      }
      self.item = item
    }
    if let name = object["kind"], name != .null {
      guard item != nil, let name = name.utf8,
        let kind = Request.Record.Kind(rawValue: String(decoding: name, as: UTF8.self))
      else {
        throw .body(expected: "an object whose kind, if any, is click, cart or purchase of an item")
      }
      self.kind = kind
    }
  }

  /// The request to the daemon.
  ///
  /// - Parameters:
  ///   - session: Whose query it is.
  ///   - person: As whom it counts; empty for nobody.
  /// - Returns: A `record`.
  public func request(of session: SessionName, person: [UInt8]) -> Request {
    .record(
      .init(
        session: session, query: query, item: item, kind: kind,
        circumstances: .init(person: person)))
  }
}
