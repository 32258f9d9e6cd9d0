// Which n-grams of the request an item has: what `explain` names beside the arm.
//
// Only what was asked for is named, never what the item's text or the queries that led to it have.
// Where a word matches as it is, its stem and its trigrams are not named.
// Cost: that of `ItemTerms.forEachNamed`, plus a binary search per term. It allocates, so it is for
// explanations alone.

import QACBinary
import QACIndex
public import QACText

extension RetrievalScratch {
  /// Calls `body` with the kind and the text of every n-gram of the last query that item `i` of the
  /// result has; each once, in the order of the query.
  ///
  /// - Precondition: `0 <= i < count`.
  public func forEachMatch(_ i: Int, _ body: (_ kind: ItemTerms.Kind, _ text: [UInt8]) -> Void) {
    let item = candidates[Int(order[i])].item
    let items = engine.items
    var named: Set<UInt32> = []
    var wholeWords: Set<Int> = []
    form.withUnsafeBufferPointer { form in
      ItemTerms.forEachNamed(of: form, mostWords: RetrievalQuery.mostWords) {
        kind, key, text, word in
        if kind == .trigram, !engine.prepared.hasTrigrams { return }
        guard let id = id(of: key, items), query.place(of: id) != nil, has(id, item, items) else {
          return
        }
        if kind == .word { wholeWords.insert(word) }
        if kind == .stem || kind == .characters, wholeWords.contains(word) { return }
        if named.insert(id).inserted { body(kind, text) }
      }
    }
  }

  private func id(of key: UInt64, _ items: ItemsView) -> UInt32? {
    if let id = items.terms.id(of: key) { return id }
    return added?.extra.withView { $0.id(of: key) }.map { UInt32(items.terms.count) + $0 }
  }

  /// Whether `item` has `term`.
  private func has(_ term: UInt32, _ item: UInt32, _ items: ItemsView) -> Bool {
    guard item < items.count else {
      return added?.bags[Int(item) - items.count].contains { $0.term == term } ?? false
    }
    let bag = items.bag(item)
    let place = bag.partitioningIndex { items.bagTerms[$0] >= term }
    return place < bag.upperBound && items.bagTerms[place] == term
  }
}
