// What the items of an index are learned from: the items, and queries that led to them.
//
// Invariant: items ascend by id and are distinct. Queries are normal forms, ascending, distinct and
// not empty. Pairs ascend by query, then by item, and are distinct; every query has one.

import QACText

/// Items, and the queries that led to them.
public struct ItemSet: Sendable {
  /// One item.
  public struct Item: Sendable, Equatable {
    /// The id, as it was given.
    public var id: [UInt8]
    /// The title, as it is shown.
    public var title: [UInt8]
    /// JSON, or empty.
    public var payload: [UInt8]
    /// The weight, above 0.
    public var weight: Float
    /// The normal form of the title.
    public var titleForm: [UInt8]
    /// The normal form of the further text.
    public var textForm: [UInt8]

    /// Makes an item.
    public init(
      id: [UInt8], title: [UInt8], payload: [UInt8] = [], weight: Float = 1, titleForm: [UInt8],
      textForm: [UInt8] = []
    ) {
      self.id = id
      self.title = title
      self.payload = payload
      self.weight = weight
      self.titleForm = titleForm
      self.textForm = textForm
    }
  }

  /// A query that led to an item.
  public struct Pair: Sendable, Equatable {
    /// An index of `queries`.
    public var query: UInt32
    /// An index of `items`.
    public var item: UInt32
    /// How often, at least 1; kinds of examples have weights of their own.
    public var count: Float

    /// Makes a pair.
    public init(query: UInt32, item: UInt32, count: Float) {
      self.query = query
      self.item = item
      self.count = count
    }
  }

  /// Somebody who submitted a query that led to an item.
  public struct Asker: Hashable, Sendable {
    /// An index of `queries`.
    public var query: UInt32
    /// A number for the person.
    public var person: UInt32

    /// Makes an asker.
    public init(query: UInt32, person: UInt32) {
      self.query = query
      self.person = person
    }
  }

  /// The items.
  public private(set) var items: [Item] = []
  /// The queries.
  public private(set) var queries: [[UInt8]] = []
  /// Which query led to which item.
  public private(set) var pairs: [Pair] = []
  /// Who submitted which query, ascending by query; none if the examples do not tell people apart.
  public private(set) var askers: [Asker] = []
  /// How often each query was used by people who are not told apart.
  public private(set) var anonymousUses: [Float] = []
  /// What was submitted before, ascending by query, item and previous query; none if the examples
  /// do not say.
  public private(set) var contexts: [Context] = []

  /// A pair of query and item that followed another query of the session.
  public struct Context: Hashable, Sendable {
    /// An index of `queries`.
    public var query: UInt32
    /// An index of `items`.
    public var item: UInt32
    /// The normal form of the query before.
    public var previous: [UInt8]
  }

  /// One example: a query that led to an item, once or more often.
  public struct Example: Sendable {
    /// The query's normal form.
    public var query: [UInt8]
    /// The item, an index of the items that come with it.
    public var item: Int
    /// How much it counts, above 0.
    public var count: Float
    /// How many uses it stands for, at least 1.
    public var uses: Float
    /// A number for the person, or nil.
    public var person: UInt32?
    /// The normal form of the session's query before, or nothing.
    public var previous: [UInt8]

    /// Makes an example.
    public init(
      query: [UInt8], item: Int, count: Float, uses: Float = 1, person: UInt32? = nil,
      previous: [UInt8] = []
    ) {
      self.query = query
      self.item = item
      self.count = count
      self.uses = uses
      self.person = person
      self.previous = previous
    }
  }

