// The results of the methods about items, read from the JSON of an answer.

public import QACJSON

/// An item that a query means.
public struct RetrievedItem: Sendable, Equatable {
  /// The id as UTF-8.
  public var id: [UInt8]
  /// The title as UTF-8; it must be escaped before it is shown on a terminal.
  public var title: [UInt8]
  /// Greater is better.
  public var score: Double
  /// What the operator gave it for the front end.
  public var payload: JSONValue?
  /// The arm that put it highest, if it was asked for.
  public var arm: String?
  /// The n-grams of the request that it has, if they were asked for.
  public var terms: [Term]
  /// The numbers that make the score, if they were asked for.
  public var features: [Completion.Feature]

  /// An n-gram of the request.
  public struct Term: Sendable, Equatable {
    /// `word`, `pair`, `triple`, `stem` or `characters`; more may come.
    public var kind: String
    /// The n-gram as UTF-8; it must be escaped before it is shown on a terminal.
    public var text: [UInt8]

    /// Makes an n-gram.
    public init(kind: String, text: [UInt8]) {
      self.kind = kind
      self.text = text
    }
  }

  /// Makes an item.
  public init(
    id: [UInt8], title: [UInt8], score: Double, payload: JSONValue? = nil, arm: String? = nil,
    terms: [Term] = [], features: [Completion.Feature] = []
  ) {
    self.id = id
    self.title = title
    self.score = score
    self.payload = payload
    self.arm = arm
    self.terms = terms
    self.features = features
  }

  /// Reads the member `items` of a result.
  static func list(_ elements: [JSONValue]) throws(ResponseFault) -> [RetrievedItem] {
    var items: [RetrievedItem] = []
    items.reserveCapacity(elements.count)
    for element in elements {
      guard let id = element["id"]?.utf8 else { throw .invalidResult(member: "id") }
      guard let title = element["title"]?.utf8 else { throw .invalidResult(member: "title") }
      items.append(
        RetrievedItem(
          id: id, title: title, score: element["score"]?.number ?? .nan,
          payload: element["payload"],
          arm: element["arm"]?.utf8.map { String(decoding: $0, as: UTF8.self) },
          terms: try terms(of: element),
          features: try Completion.features(of: element)))
    }
    return items
  }

  private static func terms(of element: JSONValue) throws(ResponseFault) -> [Term] {
    var terms: [Term] = []
    for term in element["terms"]?.elements ?? [] {
      guard let kind = term["kind"]?.utf8, let text = term["text"]?.utf8 else {
        throw .invalidResult(member: "terms")
      }
      terms.append(Term(kind: String(decoding: kind, as: UTF8.self), text: text))
    }
    return terms
  }
}

/// The result of `retrieve`.
public struct Retrieval: Sendable, Equatable {
  /// The items, best first.
  public var items: [RetrievedItem]
  /// The identity of the index that answered.
  public var index: String
  /// How long the daemon took, in microseconds.
  public var microseconds: Int

  /// Reads a result.
  public init(_ result: JSONValue) throws(ResponseFault) {
    guard let elements = result["items"]?.elements else { throw .invalidResult(member: "items") }
    items = try RetrievedItem.list(elements)
    guard let index = result["index"]?.utf8 else { throw .invalidResult(member: "index") }
    self.index = String(decoding: index, as: UTF8.self)
    guard let took = result["took_us"]?.wholeNumber else {
      throw .invalidResult(member: "took_us")
    }
    microseconds = Int(took)
  }
}

/// The result of `items.add`.
public struct AddedCounts: Sendable, Equatable {
  /// The items that were not there before.
  public var added: Int
  /// The items that took the place of one that was added before.
  public var replaced: Int
  /// Of all these, the items whose id the index has: it is served as the index has it.
  public var indexed: Int

  /// Makes counts.
  public init(added: Int, replaced: Int, indexed: Int) {
    self.added = added
    self.replaced = replaced
    self.indexed = indexed
  }

  /// Reads a result.
  public init(_ result: JSONValue) throws(ResponseFault) {
    guard let added = result["added"]?.wholeNumber else { throw .invalidResult(member: "added") }
    guard let replaced = result["replaced"]?.wholeNumber else {
      throw .invalidResult(member: "replaced")
    }
    self.init(
      added: Int(added), replaced: Int(replaced), indexed: Int(result["indexed"]?.wholeNumber ?? 0))
  }
}

/// An item that was added or taken out.
public struct ListedItem: Sendable, Equatable {
  /// What became of an item.
  public enum State: String, Sendable, CaseIterable {
    /// It is served beside the index.
    case added
    /// It was added, and the index has its id: it is served as the index has it.
    case indexed
    /// The index has it, and it is not shown.
    case removed
  }

  /// The id as UTF-8.
  public var id: [UInt8]
  /// The title as UTF-8; it must be escaped before it is shown on a terminal.
  public var title: [UInt8]
  /// What became of it; nil for a state that only later versions know.
  public var state: State?

  /// Makes an item.
  public init(id: [UInt8], title: [UInt8], state: State?) {
    self.id = id
    self.title = title
    self.state = state
  }

  /// Reads the result of `items`.
  public static func list(_ result: JSONValue) throws(ResponseFault) -> [ListedItem] {
    guard let elements = result["items"]?.elements else { throw .invalidResult(member: "items") }
    var list: [ListedItem] = []
    for element in elements {
      guard let id = element["id"]?.utf8 else { throw .invalidResult(member: "id") }
      guard let title = element["title"]?.utf8 else { throw .invalidResult(member: "title") }
      guard let state = element["state"]?.utf8 else { throw .invalidResult(member: "state") }
      list.append(
        ListedItem(
          id: id, title: title, state: State(rawValue: String(decoding: state, as: UTF8.self))))
    }
    return list
  }
}
