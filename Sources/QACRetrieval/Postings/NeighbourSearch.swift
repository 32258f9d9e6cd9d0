// The neighbour arm: the past queries that are most like a query, and the items they led to.
//
//     similarity(q, p) = sum over common terms t:  weight(q, t) weight(p, t) / (|q| |p|)
//     votes(i)         = sum over the nearest p:   similarity^power x share(p, i)
//
// share(p, i) is the part of the examples of p that led to item i, or their number. In the vector
// of p, a distinct term weighs what its document frequency and the length of its kind say. By
// Cauchy and Schwarz, the terms R can add no more than |q restricted to R| / |q| to any similarity,
// which is the bound of the search.
//
// The most frequent terms are left out of similarities, though not of lengths, as far as it takes
// to keep to `mostEntries`.
//
// Invariant: the nearest past queries are exactly those of the greatest similarities, ties by lower
// number; items are in order of votes, descending, then of number.
// Cost: that of `PartialSums.search`, plus one step per item of a nearest past query. Nothing is
// allocated once a search of this size was made.
// Source: docs/retrieval.md. Nearest neighbours with weighted votes: Dudani, IEEE Transactions on
// Systems, Man, and Cybernetics 6 (1976).

import QACBinary
import QACIndex
import QACText

/// A term of a query, for the similarity to past queries.
struct NeighbourTerm {
  /// The term.
  var term: UInt32
  /// Its kind.
  var kind: ItemTerms.Kind
  /// Its weight in the query's vector, above 0.
  var weight: Float
  /// Its weight in the vector of a past query that has it: the inverse document frequency.
  var pastWeight: Float
}

/// Finds items by past queries; holds the working memory of one thread, and the last result.
struct NeighbourSearch {
  /// A term of the query with its entries.
  fileprivate struct Term {
    var list: Range<Int>
    /// Where the inverse lengths of its kind begin.
    var norms: Int
    /// The product of its weights, over the query's length.
    var weight: Float
  }

  private let sums: PartialSums
  private var terms: [Term] = []
  private var rest: [Float] = []
  private var order = TopKeys()
  private var nearest = TopKeys()
  private var votes = ItemVotes()
  private var best = TopKeys()

  /// Makes working memory for `pastQueries` past queries.
  ///
  /// - Parameters:
  ///   - pastQueries: The number of past queries.
  ///   - worthwhileEntries: The entries from which on a search tries to leave some out.
  init(pastQueries: Int, worthwhileEntries: Int = 65_536) {
    sums = PartialSums(documents: pastQueries, worthwhileEntries: worthwhileEntries)
  }

  /// The number of terms in the last search, and how many of them admitted past queries.
  var work: (terms: Int, admitting: Int) { (terms.count, sums.stop) }

  /// The number of items found.
  var count: Int { best.count }

  /// Item `i` of the result.
  func item(_ i: Int) -> UInt32 { best.document(i) }

  /// The votes for item `i` of the result.
  func score(_ i: Int) -> Float { best.score(i) }

  /// The number of nearest past queries.
  var nearestCount: Int { nearest.count }

  /// Nearest past query `i`; they are in no order.
  func pastQuery(_ i: Int) -> UInt32 { nearest.document(i) }

  /// The similarity of nearest past query `i`: above 0, and up to 1. Rounding may add a little.
  func similarity(_ i: Int) -> Float { nearest.score(i) }

  /// The votes for `item`, and the similarity of the nearest past query that led to it; all 0 if
  /// none of the nearest past queries did.
  func votes(for item: UInt32) -> ItemVotes.Entry { votes.entry(of: item) }

  /// The sums of the votes for all items, and the greatest similarity.
  var totalVotes: ItemVotes.Entry { votes.total }

