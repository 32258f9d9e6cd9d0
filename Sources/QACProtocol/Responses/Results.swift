// The results of the methods, read from the JSON of an answer.

public import QACJSON

/// The result of `complete`.
public struct Completion: Sendable, Equatable {
  /// One of the numbers that make a score.
  public struct Feature: Sendable, Equatable {
    /// The feature's name.
    public var name: String
    /// Its value for this suggestion.
    public var value: Double
    /// Its weight in the ranker.
    public var weight: Double
  }

  /// How a suggestion matches what was typed.
  public enum Match: String, Sendable, CaseIterable {
    /// It begins with what was typed.
    case prefix
    /// It holds the words that were typed, perhaps in another order or with others between them.
    case words
    /// It begins with what was typed once typing errors are corrected.
    case corrected
    /// It holds words that mean the same as those that were typed.
    case synonyms
  }

  /// One suggestion.
  public struct Suggestion: Sendable, Equatable {
    /// The text as UTF-8; it must be escaped before it is shown on a terminal.
    public var text: [UInt8]
    /// Greater is better.
    public var score: Double
    /// Where it came from.
    public var source: String
    /// How it matches the typed text; nil for a way that only later versions know.
    public var match: Match?
    /// Whether it is a query of the session whose last use failed.
    public var hasFailed: Bool
    /// The numbers that make the score, if they were asked for.
    public var features: [Feature]
    /// When and where the session last submitted it; nil if it never did, or this was not asked
    /// for.
    public var last: LastUse?

    /// Makes a suggestion.
    public init(
      text: [UInt8], score: Double, source: String, match: Match? = .prefix,
      hasFailed: Bool = false, features: [Feature] = [], last: LastUse? = nil
    ) {
      self.text = text
      self.score = score
      self.source = source
      self.match = match
      self.hasFailed = hasFailed
      self.features = features
      self.last = last
    }
  }

  /// The suggestions, best first.
  public var suggestions: [Suggestion]
  /// The suggestions as a list shows them: those whose last use failed come behind the others.
  public var failedLast: [Suggestion] {
    suggestions.filter { !$0.hasFailed } + suggestions.filter { $0.hasFailed }
  }
  /// The items of the best completion, best first; nil if they were not asked for.
  public var items: [RetrievedItem]?
  /// The identity of the index that answered.
  public var index: String
  /// How long the daemon took, in microseconds.
  public var microseconds: Int

  /// Reads a result.
  public init(_ result: JSONValue) throws(ResponseFault) {
    guard let elements = result["suggestions"]?.elements else {
      throw .invalidResult(member: "suggestions")
    }
    suggestions = []
    suggestions.reserveCapacity(elements.count)
    for element in elements { suggestions.append(try Self.suggestion(element)) }
    if let elements = result["items"]?.elements { items = try RetrievedItem.list(elements) }
    guard let index = result["index"]?.utf8 else { throw .invalidResult(member: "index") }
    self.index = String(decoding: index, as: UTF8.self)
    guard let took = result["took_us"]?.wholeNumber else {
      throw .invalidResult(member: "took_us")
    }
    microseconds = Int(took)
  }

  private static func suggestion(_ value: JSONValue) throws(ResponseFault) -> Suggestion {
    guard let text = value["text"]?.utf8 else { throw .invalidResult(member: "text") }
    guard let source = value["source"]?.utf8 else { throw .invalidResult(member: "source") }
    return Suggestion(
      text: text, score: value["score"]?.number ?? .nan,
      source: String(decoding: source, as: UTF8.self), match: match(of: value),
      hasFailed: value["failed"] == .bool(true), features: try features(of: value),
      last: value["last"].flatMap { LastUse($0) })
  }

  /// The features of a suggestion or an item; empty if they were not asked for.
  static func features(of value: JSONValue) throws(ResponseFault) -> [Feature] {
    var features: [Feature] = []
    for feature in value["features"]?.elements ?? [] {
      guard let name = feature["name"]?.utf8 else { throw .invalidResult(member: "features") }
      features.append(
        Feature(
          name: String(decoding: name, as: UTF8.self), value: feature["value"]?.number ?? .nan,
          weight: feature["weight"]?.number ?? .nan))
    }
    return features
  }

