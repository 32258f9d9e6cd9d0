// Checks the items: texts, terms, postings, past queries, and the tree with its weights.
//
// Cost: O(size of the sections).

import QACBinary
import QACText

extension LabelIndex {
  func verifyItems() throws(IndexError) {
    guard let items = view.items else { return }
    try verifyItemTexts(items)
    try verifyKeys(items.terms.keys, starts: .termStarts, keys: .termKeys)
    for i in 0..<items.count {
      try demand(
        items.weights[i].isFinite && items.weights[i] > 0, .itemWeights,
        "weight \(i) is not above 0")
      try demand(
        items.uses[i] <= LabelIndex.greatestUses, .itemUses, "item \(i) has too many uses")
    }
    for term in 0..<items.terms.count {
      try demand(
        ItemTerms.Kind(rawValue: items.termKinds[term]) != nil, .termKinds,
        "term \(term) is of no kind")
    }
    try verifyLists(
      items.bagOffsets, items.bagTerms, below: items.terms.count, (.bagOffsets, .bagTerms))
    try verifyPostings(
      items.holders, of: items.count, (.holderOffsets, .holders, .holderCounts))
    try verifyPostings(
      items.textHolders, of: items.count, (.textHolderOffsets, .textHolders, .textHolderCounts))
    try verifyPostings(
      items.past, of: items.pastCount, (.pastHolderOffsets, .pastHolders, .pastHolders))
    try verifyPast(items)
    if let translations = items.translations {
      try verifyTranslations(translations, terms: items.terms.count)
    }
    try verifyItemTree(items)
    try verifyChunks(
      of: items.tree.nodes, levels: items.tree.levels, features: items.tree.features,
      (.itemNodes, .itemChunks, .itemLevels)
    ) { items.tree.chunk(of: $0) }
  }

  /// The code of 2^31, the most that an item or a pair of query and item is used.
  private static let greatestUses = UInt32(
    RoundedNumber.code(0x1p31, fractionBits: RoundedNumber.heatBits))
  private static let greatestCount = UInt32(
    RoundedNumber.code(0x1p31, fractionBits: RoundedNumber.countBits))

  private func verifyItemTexts(_ items: ItemsView) throws(IndexError) {
    let n = items.count
    let order = "the offsets do not ascend to the end of the text"
    for (offsets, text, part, textPart) in [
      (items.idOffsets, items.ids.bytes, IndexSection.itemIDOffsets, IndexSection.itemIDText),
      (items.titleOffsets, items.titleText, .itemTitleOffsets, .itemTitleText),
      (items.payloadOffsets, items.payloadText, .itemPayloadOffsets, .itemPayloadText),
    ] {
      try demand(ascends(offsets) && offsets[n] == text.count, part, order)
      try verifyText(text, textPart, at: offsets, part)
    }
    try verifyOrder(items.ids, .itemIDText)
  }

  private func verifyPostings(
    _ postings: PostingsView, of documents: Int,
    _ parts: (offsets: IndexSection, documents: IndexSection, counts: IndexSection)
  ) throws(IndexError) {
    try verifyLists(
      postings.offsets, postings.documents, below: documents, (parts.offsets, parts.documents))
    for i in 0..<postings.counts.count {
      try demand(postings.counts[i] > 0, parts.counts, "count \(i) is 0")
    }
  }

  /// Checks lists of numbers below `bound` that ascend strictly, one after the other.
  private func verifyLists<Numbers: RandomAccessCollection>(
    _ offsets: AscendingArray, _ numbers: Numbers, below bound: Int,
    _ parts: (offsets: IndexSection, numbers: IndexSection)
  ) throws(IndexError) where Numbers.Element == UInt32, Numbers.Index == Int {
    try demand(
      ascends(offsets) && offsets[offsets.count - 1] == numbers.count, parts.offsets,
      "the offsets do not ascend to the end of the entries")
    for list in 0..<offsets.count - 1 {
      var least: UInt32 = 0
      for i in Int(offsets[list])..<Int(offsets[list + 1]) {
        try demand(
          numbers[i] >= least && numbers[i] < bound, parts.numbers,
          "entry \(i) is out of order, or out of range")
        least = numbers[i] + 1
      }
    }
  }

  private func verifyPast(_ items: ItemsView) throws(IndexError) {
    try verifyLists(
      items.pastTermOffsets, items.pastTerms, below: items.terms.count,
      (.pastTermOffsets, .pastTerms))
    try verifyLists(
      items.pastItemOffsets, items.pastItems, below: items.count, (.pastItemOffsets, .pastItems))
    for i in items.pastItemCounts.indices {
      try demand(
        items.pastItemCounts[i] <= LabelIndex.greatestCount, .pastItemCounts,
        "entry \(i) has too great a count")
    }
  }

  private func verifyTranslations(
    _ translations: TranslationsView, terms: Int
  ) throws(IndexError) {
    var least: UInt32 = 0
    for (row, stem) in translations.stems.enumerated() {
      try demand(
        stem >= least && stem < terms, .translationStems,
        "stem \(row) is out of order, or out of range")
      least = stem + 1
    }
    try verifyLists(
      translations.offsets, translations.targets, below: terms,
      (.translationOffsets, .translationTargets))
  }

  private func verifyItemTree(_ items: ItemsView) throws(IndexError) {
    let tree = items.tree
    var isThere = [Bool](repeating: false, count: items.count)
    for i in 0..<items.count {
      let item = Int(tree.members[i])
      try demand(
        item < items.count && !isThere[item], .itemMembers, "member \(i) is no item, or twice")
      isThere[item] = true
    }
    func fail(_ node: Int, _ problem: String) -> IndexError {
      .malformed(path: path, part: "section itemNodes", problem: "node \(node): \(problem)")
    }
    var next = 1
    for (i, node) in tree.nodes.enumerated() {
      let members = Int(node.memberStart)..<Int(node.memberStart) + Int(node.memberCount)
      guard node.memberCount > 0, members.upperBound <= items.count, node.hasTerminal == 0,
        i > 0 || members.count == items.count
      else { throw fail(i, "its members are out of range") }
      if node.isLeaf { continue }
      guard Int(node.firstChild) == next, next + Int(node.childCount) <= tree.nodes.count else {
        throw fail(i, "its children are not where they must be")
      }
      var start = members.lowerBound
      for child in next..<next + Int(node.childCount) {
        guard Int(tree.nodes[child].memberStart) == start else {
          throw fail(child, "its members do not follow those of the node before")
        }
        start += Int(tree.nodes[child].memberCount)
      }
      guard start == members.upperBound else {
        throw fail(i, "its members are not those of its children")
      }
      next += Int(node.childCount)
    }
    guard next == tree.nodes.count else { throw fail(next, "it has no parent") }
  }
}
