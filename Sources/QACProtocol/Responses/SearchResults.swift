// The result of `search`: written by the daemon, read by a client.

public import QACJSON

/// What is known of the submissions of one text.
public struct LastUse: Sendable, Equatable {
  /// When it was last submitted, in unix seconds.
  public var at: Int64
  /// How often it was submitted.
  public var uses: Int
  /// Where it was last submitted; nil if that is not known.
  public var place: Place?
  /// How its last use ended; nil if that is not known.
  public var outcome: Request.End?

  /// Makes a use.
  public init(at: Int64, uses: Int, place: Place? = nil, outcome: Request.End? = nil) {
    self.at = at
    self.uses = uses
    self.place = place
    self.outcome = outcome
  }

  /// Reads the members of an object; nil if it has no time.
  init?(_ object: JSONValue) {
    guard let at = object["at"]?.wholeNumber else { return nil }
    let known = Request.Circumstances(object)
    self.init(
      at: at, uses: Int(object["uses"]?.wholeNumber ?? 1), place: known.place,
      outcome: known.outcome)
  }

  /// Appends the members of an object, from `"at"` on.
  func appendMembers(to output: inout [UInt8]) {
    JSONText.append("\"at\":", to: &output)
    JSONText.append(integer: at, to: &output)
    JSONText.append(",\"uses\":", to: &output)
    JSONText.append(integer: Int64(uses), to: &output)
    Request.Circumstances(place: place, outcome: outcome).appendMembers(to: &output)
  }
}

/// Hits of a search, best first.
public struct SearchPage: Sendable, Equatable {
  /// A text that was found.
  public struct Hit: Sendable, Equatable {
    /// The text as it was submitted, UTF-8; it must be escaped before it is shown on a terminal.
    public var query: [UInt8]
    /// What is known of its submissions.
    public var last: LastUse

    /// Makes a hit.
    public init(query: [UInt8], last: LastUse) {
      self.query = query
      self.last = last
    }
  }

  /// The hits.
  public var hits: [Hit]
  /// The `before` of the next page; nil if there is none.
  public var next: [UInt8]?

  /// Makes a page.
  public init(hits: [Hit], next: [UInt8]? = nil) {
    self.hits = hits
    self.next = next
  }

  /// Reads a result.
  public init(_ result: JSONValue) throws(ResponseFault) {
    guard let elements = result["hits"]?.elements else { throw .invalidResult(member: "hits") }
    hits = []
    for element in elements {
      guard let query = element["query"]?.utf8 else { throw .invalidResult(member: "query") }
      guard let last = LastUse(element) else { throw .invalidResult(member: "at") }
      hits.append(Hit(query: query, last: last))
    }
    next = result["next"]?.utf8
  }
}

extension ResponseEncoder {
  /// Appends the answer to `search`.
  public static func found(_ page: SearchPage, id: RequestID, into output: inout [UInt8]) {
    open(id: id, into: &output)
    JSONText.append("{\"hits\":[", to: &output)
    for (i, hit) in page.hits.enumerated() {
      JSONText.append(i > 0 ? ",{\"query\":" : "{\"query\":", to: &output)
      JSONText.append(string: hit.query, to: &output)
      output.append(0x2C)
      hit.last.appendMembers(to: &output)
      output.append(0x7D)
    }
    output.append(0x5D)
    JSONText.append(member: page.next, named: ",\"next\":", to: &output)
    output.append(0x7D)
    close(into: &output)
  }
}

/// The answer to a `complete` that asks for last uses, while these are looked up.
public struct PendingSuggestions: Sendable {
  /// The answer without last uses, with a null id.
  public var bytes: [UInt8] = []
  /// Where each suggestion ends in `bytes`: the position of its closing brace.
  public var ends: [Int] = []

  /// Makes an empty answer.
  public init() {}

  /// Appends the answer.
  ///
  /// - Parameters:
  ///   - last: For each suggestion its last use, if there is one.
  ///   - id: The request's id.
  ///   - output: Where to write.
  public func finish(_ last: [LastUse?], id: RequestID, into output: inout [UInt8]) {
    var prefix: [UInt8] = []
    ResponseEncoder.open(id: .null, into: &prefix)
    ResponseEncoder.open(id: id, into: &output)
    var start = prefix.count
    for (end, last) in zip(ends, last) {
      guard let last else { continue }
      output += bytes[start..<end]
      JSONText.append(",\"last\":{", to: &output)
      last.appendMembers(to: &output)
      output.append(0x7D)
      start = end
    }
    output += bytes[start...]
  }
}
