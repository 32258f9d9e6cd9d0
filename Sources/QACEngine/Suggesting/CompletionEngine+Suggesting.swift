// The front door for programs that complete in their own process: strings in, values out.
//
// It calls `complete(prefix:context:...)` and copies the result. The daemon calls that itself, and
// does without the copies.
// Cost: that of `complete`, plus a few allocations per suggestion.

import QACIndex

extension CompletionEngine {
  /// Opens the index file at `path`, verifies it and makes an engine that serves it.
  ///
  /// - Parameters:
  ///   - path: A file that `qac-index build` wrote; every byte of it is read and checked.
  ///   - weights: Ranker weights to use in place of the index's own, in the order of
  ///     `RankerFeature`.
  /// - Throws: `EngineError`.
  public convenience init(
    contentsOf path: String, weights: [Double]? = nil
  ) throws(EngineError) {
    let index: LabelIndex
    do throws(IndexError) {
      index = try LabelIndex(opening: path)
    } catch {
      throw .index(error)
    }
    try self.init(index: index, weights: weights)
  }

  /// The best completions of `prefix`, best first.
  ///
  /// - Parameters:
  ///   - prefix: What was typed so far, as typed; empty for the likely next queries.
  ///   - session: The earlier queries of the same user.
  ///   - limit: How many suggestions at most, 0 or more.
  ///   - time: Now, in unix seconds, which decides how old the session's queries are; nil for the
  ///     system's clock.
  ///   - overlay: What was submitted since the index was built; made for this engine's index.
  ///   - blocks: What must not be suggested; made for this engine's index.
  ///   - rules: What is pinned and boosted; made for this engine's index.
  /// - Returns: At most `limit` suggestions, no text twice.
  public func suggestions(
    for prefix: String, in session: Session, limit: Int = 10, at time: Int64? = nil,
    overlay: LiveOverlay? = nil, blocks: BlockedLabels? = nil, rules: RankingRules? = nil
  ) -> [Suggestion] {
    precondition(limit >= 0, "a limit of \(limit) suggestions; ask for 0 or more")
    let scratch = session.memory.scratch(for: self)
    let context = session.context(for: index.profile)
    var prefix = prefix
    prefix.withUTF8 {
      complete(
        prefix: $0, context: context, overlay: overlay, blocks: blocks, rules: rules,
        at: time ?? Session.now, limit: limit, scratch: scratch)
    }
    return (0..<scratch.count).map { Suggestion($0, of: scratch, in: context, self) }
  }
}