  /// Finds the `limit` items with most votes, best first.
  ///
  /// - Parameters:
  ///   - query: The query's terms, each once, in any order.
  ///   - norm: The length of the query's vector, above 0. It may have terms that `query` lacks.
  ///   - items: The items, with as many past queries as this was made for.
  ///   - prepared: What was prepared of `items`.
  ///   - parameters: How many past queries vote, and how.
  ///   - limit: The most items.
  mutating func search(
    _ query: UnsafeBufferPointer<NeighbourTerm>, norm: Float, in items: ItemsView,
    _ prepared: PreparedPastQueries, _ parameters: NeighbourParameters, limit: Int
  ) {
    precondition(items.pastCount == sums.documents, "working memory of another index")
    let count = min(parameters.nearest, sums.documents)
    take(query, norm, items.past, prepared, parameters.mostEntries)
    nearest.reset(limit: count)
    let past = items.past
    terms.withUnsafeBufferPointer { terms in
      prepared.inverseNorms.withUnsafeBufferPointer { inverseNorms in
        rest.withUnsafeBufferPointer { rest in
          let parts = NeighbourParts(terms: terms, past: past, inverseNorms: inverseNorms)
          sums.search(parts, rest: rest, limit: count, best: &nearest)
        }
      }
    }
    vote(items, parameters)
    best.reset(limit: limit)
    for entry in votes.entries { best.offer(TopKeys.key(entry.votes, entry.item)) }
    best.sort()
  }

  /// Forgets the last query and its result.
  mutating func reset() {
    sums.clear()
    terms.removeAll(keepingCapacity: true)
    nearest.reset(limit: 0)
    votes.reset()
    best.reset(limit: 0)
  }

  /// Takes the terms that past queries have, in descending order of their weights in the query,
  /// as far as they have `mostEntries`.
  private mutating func take(
    _ query: UnsafeBufferPointer<NeighbourTerm>, _ norm: Float, _ past: PostingsView,
    _ prepared: PreparedPastQueries, _ mostEntries: Int
  ) {
    order.reset(limit: query.count)
    for (i, term) in query.enumerated() where !past.list(term.term).isEmpty {
      order.offer(TopKeys.key(term.weight, UInt32(i)))
    }
    order.sort()
    terms.removeAll(keepingCapacity: true)
    rest.removeAll(keepingCapacity: true)
    var entries = 0
    for place in 0..<order.count {
      let term = query[Int(order.document(place))]
      let weight = term.weight / norm
      let list = past.list(term.term)
      entries &+= list.count
      if place > 0 && entries > mostEntries { break }
      terms.append(
        Term(
          list: list, norms: Int(term.kind.rawValue) * prepared.count,
          weight: weight * term.pastWeight))
      rest.append(weight * weight)
    }
    rest.append(0)
    for place in (0..<terms.count).reversed() { rest[place] += rest[place + 1] }
    // Lengths in the file are rounded; similarities may be greater by as much.
    for place in 0..<terms.count { rest[place] = 1.00001 * rest[place].squareRoot() }
  }

  private mutating func vote(_ items: ItemsView, _ parameters: NeighbourParameters) {
    votes.reset()
    for i in 0..<nearest.count {
      let (low, high) = items.pastItemOffsets.bounds(Int(nearest.document(i)))
      let similarity = nearest.score(i)
      var power: Float = 1
      for _ in 0..<parameters.power { power *= similarity }
      var weight = power
      if parameters.sharesVotes {
        var total: Float = 0
        for entry in Int(low)..<Int(high) { total += items.pastItemCount(entry) }
        weight /= total
      }
      for entry in Int(low)..<Int(high) {
        let vote = weight * items.pastItemCount(entry)
        votes.add(
          ItemVotes.Entry(
            item: items.pastItems[entry], votes: vote, sharpVotes: vote * power,
            similarity: similarity))
      }
    }
  }
}

/// What the terms of a query add to the similarities of past queries.
private struct NeighbourParts: PartSource {
  let terms: UnsafeBufferPointer<NeighbourSearch.Term>
  let past: PostingsView
  let inverseNorms: UnsafeBufferPointer<Float>

  var termCount: Int { terms.count }

  @inline(__always)
  func entryCount(_ term: Int) -> Int { terms[term].list.count }

  @inline(__always)
  func forEachPart(
    _ term: Int, where isWanted: (Int) -> Bool, _ body: (Int, Float) -> Void
  ) {
    let (weight, list, norms) = (terms[term].weight, terms[term].list, terms[term].norms)
    let (documents, inverseNorms, end) = (past.documents, inverseNorms, list.upperBound)
    var i = list.lowerBound
    while i < end {
      let query = Int(documents[i])
      if isWanted(query) { body(query, weight * inverseNorms[norms &+ query]) }
      i &+= 1
    }
  }

  @inline(__always)
  func part(_ term: Int, of document: Int) -> Float {
    if past.place(of: document, in: terms[term].list) == nil { return 0 }
    return terms[term].weight * inverseNorms[terms[term].norms + document]
  }
}
