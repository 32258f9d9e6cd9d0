// Compares the labels of two indexes: which came, which went, which rose and which fell.

import QACIndex

extension RebuildReport.Labels {
  /// The most labels of each kind that are named.
  private static let named = 25
  /// Uses that are added to every count before ratios are taken, so that a label with four uses
  /// after two does not rise most.
  private static let smoothing = 3.0

  /// Compares `index` with the served one, if there is one.
  ///
  /// Labels rise and fall by the ratio of their shares of all uses, `smoothing` added to each
  /// count.
  ///
  /// - Complexity: O(n log n) for n labels.
  init(_ index: LabelIndex, served: LabelIndex?) {
    let view = index.view
    count = view.labelCount
    guard let old = served?.view else { return }
    func uses(_ label: UInt32, _ view: IndexView) -> UInt64 {
      view.weight(of: label) / UInt64(view.weightPerUse)
    }
    func mass(_ view: IndexView) -> Double {
      let weight = view.mass(of: 0..<UInt32(view.labelCount))
      return Double(max(1, weight / UInt64(view.weightPerUse)))
    }
    var changes: [(change: RebuildReport.LabelChange, ratio: Double)] = []
    let whole = mass(view)
    let wholeBefore = mass(old)
    func share(_ uses: UInt64, of all: Double) -> Double { (Double(uses) + Self.smoothing) / all }
    var fresh: [(label: UInt32, weight: UInt64)] = []
    var known = 0
    for label in 0..<UInt32(view.labelCount) {
      let weight = uses(label, view)
      guard let before = old.label(of: view.text(of: label)) else {
        added += 1
        fresh.append((label, weight))
        continue
      }
      known += 1
      let earlier = uses(before, old)
      let ratio = share(weight, of: whole) / share(earlier, of: wholeBefore)
      changes.append((Self.change(view, label, now: weight, before: earlier), ratio))
    }
    gone = old.labelCount - known
    fresh.sort { ($1.weight, $0.label) < ($0.weight, $1.label) }
    newest = fresh.prefix(Self.named).map { Self.change(view, $0.label, now: $0.weight, before: 0) }
    changes.sort { ($0.ratio, $0.change.text) > ($1.ratio, $1.change.text) }
    // When a log shrinks every share rises, and when it grows every share falls. So a label is
    // named only if its uses moved in the same direction.
    rising = changes.lazy.filter { $0.ratio > 1 && $0.change.now > $0.change.before }
      .prefix(Self.named).map(\.change)
    falling = changes.reversed().lazy.filter { $0.ratio < 1 && $0.change.now < $0.change.before }
      .prefix(Self.named).map(\.change)
  }

  private static func change(
    _ view: IndexView, _ label: UInt32, now: UInt64, before: UInt64
  ) -> RebuildReport.LabelChange {
    RebuildReport.LabelChange(
      text: String(decoding: view.surface(of: label), as: UTF8.self), now: Int(now),
      before: Int(before))
  }
}
