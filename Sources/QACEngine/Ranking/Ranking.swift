// Orders the candidates by score and folds near-duplicates into the best of them.
//
// Under the search profile, of two texts that differ in the order of their words, in spaces or in a
// plural s alone, only the likelier is suggested. The other is suggested too where it is more than
// an eighth as likely: a spelling that people choose that often is a suggestion of its own. What
// was typed in full is never folded. A correction is folded into its plural or singular at once.
// What is blocked is passed over, and nothing is folded into it.
//
// Invariant: the order is total, and independent of the order in which candidates were gathered:
// score descending, then label id ascending, then (for texts without a label) the text ascending.
// No blocked text gets past, whatever source brought it.
// A candidate whose row waits (`FeatureTable`) has an upper bound for a score until it is on top of
// the heap: then the row is finished, and it sinks to its place. So a row that stays below the last
// suggestion is never finished. The first candidate whose row is finished and that is taken from the
// heap has the best score of all. Then the softmax of all scores is known within bounds, and whether
// a composed line is shown mostly follows from them; only else all rows are finished.
// Cost: O(candidates x features) to score them, O(candidates) to heap them, O(log candidates +
// length) per suggestion.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// The suggestions of one completion, with the working memory that they are ranked in.
struct Ranking {
  /// How much higher the score of a text is in whose favour a near-duplicate is left out: ln 8.
  private static let foldGap = 2.0794415416798357

  /// Positions of candidates, best first.
  private(set) var order: [Int] = []
  /// The ranker's score of each candidate, in the candidates' order; at least that where its row
  /// waits.
  private(set) var scores: [Double] = []
  /// Positions of candidates that are not ranked yet, as a heap.
  private var heap: [Int] = []
  /// What near-duplicates of the suggestions so far would share with them, in the order of `order`.
  private var folds: [FoldKeys] = []
  /// The softmax of the scores before something was added to them; nil where nothing was.
  private var unlifted: Softmax?
  /// What is left to spend on comparing with rules.
  private(set) var blockWork = BlockWork()

  /// Forgets the result.
  mutating func reset() { order.removeAll(keepingCapacity: true) }

  /// Scores each candidate: the sum of weight x value over its features, or over those that are not
  /// 0 without a place.
  mutating func score(
    _ features: borrowing FeatureTable, with weights: [Double], hasPlace: Bool
  ) {
    let count = RankerFeature.count
    let used = hasPlace ? count : RankerFeature.countWithoutPlace
    unlifted = nil
    scores.removeAll(keepingCapacity: true)
    weights.withUnsafeBufferPointer { weights in
      features.values.withUnsafeBufferPointer { values in
        guard let weights = weights.baseAddress, let values = values.baseAddress else { return }
        let rows = features.rowCount
        var row = 0
        // The sums of four rows do not wait for each other.
        while row &+ 4 <= rows {
          let first = values + row &* count
          var sums = SIMD4<Double>()
          for f in 0..<used {
            sums +=
              weights[f]
              * SIMD4(
                first[f], first[count &+ f], first[2 &* count &+ f], first[3 &* count &+ f])
          }
          for i in 0..<4 { scores.append(sums[i]) }
          row &+= 4
        }
        while row < rows {
          scores.append(Self.sum(weights, values + row &* count, used))
          row &+= 1
        }
      }
    }
    guard features.waits.contains(true) else { return }
    let most = PreviousQuery.mostOverlap(weights)
    for i in scores.indices where features.waits[i] { scores[i] += most }
  }

  /// The sum of weight x value over the first `used` features.
  @inline(__always)
  private static func sum(
    _ weights: UnsafePointer<Double>, _ values: UnsafePointer<Double>, _ used: Int
  ) -> Double {
    var score = 0.0
    for f in 0..<used { score += weights[f] * values[f] }
    return score
  }

  /// Finishes the row of candidate `i`, and scores it.
  private mutating func finish(
    _ i: Int, of table: borrowing CandidateTable, _ features: inout FeatureTable,
    with weights: [Double], for completion: borrowing Completion
  ) {
    features.finish(i, of: table, for: completion)
    let used =
      completion.situation.place != 0 ? RankerFeature.count : RankerFeature.countWithoutPlace
    scores[i] = weights.withUnsafeBufferPointer { weights in
      features.values.withUnsafeBufferPointer { values in
        guard let weights = weights.baseAddress, let values = values.baseAddress else { return 0 }
        return Self.sum(weights, values + i * RankerFeature.count, used)
      }
    }
  }

  /// Finishes all rows that wait.
  private mutating func finishAll(
    of table: borrowing CandidateTable, _ features: inout FeatureTable, with weights: [Double],
    for completion: borrowing Completion
  ) {
    guard features.waits.contains(true) else { return }
    for i in 0..<table.count where features.waits[i] {
      finish(i, of: table, &features, with: weights, for: completion)
    }
    makeHeap(table)
  }

