// The labels of two indexes side by side: what came, what went, what rose and fell.

import QACIndex

extension RebuildReport.Labels {
  /// Labels that are named of each kind.
  private static let named = 25

  /// Compares `index` with the one that is served, if there is one.
  ///
  /// Rising and falling are by the ratio of shares of all uses, each use count one greater, so that a
  /// label of two uses that has four does not rise most.
  ///
  /// - Complexity: O(labels), and sorting them.
  init(_ index: LabelIndex, served: LabelIndex?) {
    let view = index.view
    count = view.labelCount
    guard let old = served?.view else { return }
    var changes: [(change: RebuildReport.LabelChange, ratio: Double)] = []
    let whole = Double(max(1, view.mass(of: 0..<UInt32(view.labelCount))))
    let wholeBefore = Double(max(1, old.mass(of: 0..<UInt32(old.labelCount))))
    var fresh: [(label: UInt32, weight: UInt64)] = []
    var known = 0
    for label in 0..<UInt32(view.labelCount) {
      let weight = view.weight(of: label)
      guard let before = old.label(of: view.text(of: label)) else {
        added += 1
        fresh.append((label, weight))
        continue
      }
      known += 1
      let earlier = old.weight(of: before)
      let ratio = (Double(weight) + 3) / whole / ((Double(earlier) + 3) / wholeBefore)
      changes.append((Self.change(view, label, weight, earlier), ratio))
    }
    gone = old.labelCount - known
    fresh.sort { ($1.weight, $0.label) < ($0.weight, $1.label) }
    newest = fresh.prefix(Self.named).map { Self.change(view, $0.label, $0.weight, 0) }
    changes.sort { ($0.ratio, $0.change.text) > ($1.ratio, $1.change.text) }
    // In a log that shrinks every share rises, and in one that grows they fall: named is whose uses did, too.
    rising = changes.lazy.filter { $0.ratio > 1 && $0.change.now > $0.change.before }
      .prefix(Self.named).map(\.change)
    falling = changes.reversed().lazy.filter { $0.ratio < 1 && $0.change.now < $0.change.before }
      .prefix(Self.named).map(\.change)
  }

  private static func change(
    _ view: IndexView, _ label: UInt32, _ now: UInt64, _ before: UInt64
  ) -> RebuildReport.LabelChange {
    RebuildReport.LabelChange(
      text: String(decoding: view.surface(of: label), as: UTF8.self), now: Int(now),
      before: Int(before))
  }
}
