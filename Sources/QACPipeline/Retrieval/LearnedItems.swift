// A set of items as an index that can be asked, with its fitted ranker and its sizes.

import QACIndex
import QACRetrieval
import QACTraining

/// What a set of items becomes under some settings.
struct LearnedItems: Sendable {
  /// Serves the items, with the fitted ranker if there is one.
  let engine: RetrievalEngine
  /// The weight of the examples of each item.
  let uses: [Float]
  /// The seconds that the training of the tree took.
  let trainingSeconds: Double
  /// The bytes of the tree.
  let treeBytes: Int
  /// The bytes of all that the index has for its items.
  let itemBytes: Int

  /// Learns `set`; if no ranker is fitted, the usual one ranks.
  init(
    _ set: ItemSet, settings: ItemSettings, fitsRanker: Bool = true,
    progress: (String, Double) -> Void = { _, _ in }
  ) throws {
    var ranker: RetrievalRanker?
    if fitsRanker {
      progress("items: ranker", 0)
      ranker = try RetrievalFit.ranker(set, settings: settings)
    }
    progress("items: tree", 0)
    var seconds = 0.0
    let content = ItemContentBuilder(set, settings: settings).build { seconds = $0 / .seconds(1) }
    let plain = try ItemIndex.engine(of: content)
    engine = ranker.map { RetrievalEngine(plain, ranker: $0) } ?? plain
    uses = content.uses
    trainingSeconds = seconds
    let index = plain.index
    let own: [IndexSection] = [.itemNodes, .itemMembers, .itemChunks, .itemLevels]
    treeBytes = own.reduce(0) { $0 + index.section($1).count }
    itemBytes = ItemsView.sections.reduce(0) { $0 + index.section($1).count }
  }
}