  /// Makes a set.
  ///
  /// - Parameters:
  ///   - items: The items, with distinct ids, in any order.
  ///   - examples: The examples; those with an empty query are left out.
  /// - Complexity: O(n log n) for n items and examples.
  public init(items: [Item], examples: [Example]) {
    let order = items.indices.sorted { items[$0].id.lexicographicallyPrecedes(items[$1].id) }
    self.items = order.map { items[$0] }
    var place = [UInt32](repeating: 0, count: items.count)
    for (new, old) in order.enumerated() { place[old] = UInt32(new) }
    let sorted = examples.indices.filter { !examples[$0].query.isEmpty }
      .sorted { a, b in
        let (x, y) = (examples[a], examples[b])
        if x.query != y.query { return x.query.lexicographicallyPrecedes(y.query) }
        return (place[x.item], a) < (place[y.item], b)
      }
    var people: Set<Asker> = []
    var following: Set<Context> = []
    for i in sorted {
      let example = examples[i]
      if queries.last != example.query {
        queries.append(example.query)
        anonymousUses.append(0)
      }
      let (query, item) = (UInt32(queries.count - 1), place[example.item])
      if let last = pairs.last, last.query == query, last.item == item {
        pairs[pairs.count - 1].count += example.count
      } else {
        pairs.append(Pair(query: query, item: item, count: example.count))
      }
      if let person = example.person {
        people.insert(Asker(query: query, person: person))
      } else {
        anonymousUses[Int(query)] += example.uses
      }
      if !example.previous.isEmpty {
        following.insert(Context(query: query, item: item, previous: example.previous))
      }
    }
    contexts = following.sorted { a, b in
      if (a.query, a.item) != (b.query, b.item) { return (a.query, a.item) < (b.query, b.item) }
      return a.previous.lexicographicallyPrecedes(b.previous)
    }
    for i in pairs.indices { pairs[i].count = max(1, pairs[i].count) }
    askers = people.sorted { ($0.query, $0.person) < ($1.query, $1.person) }
  }

  /// The pairs of each query: query i has `offsets[i] ..< offsets[i + 1]`.
  public var pairOffsets: [Int] {
    var offsets = [Int](repeating: 0, count: queries.count + 1)
    for pair in pairs { offsets[Int(pair.query) + 1] += 1 }
    for i in queries.indices { offsets[i + 1] += offsets[i] }
    return offsets
  }

  /// The same items, with the pairs of the queries for which `isKept` is true and of the items for
  /// which `isShown` is.
  public func filtered(
    isKept: (Int) -> Bool, isShown: (Int) -> Bool = { _ in true }
  ) -> ItemSet {
    var result = self
    var number = [UInt32?](repeating: nil, count: queries.count)
    result.queries = []
    result.anonymousUses = []
    result.pairs = []
    for pair in pairs where isKept(Int(pair.query)) && isShown(Int(pair.item)) {
      let query = number[Int(pair.query)] ?? UInt32(result.queries.count)
      if number[Int(pair.query)] == nil {
        number[Int(pair.query)] = query
        result.queries.append(queries[Int(pair.query)])
        result.anonymousUses.append(anonymousUses[Int(pair.query)])
      }
      result.pairs.append(Pair(query: query, item: pair.item, count: pair.count))
    }
    result.askers = askers.compactMap { asker in
      number[Int(asker.query)].map { Asker(query: $0, person: asker.person) }
    }
    result.contexts = contexts.compactMap { context in
      guard isShown(Int(context.item)), let query = number[Int(context.query)] else { return nil }
      return Context(query: query, item: context.item, previous: context.previous)
    }
    return result
  }

  /// The same items and queries without the items' further texts, or with every pair counted once,
  /// as an ablation asks for.
  public func reduced(keepsTexts: Bool = true, keepsCounts: Bool = true) -> ItemSet {
    var result = self
    if !keepsTexts { for i in items.indices { result.items[i].textForm = [] } }
    if !keepsCounts { for i in pairs.indices { result.pairs[i].count = 1 } }
    return result
  }

  /// A number from 0 to `parts - 1` for a query, from a hash of its text.
  public static func part(of query: [UInt8], parts: UInt64, seed: UInt64) -> Int {
    Int(StableHash.of(query, seed: StableHash.mix(seed ^ 0x6974_656D)) % parts)
  }
}
