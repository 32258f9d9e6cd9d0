// Events that were submitted before, as `import` takes them and `export` gives them back.
//
// An imported event is told from a recorded one by its session, its time, its text, what it led to,
// and its occurrence: the how-manieth it is of those that are equal in all of that. So an import
// that is repeated, or goes on after an interruption, finds what is already there.

public import QACJSON

extension Request {
  /// A submitted query, or what it led to, with its time.
  public struct ImportedEvent: Sendable, Equatable {
    /// The session.
    public var session: SessionName
    /// The query as it was submitted; more than white space.
    public var query: [UInt8]
    /// When it was submitted, in unix seconds.
    public var at: Int64
    /// The item to which the query led; nil for a submitted query.
    public var item: ItemID?
    /// What somebody did with the item.
    public var kind: Record.Kind
    /// In which conversation of the session, where, and how it ended.
    public var circumstances: Circumstances
    /// Which of the equal events of its source this is, from 1.
    public var occurrence: Int
    /// Whether the source does not say when it was submitted. `at` is then a guess, and an equal
    /// event of any time is the same.
    public var isUndated: Bool

    /// Makes an event.
    public init(
      session: SessionName, query: [UInt8], at: Int64, item: ItemID? = nil,
      kind: Record.Kind = .click, circumstances: Circumstances = Circumstances(),
      occurrence: Int = 1, isUndated: Bool = false
    ) {
      self.session = session
      self.query = query
      self.at = at
      self.item = item
      self.kind = kind
      self.circumstances = circumstances
      self.occurrence = occurrence
      self.isUndated = isUndated
    }
  }

  /// The parameters of `export`.
  public struct Export: Sendable, Equatable {
    /// The session.
    public var session: SessionName
    /// What the page before this one answered as `next`; nil for the first page.
    public var after: [UInt8]?
    /// The most events, or nil for `ProtocolLimits.maximumLimit`.
    public var limit: Int?

    /// Makes the parameters.
    public init(session: SessionName, after: [UInt8]? = nil, limit: Int? = nil) {
      self.session = session
      self.after = after
      self.limit = limit
    }
  }
}

extension Request.ImportedEvent {
  /// Whether `query` can be one: within the limits, and more than white space.
  public static func isQuery(_ query: some Collection<UInt8>) -> Bool {
    query.count <= ProtocolLimits.maximumTextBytes && !query.contains(0)
      && !query.allSatisfy { $0 == 0x20 || $0 &- 0x09 < 5 }
  }

  /// Reads an event of an exported file, or of the request `import`; nil if `object` has no valid
  /// session, query and time. Of the other members those are taken that this version can read.
  public init?(_ object: JSONValue) {
    guard let session = object["session"]?.utf8.flatMap({ SessionName(bytes: $0) }),
      let query = object["query"]?.utf8, Self.isQuery(query),
      let at = object["at"]?.wholeNumber, (0...ProtocolLimits.maximumTime).contains(at)
    else { return nil }
    let kind = object["kind"]?.utf8.flatMap {
      Request.Record.Kind(rawValue: String(decoding: $0, as: UTF8.self))
    }
    let occurrence = object["occurrence"]?.wholeNumber ?? 1
    guard (1...Int64(Int32.max)).contains(occurrence) else { return nil }
    self.init(
      session: session, query: query, at: at,
      item: object["item"]?.utf8.flatMap { ItemID(bytes: $0) }, kind: kind ?? .click,
      circumstances: Request.Circumstances(object), occurrence: Int(occurrence),
      isUndated: object["undated"] == .bool(true))
    if object["item"] != nil && item == nil { return nil }
  }

  /// At most so many bytes of a request is the event, with the comma behind it.
  public var encodedBytes: Int {
    var bytes = 96 + Self.escaped(query) + Self.escaped(session.bytes)
    if let item { bytes += 40 + Self.escaped(item.bytes) }
    if let thread = circumstances.thread { bytes += 16 + Self.escaped(thread.bytes) }
    if let place = circumstances.place { bytes += 16 + Self.escaped(place.bytes) }
    if let typed = circumstances.typed { bytes += 16 + Self.escaped(typed) }
    if let person = circumstances.person { bytes += 16 + Self.escaped(person) }
    if circumstances.outcome != nil { bytes += 24 }
    if let choice = circumstances.choice { bytes += 64 + Self.escaped(choice.source ?? []) }
    return bytes
  }

  /// At most so many bytes has `text` as a JSON string without its quotes.
  private static func escaped(_ text: [UInt8]) -> Int {
    text.reduce(0) { bytes, byte in
      bytes + (byte < 0x20 || byte == 0x7F ? 6 : byte == 0x22 || byte == 0x5C ? 2 : 1)
    }
  }

  /// Appends the event as one JSON object. An exported file has one per line.
  public func append(to output: inout [UInt8]) {
    JSONText.append("{\"session\":", to: &output)
    JSONText.append(string: session.bytes, to: &output)
    JSONText.append(",\"at\":", to: &output)
    JSONText.append(integer: at, to: &output)
    JSONText.append(",\"query\":", to: &output)
    JSONText.append(string: query, to: &output)
    appendRest(to: &output)
  }

  /// Appends the members after the query, and closes the object.
  func appendRest(to output: inout [UInt8]) {
    if let item {
      JSONText.append(",\"item\":", to: &output)
      JSONText.append(string: item.bytes, to: &output)
      JSONText.append(",\"kind\":", to: &output)
      JSONText.append(string: Array(kind.rawValue.utf8), to: &output)
    }
    circumstances.appendMembers(to: &output)
    if occurrence != 1 {
      JSONText.append(",\"occurrence\":", to: &output)
      JSONText.append(integer: Int64(occurrence), to: &output)
    }
    if isUndated { JSONText.append(",\"undated\":true", to: &output) }
    output.append(0x7D)
  }
}
