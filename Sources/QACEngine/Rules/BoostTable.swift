// The boosts of one index: how much a text's score changes, and which labels they are about.
//
// Boosts of one factor make one level, a `BlockList`; the levels are asked in the order of how much
// they change, and the first that matches counts. For labels that is done once, when the table is
// made.
//
// Invariant: `lift(of:)` of a label is that of its text. A test compares with a scan of the rules.
// Cost: making it takes a pass over the labels if a boost is by word or pattern. For a label a
// binary search; for another text a comparison with each level, in steps of `BlockWork`.

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Boosts in the normal form of an index.
struct BoostTable: Sendable {
  private struct Level {
    var lift: Double
    var list: BlockList
  }

  /// The most changing first; of equal ones the raising one.
  private let levels: [Level]
  /// The labels that a boost matches, ascending, and what it adds to their scores.
  private let labels: [UInt32]
  private let lifts: [Double]
  /// The labels that are raised.
  let raised: RaisedLabels
  /// The labels that a lowering boost matches; nil if there is none.
  let lowered: BlockedLabels?

  /// Makes a table of `rules`; nil if there are none that can have an effect in `index`.
  init?(_ rules: [BoostRule], in index: LabelIndex) {
    let normalizer = Normalizer(index.profile)
    let rules = rules.filter { $0.lift != 0 && (try? $0.matching.form(by: normalizer)) != nil }
    if rules.isEmpty { return nil }
    func list(_ rules: [BoostRule]) -> BlockList {
      BlockList(rules.map(\.matching), profile: index.profile)
    }
    let levels = Dictionary(grouping: rules, by: \.lift)
      .map { Level(lift: $0.key, list: list($0.value)) }
      .sorted { (abs($0.lift), $0.lift) > (abs($1.lift), $1.lift) }
    self.levels = levels
    let view = index.view
    var (labels, lifts): ([UInt32], [Double]) = ([], [])
    let all = BlockedLabels(list(rules), in: index)
    for label in 0..<UInt32(view.labelCount) where all.contains(label) {
      let text = view.text(of: label)
      guard let level = levels.first(where: { $0.list.blocks(text) }) else { continue }
      labels.append(label)
      lifts.append(level.lift)
    }
    self.labels = labels
    self.lifts = lifts
    raised = RaisedLabels(
      zip(labels, lifts).lazy.filter { $0.1 > 0 }.map { label, lift in
        ScoredLabel(label: label, score: Double(view.weight(of: label)) * exp(lift))
      })
    let lowering = rules.filter { $0.lift < 0 }
    lowered = lowering.isEmpty ? nil : BlockedLabels(list(lowering), in: index)
  }

  /// What is added to the score of `label`.
  func lift(of label: UInt32) -> Double {
    let place = labels.indices.partitioningIndex { labels[$0] >= label }
    return place < labels.count && labels[place] == label ? lifts[place] : 0
  }

  /// What is added to the score of a text, which is in the normal form; 0 if no work is left to
  /// find that out.
  func lift(of text: UnsafeBufferPointer<UInt8>, _ work: inout BlockWork) -> Double {
    for level in levels {
      let matches = level.list.blocks(text, &work)
      if work.isSpent { return 0 }
      if matches { return level.lift }
    }
    return 0
  }
}

/// The labels that boosts raise, to find the best of a range.
///
/// Blocks of labels have their greatest score beside them, so blocks without a good label are
/// passed over. Cost: one comparison per block in the range, and those of the blocks that are read.
struct RaisedLabels: Sendable {
  private static let blockSize = 64

  private let items: [ScoredLabel]
  private let maxima: [Double]

  /// Makes a set of `labels`, which are ascending.
  init(_ labels: some Sequence<ScoredLabel>) {
    let items = Array(labels)
    self.items = items
    maxima = stride(from: 0, to: items.count, by: Self.blockSize).map { start in
      items[start..<min(start + Self.blockSize, items.count)].reduce(0) { max($0, $1.score) }
    }
  }

  /// Offers the labels in `range` that may be among the best to `top`.
  func offer(_ range: Range<UInt32>, to top: inout TopLabels) {
    var i = items.indices.partitioningIndex { items[$0].label >= range.lowerBound }
    while i < items.count, items[i].label < range.upperBound {
      let block = i / Self.blockSize
      let end = min((block + 1) * Self.blockSize, items.count)
      if maxima[block] >= top.bound {
        for item in items[i..<end] where item.label < range.upperBound { top.offer(item) }
      }
      i = end
    }
  }
}
