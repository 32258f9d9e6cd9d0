// The lexical arm: the documents of the greatest BM25 scores, exactly.
//
// Invariant: documents are in order of score, descending, then of number. Their scores are those of
// adding up all terms, as `score(of:)` gives them for every document.
// Cost: that of `PartialSums.search`; nothing is allocated once a search with as many terms and as
// great a limit was made.
// Source: docs/retrieval.md.

import QACBinary
import QACIndex

/// A term of a query.
struct QueryTerm {
  /// The term.
  var term: UInt32
  /// How often the query has it, at least 1; or another weight above 0.
  var count: Float
}

/// Finds documents by BM25; holds the working memory of one thread, and the last result.
struct LexicalSearch {
  /// A term of the query with its entries.
  fileprivate struct Term {
    var list: Range<Int>
    /// Query's count x idf x (k1 + 1).
    var weight: Float
  }

  private let sums: PartialSums
  private var terms: [Term] = []
  private var rest: [Float] = []
  private var order = TopKeys()
  private var best = TopKeys()

  /// Makes working memory for collections of `documents` documents.
  ///
  /// - Parameters:
  ///   - documents: The number of documents.
  ///   - worthwhileEntries: The entries from which on a search tries to leave some out.
  init(documents: Int, worthwhileEntries: Int = 65_536) {
    sums = PartialSums(documents: documents, worthwhileEntries: worthwhileEntries)
  }

  /// The number of terms in the last search, and how many of them admitted documents.
  var work: (terms: Int, admitting: Int) { (terms.count, sums.stop) }

  /// The number of documents found.
  var count: Int { best.count }

  /// Document `i` of the result.
  func document(_ i: Int) -> UInt32 { best.document(i) }

  /// The score of document `i` of the result.
  func score(_ i: Int) -> Float { best.score(i) }

  /// Finds the `limit` best documents, best first; a document without any of the terms is none.
  ///
  /// - Parameters:
  ///   - query: The query's terms, in any order.
  ///   - postings: The collection, with as many documents as this was made for.
  ///   - prepared: What was prepared of `postings`.
  ///   - limit: The most documents; 0 if only `score(of:)` is going to be asked.
  ///   - mostEntries: The most entries of all terms together. Terms that would make it more are
  ///     left out, beginning with those that can add least; the first one never is.
  mutating func search(
    _ query: UnsafeBufferPointer<QueryTerm>, in postings: PostingsView,
    _ prepared: PreparedPostings, limit: Int, mostEntries: Int = .max
  ) {
    precondition(postings.lengths.count == sums.documents, "working memory of another collection")
    let limit = min(limit, sums.documents)
    take(query, postings, prepared, mostEntries)
    best.reset(limit: limit)
    terms.withUnsafeBufferPointer { terms in
      prepared.norms.withUnsafeBufferPointer { norms in
        rest.withUnsafeBufferPointer { rest in
          let parts = LexicalParts(terms: terms, postings: postings, norms: norms)
          sums.search(parts, rest: rest, limit: limit, best: &best)
        }
      }
    }
    best.sort()
  }

  /// The score of `document` for the query of the last search, which was in `postings`; 0 if the
  /// document has none of the terms.
  ///
  /// - Complexity: O(1) if the search left no document out, as it does while the terms have at most
  ///   `worthwhileEntries`; else O(terms x log entries) for documents that were left out.
  func score(
    of document: UInt32, in postings: PostingsView, _ prepared: PreparedPostings
  ) -> Float {
    terms.withUnsafeBufferPointer { terms in
      prepared.norms.withUnsafeBufferPointer { norms in
        sums.sum(
          of: Int(document), LexicalParts(terms: terms, postings: postings, norms: norms))
      }
    }
  }

  /// Forgets the last query and its result.
  mutating func reset() {
    sums.clear()
    terms.removeAll(keepingCapacity: true)
    best.reset(limit: 0)
  }

  /// Takes the terms that have documents, in descending order of what they can add, as far as
  /// they have `mostEntries`.
  private mutating func take(
    _ query: UnsafeBufferPointer<QueryTerm>, _ postings: PostingsView,
    _ prepared: PreparedPostings, _ mostEntries: Int
  ) {
    order.reset(limit: query.count)
    let factor = prepared.parameters.k1 + 1
    for (i, term) in query.enumerated() where prepared.idf[Int(term.term)] > 0 {
      let weight = term.count * prepared.idf[Int(term.term)] * factor
      order.offer(TopKeys.key(weight * prepared.greatest[Int(term.term)], UInt32(i)))
    }
    order.sort()
    terms.removeAll(keepingCapacity: true)
    rest.removeAll(keepingCapacity: true)
    var entries = 0
    for place in 0..<order.count {
      let term = query[Int(order.document(place))]
      let weight = term.count * prepared.idf[Int(term.term)] * factor
      let list = postings.list(term.term)
      entries &+= list.count
      if place > 0 && entries > mostEntries { break }
      terms.append(Term(list: list, weight: weight))
      rest.append(order.score(place))
    }
    rest.append(0)
    for place in (0..<terms.count).reversed() { rest[place] += rest[place + 1] }
  }
}

/// What the terms of a query add to the scores of documents.
private struct LexicalParts: PartSource {
  let terms: UnsafeBufferPointer<LexicalSearch.Term>
  let postings: PostingsView
  let norms: UnsafeBufferPointer<Float>

  var termCount: Int { terms.count }

  @inline(__always)
  func entryCount(_ term: Int) -> Int { terms[term].list.count }

  @inline(__always)
  func forEachPart(
    _ term: Int, where isWanted: (Int) -> Bool, _ body: (Int, Float) -> Void
  ) {
    let weight = terms[term].weight
    postings.forEach(terms[term].list, where: isWanted) { document, count in
      let count = Float(count)
      body(document, weight * (count / (count + norms[document])))
    }
  }

  @inline(__always)
  func part(_ term: Int, of document: Int) -> Float {
    guard let place = postings.place(of: document, in: terms[term].list) else { return 0 }
    let count = Float(postings.counts[place])
    return terms[term].weight * (count / (count + norms[document]))
  }
}
