// Finds the items that a query means: candidates from three arms, then one linear ranker.
//
//     query --> terms --+-- tree        beam search over classifiers
//                       |-- lexical     BM25 of words and stems: texts, and queries that led there
//                       |-- neighbours  past queries like this one, and where they led
//                       `-- added       texts of items that the index does not have yet
//                             |
//                             v
//       candidates --> early features --> those that are compared --> late features --> scores
//
// Invariants: no item comes twice; none is hidden; the order is total (score, then item). With
// every weight but that of words at zero it is the order of BM25.
// Cost: that of the arms, plus O(terms of the candidates).
// Source: docs/retrieval.md.

public import QACIndex
import QACText

/// Finds items in one index.
public final class RetrievalEngine: Sendable {
  /// The index that this serves; it has items.
  public let index: LabelIndex
  /// The ranker's weights, in the order of `RetrievalFeature`.
  public var weights: [Double] { Array(paddedWeights.prefix(RetrievalFeature.count)) }
  /// The ranker's weights, and zeros to the length of a row.
  let paddedWeights: [Double]
  /// The same of the weights by which candidates are chosen; empty if all are compared.
  let earlyWeights: [Double]
  let prepared: PreparedItems
  let normalizer: Normalizer
  /// What the places of lists are worth.
  let placeLogarithms: [Float]
  /// The number of items of the index.
  public let itemCount: Int

  /// Makes an engine of an index that was verified; nil if it has no items.
  ///
  /// - Throws: `RetrievalError`.
  public init?(verified index: LabelIndex) throws(RetrievalError) {
    guard let items = index.view.items else { return nil }
    self.index = index
    itemCount = items.count
    let ranker = try RetrievalRanker(index)
    paddedWeights = Self.padded(ranker.weights)
    earlyWeights = ranker.earlyWeights.map(Self.padded) ?? []
    prepared = PreparedItems(items)
    normalizer = Normalizer(.search)
    placeLogarithms = Self.placeLogarithms()
  }

  /// An engine that serves what `engine` does, with another ranker.
  public init(_ engine: RetrievalEngine, ranker: RetrievalRanker) {
    index = engine.index
    itemCount = engine.itemCount
    paddedWeights = Self.padded(ranker.weights)
    earlyWeights = ranker.earlyWeights.map(Self.padded) ?? []
    prepared = engine.prepared
    normalizer = engine.normalizer
    placeLogarithms = engine.placeLogarithms
  }

  private static func padded(_ weights: [Double]) -> [Double] {
    weights + [Double](repeating: 0, count: rowStride - weights.count)
  }

  /// The items; valid as long as the engine.
  var items: ItemsView {
    guard let items = index.view.items else {
      preconditionFailure("the index of an engine has items")
    }
    return items
  }

  /// Finds the best items for `query` into `scratch`, best first.
  ///
  /// - Parameters:
  ///   - query: UTF-8 as typed; not yet normalised.
  ///   - limit: The most items. Nil keeps every candidate.
  ///   - previous: The session's previous query as typed, or nothing.
  ///   - added: Items that the index does not have.
  ///   - hidden: Items of the index that must not be shown.
  ///   - options: Arms and beam.
  ///   - scratch: Working memory of this engine, and the result.
  public func retrieve(
    query: UnsafeBufferPointer<UInt8>, limit: Int?,
    previous: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
    added: AddedItems? = nil, hidden: HiddenItems? = nil,
    options: RetrievalOptions = .standard, scratch: RetrievalScratch
  ) {
    precondition(added == nil || added?.index === index, "items beside another index")
    let items = items
    let added = added.flatMap { $0.items.isEmpty ? nil : $0 }
    read(query: query, previous: previous, added: added, scratch: scratch)
    if scratch.query.isEmpty { return }
    propose(items, options, limit: limit, scratch)
    if let added { propose(added, scratch) }
    computeEarlyFeatures(items, scratch)
    choose(limit: limit, hidden: hidden, options: options, scratch)
    computeLateFeatures(items, scratch)
    rank(limit: limit, options: options, scratch)
  }

  /// Reads a query into `scratch`.
  func read(
    query: UnsafeBufferPointer<UInt8>, previous: UnsafeBufferPointer<UInt8>, added: AddedItems?,
    scratch: RetrievalScratch
  ) {
    precondition(scratch.engine.index === index, "working memory of another index")
    scratch.reset()
    normalizer.normalize(query, as: .query, into: &scratch.form)
    scratch.previousForm.removeAll(keepingCapacity: true)
    if !previous.isEmpty {
      normalizer.normalize(previous, as: .query, into: &scratch.previousForm)
    }
    scratch.added = added
    let items = items
    if let added {
      added.extra.withView { extra in
        let space = ItemTermSpace(
          items.terms, extra: extra, extraIDF: added.extraIDF,
          hasTrigrams: prepared.hasTrigrams)
        takeQuery(in: space, scratch)
      }
    } else {
      takeQuery(
        in: ItemTermSpace(items.terms, hasTrigrams: prepared.hasTrigrams), scratch)
    }
  }

  private func takeQuery(in space: ItemTermSpace, _ scratch: RetrievalScratch) {
    scratch.form.withUnsafeBufferPointer { form in
      scratch.previousForm.withUnsafeBufferPointer { previous in
        scratch.query.update(
          form, previous: previous, space: space, prepared: prepared,
          translations: items.translations)
      }
    }
    let missing = scratch.query.hitCount - scratch.hits.count
    if missing > 0 {
      scratch.hits.append(contentsOf: repeatElement(QueryTable.Hit(), count: missing))
    }
  }
}
