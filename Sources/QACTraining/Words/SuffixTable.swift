// The endings of queries from which completions may be composed.
//
// A suffix is the end of a query, from the beginning of one of its last `suffixWords` words on. Its
// weight is how often queries with this end were submitted. It is kept if `minimumEndingUsers`
// different people submitted such queries, so that no suffix leads to one person. (If the log does
// not tell people apart, such queries must have been submitted as often.) Of these the
// `suffixLimit` heaviest are kept. A verbatim query is not cut within quotes, brackets, or lines
// (`Nesting`), so it is cut only behind the last quoted text of several words.
//
// Invariant: a query that ends in a suffix also ends in the suffix without its first word. So the
// shorter suffix is at least as heavy, and it is kept whenever the longer one is: at the limit, of
// equal weights the suffix of fewer words comes first, then byte order decides. Texts are ascending
// and distinct.
// Cost: O(s log s) for s suffixes of distinct queries, and 8 bytes per pair of a kept suffix and a
// person.
// Source: Mitra and Craswell, CIKM 2015, §3 (candidates from popular suffixes). We differ: a
// minimum of people, and the suffix's own words as context at request time (`Composer`).

import QACIndex
import QACText

/// The suffixes of a training set.
struct SuffixTable {
  /// The suffixes, ascending.
  private(set) var texts: [[UInt8]] = []
  /// How often queries that end in each suffix were submitted.
  private(set) var weights: [UInt32] = []

  /// The end of a query, from one of its words on.
  private struct Ending {
    var hash: UInt64
    var query: UInt32
    var start: UInt32
    var words: UInt32
  }

  /// Equal endings of several queries.
  private struct Group {
    var endings: Range<Int>
    var weight: UInt64
    var users: UInt64 = 0
  }

  init(_ set: TrainingSet, settings: BuildSettings, breaks: WordTable = WordTable()) {
    let counts = set.usesByQuery()
    let endings = breaks.withBreaker {
      Self.endings(
        of: set.queries, counts, words: settings.suffixWords, nests: set.profile == .verbatim,
        breaker: $0)
    }
    // Every person submits at least once, so a suffix with too few uses has too few people.
    let least = UInt64(settings.minimumEndingUsers)
    var groups = Self.groups(of: endings, set.queries, counts).filter { $0.weight >= least }
    Self.countUsers(of: &groups, endings, set)
    groups.removeAll { $0.users < least }

    func text(_ group: Group) -> ArraySlice<UInt8> {
      let ending = endings[group.endings.lowerBound]
      return set.queries[Int(ending.query)][Int(ending.start)...]
    }
    groups.sort { a, b in
      if a.weight != b.weight { return a.weight > b.weight }
      let (x, y) = (endings[a.endings.lowerBound].words, endings[b.endings.lowerBound].words)
      return x != y ? x < y : text(a).lexicographicallyPrecedes(text(b))
    }
    groups = groups.prefix(settings.suffixLimit).sorted {
      text($0).lexicographicallyPrecedes(text($1))
    }
    texts = groups.map { Array(text($0)) }
    weights = groups.map { UInt32(min($0.weight, UInt64(UInt32.max))) }
  }

  /// The endings of all submitted queries, with equal ones next to each other.
  private static func endings(
    of queries: [[UInt8]], _ counts: [UInt64], words: Int, nests: Bool, breaker: WordBreaker
  ) -> [Ending] {
    var result: [Ending] = []
    for (query, text) in queries.enumerated() where counts[query] > 0 {
      if nests, text.contains(UInt8(ascii: "\n")) { continue }
      var starts = text.withUnsafeBufferPointer { breaker.words($0) }.suffix(words)
        .map(\.lowerBound)
      // The shorter ones of a kept ending must be kept, too.
      if nests, let cut = starts.lastIndex(where: { Nesting.isOpen(text[..<$0]) }) {
        starts.removeFirst(cut + 1)
      }
      for (i, start) in starts.enumerated() where text.count - start <= Suffix.mostBytes {
        let hash = text[start...].withUnsafeBufferPointer { StableHash.of($0, seed: 0) }
        result.append(
          Ending(
            hash: hash, query: UInt32(query), start: UInt32(start),
            words: UInt32(starts.count - i)))
      }
    }
    result.sort { a, b in
      if a.hash != b.hash { return a.hash < b.hash }
      let x = queries[Int(a.query)][Int(a.start)...]
      let y = queries[Int(b.query)][Int(b.start)...]
      return x.elementsEqual(y) ? a.query < b.query : x.lexicographicallyPrecedes(y)
    }
    return result
  }

  private static func groups(
    of endings: [Ending], _ queries: [[UInt8]], _ counts: [UInt64]
  ) -> [Group] {
    var result: [Group] = []
    var start = 0
    while start < endings.count {
      let first = endings[start]
      let text = queries[Int(first.query)][Int(first.start)...]
      var end = start
      var weight: UInt64 = 0
      while end < endings.count, endings[end].hash == first.hash,
        queries[Int(endings[end].query)][Int(endings[end].start)...].elementsEqual(text)
      {
        weight += counts[Int(endings[end].query)]
        end += 1
      }
      result.append(Group(endings: start..<end, weight: weight))
      start = end
    }
    return result
  }

  /// Fills in how many different people submitted the queries of each group.
  private static func countUsers(
    of groups: inout [Group], _ endings: [Ending], _ set: TrainingSet
  ) {
    let people = QueryPeople(set)
    var known: [UInt64] = []
    for i in groups.indices {
      groups[i].users = people.count(
        ofAny: endings[groups[i].endings].lazy.map { Int($0.query) }, &known)
    }
  }
}
