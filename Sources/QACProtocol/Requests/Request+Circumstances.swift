// What a client may say of a submitted query beside its text: in which conversation, where, how it
// ended, and what stood in the box before.

internal import QACJSON

/// Where a query is typed: a working directory, a category. It is compared byte by byte.
public struct Place: Sendable, Hashable {
  /// The place as UTF-8.
  public let bytes: [UInt8]

  /// Makes a place, or nil unless `bytes` are 1 to `ProtocolLimits.maximumPlaceBytes` without
  /// U+0000. They must be UTF-8.
  public init?(bytes: [UInt8]) {
    guard (1...ProtocolLimits.maximumPlaceBytes).contains(bytes.count), !bytes.contains(0) else {
      return nil
    }
    self.bytes = bytes
  }

  /// Makes a place, or nil if `string` is empty, too long, or holds U+0000.
  public init?(_ string: String) {
    self.init(bytes: Array(string.utf8))
  }
}

/// What somebody did with the suggestions before they submitted a query.
public struct Choice: Sendable, Hashable {
  /// The place in the list of the line that was taken, from 1; 0 if none was.
  public var taken: Int
  /// The source of that line, as `complete` named it; nil if none was taken, or it is not known.
  public var source: [UInt8]?

  /// Makes a choice.
  public init(taken: Int, source: [UInt8]? = nil) {
    self.taken = taken
    self.source = source
  }
}

extension Request {
  /// How a submitted query ended.
  public enum End: String, Sendable, CaseIterable {
    /// As somebody would wish: a command that ran, a search with results.
    case ok
    /// Not so: a command that does not exist, a search without results.
    case failed
  }

  /// What is known of a recorded query beside its text. Nothing of it is required.
  public struct Circumstances: Sendable, Hashable {
    /// The conversation of the session: a terminal, a tab.
    public var thread: SessionName?
    /// Where the query was typed.
    public var place: Place?
    /// How it ended.
    public var outcome: End?
    /// What stood in the box when the query was submitted, or when a line was taken.
    public var typed: [UInt8]?
    /// Which line was taken.
    public var choice: Choice?
    /// As whom the query counts where people are counted: a name of 1 to
    /// `ProtocolLimits.maximumSessionBytes` bytes, empty for nobody, nil for its session.
    public var person: [UInt8]?

    /// Makes circumstances.
    public init(
      thread: SessionName? = nil, place: Place? = nil, outcome: End? = nil, typed: [UInt8]? = nil,
      choice: Choice? = nil, person: [UInt8]? = nil
    ) {
      self.thread = thread
      self.place = place
      self.outcome = outcome
      self.typed = typed
      self.choice = choice
      self.person = person
    }
  }

  /// The parameters of a `record` that says how a query ended which was recorded before.
  public struct Outcome: Sendable, Equatable {
    /// The session that submitted the query.
    public var session: SessionName
    /// What the `record` of the query answered.
    public var id: RecordID
    /// How it ended.
    public var end: End

    /// Makes the parameters.
    public init(session: SessionName, id: RecordID, end: End) {
      self.session = session
      self.id = id
      self.end = end
    }
  }
}

extension Request.Circumstances {
  /// Appends those that are known as members of an object that has others before them.
  func appendMembers(to output: inout [UInt8]) {
    JSONText.append(member: thread?.bytes, named: ",\"thread\":", to: &output)
    JSONText.append(member: place?.bytes, named: ",\"place\":", to: &output)
    JSONText.append(
      member: outcome.map { Array($0.rawValue.utf8) }, named: ",\"outcome\":", to: &output)
    JSONText.append(member: typed, named: ",\"typed\":", to: &output)
    JSONText.append(member: person, named: ",\"person\":", to: &output)
    guard let choice else { return }
    JSONText.append(",\"taken\":", to: &output)
    JSONText.append(integer: Int64(choice.taken), to: &output)
    JSONText.append(member: choice.source, named: ",\"source\":", to: &output)
  }

  /// Reads the members of an object; what this version cannot read is left out.
  init(_ object: JSONValue) {
    thread = object["thread"]?.utf8.flatMap { SessionName(bytes: $0) }
    place = object["place"]?.utf8.flatMap { Place(bytes: $0) }
    outcome = object["outcome"]?.utf8.flatMap {
      Request.End(rawValue: String(decoding: $0, as: UTF8.self))
    }
    typed = object["typed"]?.utf8
    choice = object["taken"]?.wholeNumber.map {
      Choice(taken: Int($0), source: object["source"]?.utf8)
    }
    // A person that cannot be read must not make the query count for more people.
    person = object["person"].flatMap { $0 == .null ? nil : $0.utf8 ?? [] }
    if let name = person, SessionName(bytes: name) == nil { person = [] }
  }
}

extension JSONText {
  /// Appends a member that is a string, if there is one.
  static func append(
    member text: [UInt8]?, named name: StaticString, to output: inout [UInt8]
  ) {
    guard let text else { return }
    append(name, to: &output)
    append(string: text, to: &output)
  }
}
