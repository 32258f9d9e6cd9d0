// Working memory of one thread, and the result of its last retrieval.
//
// It belongs to one thread at a time and to one index. Memory grows to the size that requests need
// and is then reused: a retrieval allocates nothing.

import QACIndex
import QACText

/// Working memory of one thread, and the result of its last retrieval.
public final class RetrievalScratch {
  /// The engine whose result this holds.
  let engine: RetrievalEngine
  /// The normal forms of the query and of the previous one.
  @exclusivity(unchecked) var form: [UInt8] = []
  @exclusivity(unchecked) var previousForm: [UInt8] = []
  @exclusivity(unchecked) var query = RetrievalQuery()
  /// Places for the terms that query and item have in common.
  @exclusivity(unchecked) var hits: [QueryTable.Hit] = []
  @exclusivity(unchecked) var tree = ItemTreeSearch()
  @exclusivity(unchecked) var words: LexicalSearch
  @exclusivity(unchecked) var stems: LexicalSearch
  @exclusivity(unchecked) var textStems: LexicalSearch
  @exclusivity(unchecked) var neighbours: NeighbourSearch
  @exclusivity(unchecked) var terms: [QueryTerm] = []
  @exclusivity(unchecked) var pastTerms: [NeighbourTerm] = []
  @exclusivity(unchecked) var addedScores: [Float] = []
  @exclusivity(unchecked) var addedBest = TopKeys()
  @exclusivity(unchecked) var candidates = CandidateItems()
  /// A row of features per candidate; late features are those of compared candidates alone.
  @exclusivity(unchecked) var rows: [Float] = []
  /// The candidates that are compared, in any order.
  @exclusivity(unchecked) var compared: [Int32] = []
  @exclusivity(unchecked) var keys: [UInt64] = []
  @exclusivity(unchecked) var scores: [Double] = []
  /// The compared candidates in order, and working memory to put them there.
  @exclusivity(unchecked) var ranked: [RankedCandidate] = []
  @exclusivity(unchecked) var spareRanked: [RankedCandidate] = []
  /// The candidates of the result, best first.
  @exclusivity(unchecked) var order: [Int32] = []
  /// What was searched beside the index.
  @exclusivity(unchecked) var added: AddedItems?

  /// Makes working memory for retrievals of `engine`.
  public init(engine: RetrievalEngine) {
    self.engine = engine
    words = LexicalSearch(documents: engine.itemCount)
    stems = LexicalSearch(documents: engine.itemCount)
    textStems = LexicalSearch(documents: engine.itemCount)
    neighbours = NeighbourSearch(pastQueries: engine.items.pastCount)
  }

  /// The number of items of the last retrieval.
  public var count: Int { order.count }

  /// The number of item `i` of the result in the index; nil if it was added.
  public func item(_ i: Int) -> UInt32? {
    let item = candidates[Int(order[i])].item
    return item < engine.itemCount ? item : nil
  }

  /// Calls `body` with the id, the title and the payload of item `i` of the result; the payload is
  /// JSON, or empty.
  ///
  /// - Precondition: `0 <= i < count`.
  public func withItem<R>(
    _ i: Int,
    _ body: (
      _ id: UnsafeBufferPointer<UInt8>, _ title: UnsafeBufferPointer<UInt8>,
      _ payload: UnsafeBufferPointer<UInt8>
    ) -> R
  ) -> R {
    let item = candidates[Int(order[i])].item
    if item < engine.itemCount {
      let items = engine.items
      return body(items.ids[Int(item)], items.title(of: item), items.payload(of: item))
    }
    guard let own = added?.items[Int(item) - engine.itemCount] else {
      preconditionFailure("an item beyond the index was added")
    }
    return own.id.withUnsafeBufferPointer { id in
      own.title.withUnsafeBufferPointer { title in
        own.payload.withUnsafeBufferPointer { body(id, title, $0) }
      }
    }
  }

  /// The score of item `i` of the result; greater is better.
  public func score(_ i: Int) -> Double { scores[Int(order[i])] }

  /// The arm that put item `i` of the result highest.
  public func arm(_ i: Int) -> RetrievalOptions.Arm {
    let candidate = candidates[Int(order[i])]
    func place(_ place: UInt16) -> UInt16 { place == 0 ? .max : place }
    let text = min(place(candidate.wordsPlace), place(candidate.textPlace))
    if place(candidate.treePlace) <= min(text, place(candidate.votesPlace)),
      candidate.treePlace > 0
    {
      return .tree
    }
    return place(candidate.votesPlace) < text ? .neighbours : .lexical
  }

  /// The features of item `i` of the result, in the order of `RetrievalFeature`.
  public func features(_ i: Int) -> ArraySlice<Float> { features(ofCandidate: Int(order[i])) }

  func features(ofCandidate candidate: Int) -> ArraySlice<Float> {
    let start = candidate * RetrievalEngine.rowStride
    return rows[start..<start + RetrievalFeature.count]
  }

  /// Calls `body` with the name, the value and the weight of every feature of item `i` of the
  /// result that is not 0.
  public func forEachFeature(_ i: Int, _ body: (StaticString, Double, Double) -> Void) {
    for (feature, value) in zip(RetrievalFeature.allCases, features(i)) where value != 0 {
      body(feature.name, Double(value), engine.paddedWeights[feature.rawValue])
    }
  }

  /// Overwrites what the last retrievals left of anybody's text; there is no result any more.
  public func wipe() {
    reset()
    for i in form.indices { form[i] = 0 }
    for i in previousForm.indices { previousForm[i] = 0 }
    form.removeAll(keepingCapacity: true)
    previousForm.removeAll(keepingCapacity: true)
  }

  /// Forgets the last result.
  func reset() {
    query.reset()
    tree.reset()
    words.reset()
    stems.reset()
    textStems.reset()
    neighbours.reset()
    candidates.reset()
    rows.removeAll(keepingCapacity: true)
    compared.removeAll(keepingCapacity: true)
    scores.removeAll(keepingCapacity: true)
    ranked.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    added = nil
  }
}
