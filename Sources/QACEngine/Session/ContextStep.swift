// The context of a completion: the queries before the one being typed, newest first.

import QACIndex
import QACText

/// One earlier query of a session, as one completion sees it.
struct ContextStep {
  /// The session's entry.
  var entry: Int
  /// The label that it counts as (`QueryMeanings`), or `Candidate.noLabel`.
  var label: UInt32
  /// The overlay's entry, or `LiveOverlay.noEntry` where others may not see it: what followed a
  /// query that few people submitted would tell what these people did.
  var live: UInt32
  /// 1 for the previous query; `decay` times as much for each query further back.
  var weight: Double
  /// Where the followers that match the prefix lie in the index.
  var followers: Range<Int>

  /// The weight of a query relative to the one after it.
  static let decay = 0.8
  /// The most queries that are context.
  static let most = 6
}

extension SessionContext {
  /// Puts the distinct queries of `thread` in the last half hour before `time` into `steps`, newest
  /// first.
  func steps(
    at time: Int64, in thread: UInt32, view: IndexView, range: Range<UInt32>, overlay: LiveOverlay?,
    meanings: borrowing QueryMeanings, cache: inout MeaningCache, into steps: inout [ContextStep]
  ) {
    steps.removeAll(keepingCapacity: true)
    var weight = 1.0
    var i = events.count - 1
    while i >= 0, steps.count < ContextStep.most {
      let event = events[i]
      i -= 1
      if !Self.isContext(event.time, at: time) { break }
      if !event.isIn(thread) { continue }
      if steps.contains(where: { $0.entry == Int(event.entry) }) { continue }
      let hash = entries[Int(event.entry)].hash
      let label =
        withText(of: Int(event.entry)) { cache.label(meantBy: $0, hash: hash, meanings, view) }
        ?? Candidate.noLabel
      var step = ContextStep(
        entry: Int(event.entry), label: label, live: LiveOverlay.noEntry, weight: weight,
        followers: 0..<0)
      if label != Candidate.noLabel { step.followers = view.followers(of: label, in: range) }
      if let overlay {
        let id =
          label != Candidate.noLabel
          ? overlay.entry(of: label)
          : withText(of: Int(event.entry)) { overlay.find(text: $0) }
        if let id, overlay.isVisible(id) { step.live = id }
      }
      steps.append(step)
      weight *= ContextStep.decay
    }
  }
}