  /// How a suggestion matches. Daemons that do not say it mark corrections alone.
  private static func match(of suggestion: JSONValue) -> Match? {
    if let name = suggestion["match"]?.utf8 {
      return Match(rawValue: String(decoding: name, as: UTF8.self))
    }
    return suggestion["corrected"] == .bool(true) ? .corrected : .prefix
  }
}

/// A recorded query.
public struct RecordedQuery: Sendable, Equatable {
  /// The query as it was submitted, UTF-8; it must be escaped before it is shown on a terminal.
  public var query: [UInt8]
  /// When it was submitted, in unix seconds.
  public var at: Int64
  /// In which thread, where, how it ended, and what was typed, as far as that was recorded.
  public var circumstances: Request.Circumstances

  /// Makes a recorded query.
  public init(
    query: [UInt8], at: Int64, circumstances: Request.Circumstances = Request.Circumstances()
  ) {
    self.query = query
    self.at = at
    self.circumstances = circumstances
  }

  /// Reads the result of `history`, newest first.
  public static func list(_ result: JSONValue) throws(ResponseFault) -> [RecordedQuery] {
    guard let elements = result["queries"]?.elements else {
      throw .invalidResult(member: "queries")
    }
    var list: [RecordedQuery] = []
    for element in elements {
      guard let query = element["query"]?.utf8 else { throw .invalidResult(member: "query") }
      guard let at = element["at"]?.wholeNumber else { throw .invalidResult(member: "at") }
      list.append(
        RecordedQuery(query: query, at: at, circumstances: Request.Circumstances(element)))
    }
    return list
  }
}

/// The result of `block`, `pin` or `boost`, or of the method that takes such a rule back.
public struct RuleChange: Sendable, Equatable {
  /// Whether the rule was added or removed; if not, there was nothing to change.
  public var isChanged: Bool
  /// Whether the block list's file has the rule too, so that it stays in force.
  public var isInFile: Bool
  /// How many labels of the index the rule is about.
  public var labels: Int
  /// How many items the rule is about; nil if the index has none.
  public var items: Int?

  /// Makes a change.
  public init(isChanged: Bool, isInFile: Bool, labels: Int, items: Int? = nil) {
    self.isChanged = isChanged
    self.isInFile = isInFile
    self.labels = labels
    self.items = items
  }

  /// Reads a result.
  public init(_ result: JSONValue) throws(ResponseFault) {
    guard case .bool(let isChanged) = result["new"] ?? result["existed"] else {
      throw .invalidResult(member: "new or existed")
    }
    guard let labels = result["labels"]?.wholeNumber else {
      throw .invalidResult(member: "labels")
    }
    self.init(
      isChanged: isChanged, isInFile: result["in_file"] == .bool(true), labels: Int(labels),
      items: result["items"]?.wholeNumber.map { Int($0) })
  }
}

/// A rule for texts that are never suggested.
public struct ListedRule: Sendable, Equatable {
  /// How its text is compared: a `Request.Rule.Kind`, or a kind of a later version.
  public var kind: String
  /// Its text as UTF-8; it must be escaped before it is shown on a terminal.
  public var text: [UInt8]
  /// Where it comes from: `file`, or `method` for a rule that `block` added.
  public var source: String

  /// Makes a rule.
  public init(kind: String, text: [UInt8], source: String) {
    self.kind = kind
    self.text = text
    self.source = source
  }

  /// Reads the result of `blocks`.
  public static func list(_ result: JSONValue) throws(ResponseFault) -> [ListedRule] {
    guard let elements = result["rules"]?.elements else { throw .invalidResult(member: "rules") }
    var list: [ListedRule] = []
    for element in elements {
      guard let kind = element["kind"]?.utf8 else { throw .invalidResult(member: "kind") }
      guard let text = element["text"]?.utf8 else { throw .invalidResult(member: "text") }
      guard let source = element["source"]?.utf8 else { throw .invalidResult(member: "source") }
      list.append(
        ListedRule(
          kind: String(decoding: kind, as: UTF8.self), text: text,
          source: String(decoding: source, as: UTF8.self)))
    }
    return list
  }
}
