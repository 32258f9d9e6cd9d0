// What follows from the items of an index and is written beside them: postings and packed weights.
//
// Cost: O(entries), and that of `ChunkSection`.

import QACText

/// The parts of several sections of the items.
struct ItemParts {
  let tree: ChunkSection
  let holders: PostingsContent
  let textHolders: PostingsContent
  let past: PostingsContent

  /// Makes the parts of `items`.
  init(_ items: ItemContent) {
    tree = ChunkSection(
      items.tree.nodes, items.tree.chunks, features: items.terms.count + 1,
      mostLevels: ItemTreeContent.mostLevels, rowsPerBucket: ItemTreeContent.rowsPerBucket)
    holders = items.holders { $0.textCount + $0.askedCount }
    textHolders = items.holders { $0.textCount }
    past = items.pastHolders
  }
}
