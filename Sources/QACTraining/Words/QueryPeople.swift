// Counts the people who submitted each query, and removes from a set the queries of too few people.
//
// If a log does not tell people apart, each use counts as a person.
// Cost: O(n log n) time and 8 n bytes for n examples of known people.

/// The people of each query of a training set.
struct QueryPeople {
  /// Uses by unknown people, by query.
  private var unknown: [UInt64]
  /// Pairs of query and person, ascending, each pair once.
  private var uses: [UInt64] = []
  /// The index in `uses` of each query's first pair, and the number of pairs.
  private var starts: [Int]

  init(_ set: TrainingSet) {
    unknown = [UInt64](repeating: 0, count: set.queries.count)
    starts = [Int](repeating: 0, count: set.queries.count + 1)
    for example in set.examples where example.count > 0 {
      if example.user == TrainingSet.none {
        unknown[Int(example.query)] += UInt64(example.count)
      } else {
        uses.append(UInt64(example.query) << 32 | UInt64(example.user))
      }
    }
    Self.sortDistinct(&uses)
    for use in uses { starts[Int(use >> 32) + 1] += 1 }
    for query in set.queries.indices { starts[query + 1] += starts[query] }
  }

  /// How many people submitted `query`.
  func count(of query: Int) -> UInt64 {
    unknown[query] + UInt64(starts[query + 1] - starts[query])
  }

  /// How many people submitted at least one of `queries`; `known` is scratch memory.
  func count(ofAny queries: some Sequence<Int>, _ known: inout [UInt64]) -> UInt64 {
    known.removeAll(keepingCapacity: true)
    var count: UInt64 = 0
    for query in queries {
      count += unknown[query]
      known += uses[starts[query]..<starts[query + 1]].lazy.map { $0 & 0xFFFF_FFFF }
    }
    Self.sortDistinct(&known)
    return count + UInt64(known.count)
  }

  private static func sortDistinct(_ values: inout [UInt64]) {
    values.sort()
    var count = 0
    for value in values where count == 0 || values[count - 1] != value {
      values[count] = value
      count += 1
    }
    values.removeLast(values.count - count)
  }
}

extension TrainingSet {
  /// How many people submitted each label of an index of this set, without the titles that nobody
  /// submitted; if people are not known, how many uses it has.
  public func peopleOfLabels(_ settings: BuildSettings) -> [Int] {
    let set = SpeltSet(heldBack(below: settings.minimumUsers), settings).set
    let people = QueryPeople(set)
    let uses = set.usesByQuery()
    return set.labels(uses, settings).filter { uses[$0] > 0 }
      .map { Int(clamping: people.count(of: $0)) }
  }

  /// The queries of at least `minimum` people as they are shown, and how often each was submitted,
  /// in the order of the set.
  public func submittedTexts(by minimum: Int) -> [(text: [UInt8], uses: UInt64)] {
    let uses = usesByQuery()
    let people = QueryPeople(self)
    return queries.indices.filter { people.count(of: $0) >= UInt64(max(1, minimum)) }
      .map { (surfaces[$0], uses[$0]) }
  }

  /// The set as if nobody had submitted a query of fewer than `minimum` people.
  ///
  /// The query before such a query becomes the previous query of the one that followed it. An
  /// example that would then repeat its previous query is left out. Texts keep their numbers.
  func heldBack(below minimum: Int) -> TrainingSet {
    if minimum <= 1 { return self }
    let people = QueryPeople(self)
    let isKept = queries.indices.map { people.count(of: $0) >= UInt64(minimum) }
    var result = self
    result.examples.removeAll(keepingCapacity: true)
    // By person: the last query that was left out, and the query that takes its place.
    var leftOut: [UInt32: (query: UInt32, before: UInt32)] = [:]
    for var example in examples {
      let own = leftOut[example.user]
      let isShort = example.previous != Self.none && !isKept[Int(example.previous)]
      if isShort {
        let isOwn = own?.query == example.previous
        example.previous = isOwn ? own?.before ?? Self.none : Self.none
      }
      if !isKept[Int(example.query)] {
        if example.user != Self.none { leftOut[example.user] = (example.query, example.previous) }
      } else if !isShort || example.previous != example.query {
        result.examples.append(example)
      }
    }
    return result
  }
}
