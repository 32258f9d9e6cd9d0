// The results of the methods as values, read from the JSON of an answer.

/// The result of `complete`.
public struct Completion: Sendable, Equatable {
  /// A number behind a score.
  public struct Feature: Sendable, Equatable {
    /// The feature's name.
    public var name: String
    /// Its value for this suggestion.
    public var value: Double
    /// Its weight in the ranker.
    public var weight: Double
  }

  /// One suggestion.
  public struct Suggestion: Sendable, Equatable {
    /// The text as UTF-8, not yet safe to show on a terminal.
    public var text: [UInt8]
    /// Greater is better.
    public var score: Double
    /// Where it came from.
    public var source: String
    /// The numbers behind the score, if they were asked for.
    public var features: [Feature]

    /// Makes a suggestion.
    public init(text: [UInt8], score: Double, source: String, features: [Feature] = []) {
      self.text = text
      self.score = score
      self.source = source
      self.features = features
    }
  }

  /// The suggestions, best first.
  public var suggestions: [Suggestion]
  /// The identity of the index that answered.
  public var index: String
  /// How long the daemon took.
  public var microseconds: Int

  /// Reads a result.
  public init(_ result: JSONValue) throws(ResponseFault) {
    guard let elements = result["suggestions"]?.elements else {
      throw .invalidResult(member: "suggestions")
    }
    suggestions = []
    suggestions.reserveCapacity(elements.count)
    for element in elements { suggestions.append(try Self.suggestion(element)) }
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
    var suggestion = Suggestion(
      text: text, score: value["score"]?.number ?? .nan,
      source: String(decoding: source, as: UTF8.self))
    for feature in value["features"]?.elements ?? [] {
      guard let name = feature["name"]?.utf8 else { throw .invalidResult(member: "features") }
      suggestion.features.append(
        Feature(
          name: String(decoding: name, as: UTF8.self), value: feature["value"]?.number ?? .nan,
          weight: feature["weight"]?.number ?? .nan))
    }
    return suggestion
  }
}

/// A recorded query.
public struct RecordedQuery: Sendable, Equatable {
  /// The query as it was submitted, UTF-8, not yet safe to show on a terminal.
  public var query: [UInt8]
  /// When, in unix seconds.
  public var at: Int64

  /// Makes a recorded query.
  public init(query: [UInt8], at: Int64) {
    self.query = query
    self.at = at
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
      list.append(RecordedQuery(query: query, at: at))
    }
    return list
  }
}
