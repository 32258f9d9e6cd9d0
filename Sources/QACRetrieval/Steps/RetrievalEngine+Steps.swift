// Retrieval with steps of an embedder: further candidates, another order.
//
//     query --> arms of `options` + matching --> features --> ranking --> best first
//
// Every candidate is compared with the query, since an embedder's ranking may want what the early
// weights would leave out.
// Invariant: with `ArmsAlone` and `FittedRanking` the result is the beginning of what `retrieve`
// finds without a limit.
// Cost: that of `retrieve`, of the steps, and O(candidates log candidates).

import QACIndex

extension RetrievalEngine {
  /// Finds the best items for `query` into `scratch`, best first.
  ///
  /// - Parameters:
  ///   - query: UTF-8 as typed; not yet normalised.
  ///   - limit: The most items.
  ///   - previous: The session's previous query as typed, or nothing.
  ///   - options: The arms that propose beside `matching`; perhaps none.
  ///   - matching: Proposes further items.
  ///   - ranking: Scores all candidates.
  ///   - scratch: Working memory of this engine, and the result.
  public func retrieve<Matching: ItemMatching, Ranking: ItemRanking>(
    query: UnsafeBufferPointer<UInt8>, limit: Int,
    previous: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
    options: RetrievalOptions = .standard, matching: inout Matching, ranking: Ranking,
    scratch: RetrievalScratch
  ) {
    let items = items
    read(query: query, previous: previous, added: nil, scratch: scratch)
    if !scratch.query.isEmpty { propose(items, options, limit: limit, scratch) }
    scratch.form.withUnsafeBufferPointer { form in
      matching.match(form) { item in
        precondition(item < items.count, "the index has no item \(item)")
        scratch.candidates.update(item) { _ in }
      }
    }
    computeEarlyFeatures(items, scratch)
    choose(limit: nil, hidden: nil, options: options, scratch)
    computeLateFeatures(items, scratch)
    rank(limit: nil, options: options, scratch)
    scratch.rows.withUnsafeBufferPointer { rows in
      for i in 0..<scratch.candidates.count {
        let start = i * Self.rowStride
        let own = UnsafeBufferPointer(rebasing: rows[start..<start + RetrievalFeature.count])
        scratch.scores[i] = ranking.score(
          RankedItem(
            item: scratch.candidates[i].item, features: own, score: scratch.scores[i]))
      }
    }
    scratch.order.sort { a, b in
      let (x, y) = (scratch.scores[Int(a)], scratch.scores[Int(b)])
      return x != y ? x > y : scratch.candidates[Int(a)].item < scratch.candidates[Int(b)].item
    }
    if scratch.order.count > limit { scratch.order.removeLast(scratch.order.count - limit) }
  }
}
