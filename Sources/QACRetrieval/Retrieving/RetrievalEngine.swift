// Finds the items that a query means: candidates from three arms, then one linear ranker.
//
//     query --> terms --+-- tree        beam search over classifiers
//                       |-- lexical     BM25 over the items' texts and the queries that led to them
//                       |-- neighbours  past queries like this one, and where they led
//                       `-- added       texts of items that the index does not have yet
//                             |
//                             v
//                       candidates --> features --> scores
//
// Invariants: no item comes twice; none is hidden; the order is total (score, then item).
// Cost: that of the arms, plus O(candidates x features).
// Source: docs/retrieval.md.

public import QACIndex
import QACText

/// Finds items in one index.
public final class RetrievalEngine: Sendable {
  /// The index that this serves; it has items.
  public let index: LabelIndex
  let normalizer: Normalizer

  /// Makes an engine of an index that was verified; nil if it has no items.
  ///
  /// - Throws: `RetrievalError`.
  public init?(verified index: LabelIndex) throws(RetrievalError) {
    if index.view.items == nil { return nil }
    self.index = index
    normalizer = Normalizer(.search)
  }

  /// The number of items.
  public var itemCount: Int { index.view.items?.count ?? 0 }

  /// Finds the best items for `query` into `scratch`, best first.
  ///
  /// - Parameters:
  ///   - query: UTF-8 as typed; not yet normalised.
  ///   - limit: The most items.
  ///   - previous: The session's previous query as typed, or nothing.
  ///   - added: Items that the index does not have.
  ///   - hidden: Items of the index that must not be shown.
  ///   - options: Arms and beam.
  ///   - scratch: Working memory of this engine, and the result.
  public func retrieve(
    query: UnsafeBufferPointer<UInt8>, limit: Int,
    previous: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
    added: AddedItems? = nil, hidden: HiddenItems? = nil,
    options: RetrievalOptions = .standard, scratch: RetrievalScratch
  ) {
    precondition(scratch.index === index, "working memory of another index")
    scratch.reset()
  }
}