  private mutating func makeHeap(_ table: borrowing CandidateTable) {
    for i in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(i, table) }
  }

  /// What the scores of all candidates have in common, for `LineFeature`.
  struct Softmax {
    /// The best score.
    var best: Double
    /// ln of the sum of e^(score - best) over all candidates.
    var logTotal: Double

    /// The values of `LineFeature` of a candidate with `score`, in its order, behind a prefix of
    /// `typed` scalars.
    func place(_ score: Double, typed: Int) -> SIMD4<Double> {
      let gap = score - best
      return SIMD4(1, gap - logTotal, gap, log(1 + Double(typed)))
    }
  }

  /// The softmax of the scores of all candidates as the ranker gave them.
  ///
  /// - Complexity: An exponential per candidate.
  func softmax() -> Softmax {
    if let unlifted { return unlifted }
    let best = scores.max() ?? 0
    var total = 0.0
    for score in scores { total += exp(score - best) }
    return Softmax(best: best, logTotal: log(total))
  }

  /// Adds `value` to the score of candidate `i`.
  mutating func lift(_ i: Int, by value: Double) {
    if unlifted == nil { unlifted = softmax() }
    scores[i] += value
  }

  /// Orders the candidates by their scores.
  ///
  /// - Parameters:
  ///   - table: The candidates that were scored.
  ///   - completion: The completion that they belong to.
  ///   - features: Their features; those of what is suggested are finished.
  ///   - weights: The ranker's weights.
  ///   - lines: Says which composed lines are shown; all if it is nil.
  ///   - limit: How many suggestions are kept; nil for all that are not blocked, near-duplicates
  ///     too.
  ///   - mayFold: Whether near-duplicates are folded, where there is a limit.
  mutating func rank(
    _ table: borrowing CandidateTable, for completion: borrowing Completion,
    features: inout FeatureTable, weights: [Double], lines: LineModel?, limit: Int?,
    folding mayFold: Bool
  ) {
    order.removeAll(keepingCapacity: true)
    folds.removeAll(keepingCapacity: true)
    blockWork = BlockWork()
    heap.removeAll(keepingCapacity: true)
    heap.append(contentsOf: 0..<table.count)
    makeHeap(table)
    var place = LinePlace(lines: limit == nil ? nil : lines, for: completion)
    let reserved = SynonymOrder.reserved(table, limit: limit)
    while order.count < limit ?? Int.max, let best = heap.first {
      if features.waits[best] {
        // Before the best score is known, this may have it.
        if place.best != nil,
          isHidden(best, of: table)
            || completion.blocks == nil && !mayShow(best, of: table, features, place)
        {
          removeFirst(table)
          continue
        }
        finish(best, of: table, &features, with: weights, for: completion)
        sink(0, table)
        continue
      }
      removeFirst(table)
      if place.best == nil { place.best = scores[best] }
      if isHidden(best, of: table) { continue }
      if isBlocked(best, of: table, for: completion) { continue }
      if isFailing(best, of: table, for: completion) { continue }
      if place.lines != nil, table[best].isComposed {
        let isShown = shows(
          best, of: table, &features, &place, weights: weights, for: completion)
        if !isShown { continue }
      }
      if reserved > 0, let limit, order.count >= limit - reserved, table[best].isComposed {
        continue
      }
      if mayFold, limit != nil, isDuplicate(best, of: table, for: completion) { continue }
      order.append(best)
    }
  }

  /// What is known of the place of a line among all candidates while they are ranked.
  private struct LinePlace {
    /// Says which composed lines are shown; all if it is nil.
    let lines: LineModel?
    /// The scalars of the prefix.
    let typed: Int
    /// The best score of all, once it is known.
    var best: Double?
    /// The softmax of all scores, once it was needed.
    var softmax: Softmax?

    init(lines: LineModel?, for completion: borrowing Completion) {
      self.lines = lines
      typed = lines == nil ? 0 : UTF8Scalars.count(completion.prefix)
    }
  }

  /// Whether candidate `i` is composed, and nothing composed that matches as typed is shown.
  @inline(__always)
  private func isHidden(_ i: Int, of table: borrowing CandidateTable) -> Bool {
    table.hidesComposed && table[i].isComposed && !table[i].isCorrected
  }

  /// Whether candidate `i`, whose row waits, may be shown: false only if it is a composed line that
  /// is not likely enough, whatever words it shares with the previous query.
  private func mayShow(
    _ i: Int, of table: borrowing CandidateTable, _ features: borrowing FeatureTable,
    _ place: borrowing LinePlace
  ) -> Bool {
    guard let lines = place.lines, table[i].isComposed, lines.growsWithScore else { return true }
    guard let best = place.best else { return true }
    let softmax = Softmax(best: best, logTotal: 0)
    let odds =
      lines.logOdds(features.row(i), softmax.place(scores[i], typed: place.typed))
      + PreviousQuery.mostOverlap(lines.weights)
    return lines.shows(logOdds: odds, isFirst: order.isEmpty)
  }

  /// Whether the composed line `i`, whose row is finished, is shown.
  private mutating func shows(
    _ i: Int, of table: borrowing CandidateTable, _ features: inout FeatureTable,
    _ place: inout LinePlace, weights: [Double], for completion: borrowing Completion
  ) -> Bool {
    guard let lines = place.lines else { return true }
    func isShown(_ softmax: Softmax) -> Bool {
      let place = softmax.place(scores[i], typed: place.typed)
      return lines.shows(
        logOdds: lines.logOdds(features.row(i), place), isFirst: order.isEmpty)
    }
    if let softmax = place.softmax { return isShown(softmax) }
    if unlifted == nil, let best = place.best {
      // The best score adds 1 to the sum, and none adds more.
      let most = isShown(Softmax(best: best, logTotal: 0))
      if isShown(Softmax(best: best, logTotal: log(Double(table.count)))) == most { return most }
    }
    finishAll(of: table, &features, with: weights, for: completion)
    let softmax = softmax()
    place.softmax = softmax
    return isShown(softmax)
  }

  /// Takes the first candidate from the heap.
  private mutating func removeFirst(_ table: borrowing CandidateTable) {
    let last = heap.removeLast()
    if heap.isEmpty { return }
    heap[0] = last
    sink(0, table)
  }

  private mutating func isBlocked(
    _ i: Int, of table: borrowing CandidateTable, for completion: borrowing Completion
  ) -> Bool {
    guard let blocks = completion.blocks else { return false }
    let candidate = table[i]
    if candidate.isLabel { return blocks.contains(candidate.label) }
    return table.withText(of: candidate) { blocks.list.blocks($0, &blockWork) }
  }

  /// Whether a candidate fails for others (`LiveOverlay`), and is neither the session's own nor
  /// pinned.
  private func isFailing(
    _ i: Int, of table: borrowing CandidateTable, for completion: borrowing Completion
  ) -> Bool {
    guard let overlay = completion.overlay, overlay.failingCount > 0 else { return false }
    let candidate = table[i]
    if candidate.entry >= 0 || !candidate.sources.isDisjoint(with: SourceSet(.pinned)) {
      return false
    }
    let id =
      candidate.isLabel
      ? overlay.entry(of: candidate.label)
      : table.withText(of: candidate) { overlay.find(text: $0) }
    return id.map { overlay.isFailing($0) } ?? false
  }

  private mutating func sink(_ start: Int, _ table: borrowing CandidateTable) {
    var i = start
    let item = heap[i]
    while true {
      var child = 2 * i + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, precedes(heap[child + 1], heap[child], table) { child += 1 }
      if !precedes(heap[child], item, table) { break }
      heap[i] = heap[child]
      i = child
    }
    heap[i] = item
  }

  @inline(__always)
  private func precedes(_ a: Int, _ b: Int, _ table: borrowing CandidateTable) -> Bool {
    scores[a] != scores[b] ? scores[a] > scores[b] : precedesAmongEqual(a, b, table)
  }

  private func precedesAmongEqual(_ a: Int, _ b: Int, _ table: borrowing CandidateTable) -> Bool {
    let (x, y) = (table[a], table[b])
    if x.label != y.label { return x.label < y.label }
    if x.isLabel { return false }
    return table.withText(of: x) { mine in
      table.withText(of: y) { mine.lexicographicallyPrecedes($0) }
    }
  }

  /// Whether a near-duplicate of candidate `i` is among the suggestions; if not, remembers it.
  private mutating func isDuplicate(
    _ i: Int, of table: borrowing CandidateTable, for completion: borrowing Completion
  ) -> Bool {
    let candidate = table[i]
    let (keys, length) = table.withText(of: candidate, completion.view) { (FoldKeys($0), $0.count) }
    let isTyped = length == candidate.typedBytes(in: completion) && candidate.match == .prefix
    for (place, other) in folds.enumerated() where !isTyped {
      if keys.stems == other.stems || keys.letters == other.letters {
        // A label is not left out for a text that was composed in the order that was typed.
        if candidate.holdsWords, table[order[place]].isComposed { continue }
        if candidate.isCorrected || scores[order[place]] - scores[i] > Self.foldGap { return true }
      }
    }
    folds.append(keys)
    return false
  }
}
