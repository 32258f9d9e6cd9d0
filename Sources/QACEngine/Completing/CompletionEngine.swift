// Completes prefixes from one index: candidates from several sources, then one linear ranker.
//
//     prefix, context --> normalise --> range [lo, hi) of labels that match
//        |                                |
//        |    hybrid index (TreeSearch) --+
//        |    popular labels (pyramid) ---+--> candidates, one each label --> features --> score
//        |    followers of the previous --+
//        |    recent queries (overlay) ---+
//        |    the session's own queries --+
//        +--> corrections, if few match --+
//
// Invariants: every suggestion's normalised text begins with the normalised prefix, but for those marked
// as corrected; none is blocked; where a label matches that is not blocked, the answer is not empty; no
// text occurs twice; the order is total: score descending, then label id ascending, then (for texts
// without a label) the text ascending.
// Cost: that of its sources, plus O(candidates x features).
// Source: docs/design.md, "QACEngine".

public import QACIndex
import QACText

/// Completes prefixes from one index.
public final class CompletionEngine: Sendable {
  /// The index that this serves.
  public let index: LabelIndex
  /// The ranker's weights, in the order of `RankerFeature`.
  public let weights: [Double]
  let nodeSummaries: [NodeSummary]
  let trie: LabelTrie
  /// Near-duplicates are folded where texts are for searching.
  let foldsDuplicates: Bool
  let normalizer: Normalizer

  /// Verifies `index` and makes an engine that serves it.
  ///
  /// - Parameters:
  ///   - index: The index; every byte of it is read and checked.
  ///   - weights: Ranker weights to use in place of the index's own, in the order of
  ///     `RankerFeature`.
  /// - Throws: `EngineError`.
  public init(index: LabelIndex, weights: [Double]? = nil) throws(EngineError) {
    do {
      try index.verify()
      self.weights = try Self.bounded(weights ?? Self.weights(of: index))
    } catch let error as IndexError {
      throw .index(error)
    } catch let error as EngineError {
      throw error
    } catch {
      preconditionFailure("verification throws IndexError or EngineError alone")
    }
    self.index = index
    normalizer = Normalizer(index.profile)
    Normalizer.prepare()
    foldsDuplicates = index.profile == .search
    nodeSummaries = index.view.nodeSummaries()
    trie = LabelTrie(index.view)
  }

  /// An engine that serves what `engine` does, with other ranker weights, in the order of
  /// `RankerFeature`.
  public init(_ engine: CompletionEngine, weights: [Double]) {
    self.weights = Self.bounded(weights)
    index = engine.index
    nodeSummaries = engine.nodeSummaries
    trie = engine.trie
    foldsDuplicates = engine.foldsDuplicates
    normalizer = engine.normalizer
  }

  private static func weights(of index: LabelIndex) throws -> [Double] {
    let stored = try index.rankerWeights()
    if stored.isEmpty { return RankerFeature.indexOnly }
    var weights = [Double](repeating: 0, count: RankerFeature.count)
    for (name, value) in stored {
      guard let feature = RankerFeature.allCases.first(where: { $0.name == name }) else {
        throw EngineError.unknownRankerFeature(name: name)
      }
      weights[feature.rawValue] = value
    }
    return weights
  }

  /// Finds the best completions of `prefix` into `scratch`, best first.
  ///
  /// - Parameters:
  ///   - prefix: UTF-8 as typed; not yet normalised.
  ///   - context: The session's earlier queries.
  ///   - overlay: What was submitted since the index was built; of this engine's index.
  ///   - blocks: What must not be suggested, of this engine's index; a list that blocks nothing is as
  ///     good as none.
  ///   - time: Now, in unix seconds: decides which queries are context and which are history.
  ///   - limit: How many suggestions at the most, near-duplicates folded; nil keeps every candidate.
  ///   - options: Sources and beam.
  ///   - scratch: Working memory of this engine, and the result.
  public func complete(
    prefix: UnsafeBufferPointer<UInt8>, context: borrowing SessionContext,
    overlay: LiveOverlay? = nil, blocks: BlockedLabels? = nil, at time: Int64, limit: Int?,
    options: CompletionOptions = .standard, scratch: CompletionScratch
  ) {
    let blocks = blocks.flatMap { $0.isEmpty ? nil : $0 }
    precondition(
      blocks?.labelCount ?? index.labelCount == index.labelCount,
      "blocked labels of another index")
    normalizer.normalize(prefix, as: .prefix, into: &scratch.prefix)
    scratch.index = index
    scratch.liveUses = 0
    scratch.gatheringWork = BlockWork()
    scratch.rankingWork = BlockWork()
    let view = index.view
    // A prefix rule that covers what was typed covers all that could follow: nothing to search, and
    // nothing to correct.
    let isCovered = scratch.prefix.withUnsafeBufferPointer {
      blocks?.list.prefixes.covers($0) == true
    }
    let range = scratch.prefix.withUnsafeBufferPointer {
      isCovered ? 0..<0 : view.range(ofPrefix: $0)
    }
    context.steps(
      at: time, view: view, range: range, overlay: overlay, labels: &scratch.labels,
      into: &scratch.steps)
    let request = Request(
      view: view, range: range, blocks: blocks, time: time,
      wanted: max(limit ?? 0, options.candidatesPerSource),
      enough: isCovered ? 0 : Self.fewMatches,
      previousEntry: context.previousEntry(at: time) ?? -1)
    gather(request, context, overlay, options, scratch)
    featurize(request, context, overlay, scratch)
    score(scratch)
    rank(limit, folding: options.foldsDuplicates, blocks: blocks, scratch)
  }

  private func score(_ scratch: CompletionScratch) {
    let count = RankerFeature.count
    weights.withUnsafeBufferPointer { weights in
      scratch.values.withUnsafeBufferPointer { values in
        for i in 0..<scratch.candidates.count {
          var score = 0.0
          for f in 0..<count { score += weights[f] * values[i &* count &+ f] }
          scratch.candidates[i].score = score
        }
      }
    }
  }
}

/// What stays the same for all candidates of one completion.
struct Request {
  let view: IndexView
  /// The labels that begin with the prefix.
  let range: Range<UInt32>
  let blocks: BlockedLabels?
  let time: Int64
  /// Candidates that each source brings at most.
  let wanted: Int
  /// Labels that match the prefix below which corrections are looked for.
  let enough: Int
  /// The session's entry of the previous query, or -1.
  let previousEntry: Int

  /// The label whose text is `text`, which begins with the prefix of `typed` bytes, or nil.
  ///
  /// - Complexity: O(log(`range.count`)) comparisons of what stands behind the prefix.
  @inline(__always)
  func label(of text: UnsafeBufferPointer<UInt8>, after typed: Int) -> UInt32? {
    if range.isEmpty { return nil }
    return view.labels.index(
      of: UnsafeBufferPointer(rebasing: text[typed...]),
      in: Int(range.lowerBound)..<Int(range.upperBound), skipping: typed
    ).map { UInt32($0) }
  }
}
