// What the engine's tests share: engines on given content, and completions as plain values.

import QACBinary
import QACIndex
import QACTestSupport
import QACText

@testable import QACEngine

/// A suggestion, copied.
struct Suggestion: Equatable {
  var text: [UInt8]
  var normalized: [UInt8]
  var label: UInt32?
  var score: Double
  var source: SuggestionSource
  var match: SuggestionMatch
  var isCorrected: Bool { match == .corrected }

  var string: String { String(decoding: text, as: UTF8.self) }
}

extension CompletionEngine {
  /// An engine on an index of `content`.
  convenience init(_ content: IndexContent, weights: [Double]? = nil) throws {
    try self.init(index: LabelIndex(bytes: IndexWriter.serialize(content)), weights: weights)
  }

  /// The suggestions for `prefix`, copied; with new working memory where none is given.
  func suggestions(
    _ prefix: [UInt8], _ context: SessionContext = SessionContext(), at time: Int64 = 1000,
    limit: Int? = 10, options: CompletionOptions = CompletionOptions(),
    overlay: LiveOverlay? = nil, blocks: BlockedLabels? = nil, rules: RankingRules? = nil,
    scratch: CompletionScratch? = nil
  ) -> [Suggestion] {
    let scratch = scratch ?? CompletionScratch(engine: self)
    prefix.withUnsafeBufferPointer {
      complete(
        prefix: $0, context: context, overlay: overlay, blocks: blocks, rules: rules, at: time,
        limit: limit, options: options, scratch: scratch)
    }
    scratch.table.checkInvariants()
    return (0..<scratch.count).map { i in
      Suggestion(
        text: scratch.text(i), normalized: scratch.normalizedText(i),
        label: scratch.label(i), score: scratch.score(i), source: scratch.source(i),
        match: scratch.match(i))
    }
  }

  /// The texts suggested for `prefix`.
  func texts(
    _ prefix: String, _ context: SessionContext = SessionContext(), at time: Int64 = 1000,
    limit: Int? = 10, options: CompletionOptions = CompletionOptions(), overlay: LiveOverlay? = nil
  ) -> [String] {
    suggestions(
      Array(prefix.utf8), context, at: time, limit: limit, options: options, overlay: overlay
    ).map(\.string)
  }
}

/// A session that submitted `queries`, one a second until `time`.
func session(
  _ queries: [String], until time: Int64 = 1000, profile: NormalizationProfile = .search,
  capacity: Int = SessionContext.defaultCapacity
) -> SessionContext {
  var context = SessionContext(capacity: capacity)
  for (i, query) in queries.enumerated() {
    context.record(
      normalized: Normalizer(profile).normalize(query), surface: Array(query.utf8),
      at: time - Int64(queries.count - i))
  }
  return context
}

/// A random sparse vector over `count` features.
func randomVector(_ random: inout SplitMix64, features count: Int) -> SparseVector {
  var x = SparseVector()
  for feature in 0..<count where random.below(4) == 0 {
    x.append(id: UInt32(feature), value: Float(random.unit() * 2 - 0.5))
  }
  return x
}

/// A random half-open range within `0 ..< count`, often of few labels, sometimes of all.
func randomRange(_ random: inout SplitMix64, _ count: Int) -> Range<UInt32> {
  if random.below(8) == 0 { return 0..<UInt32(count) }
  let low = random.below(count)
  let most = random.below(3) == 0 ? count - low : min(count - low, 6)
  return UInt32(low)..<UInt32(low + 1 + random.below(most))
}
