// A suggestion as a value: what `CompletionEngine.suggestions` returns.
//
// Invariant: it is a copy. Later completions and changes of the session leave it alone.
// Cost: the text and one number per ranker feature; `explanation` is made when it is asked for.

/// One completion of what was typed, copied out of the engine.
public struct Suggestion: Sendable, Hashable {
  /// The text to show.
  public var text: String
  /// Orders the suggestions of one call, greater is better; it means nothing across calls.
  public var score: Double
  /// The first of the sources that brought it, in the order of `SuggestionSource`.
  public var source: SuggestionSource
  /// How it matches what was typed, once that is normalised.
  public var match: SuggestionMatch
  /// The label of the index that has this text, or nil where none has.
  public var label: UInt32?
  /// Whether the session's last use of it failed.
  public var hasFailed: Bool
  /// The values of the ranker's features, in the order of `RankerFeature`.
  var values: [Double]
  /// The ranker's weights, in the same order.
  var weights: [Double]
  /// What boosts and pins add to the score.
  var boost: Double
  var pin: Double

  /// What the score is made of: it is the sum of all contributions, apart from rounding.
  ///
  /// - Complexity: O(features of the ranker).
  public var explanation: [ExplainedFeature] {
    var parts = RankerFeature.allCases.map {
      ExplainedFeature(
        name: $0.name, feature: $0, value: values[$0.rawValue], weight: weights[$0.rawValue])
    }
    if boost != 0 { parts.append(ExplainedFeature(name: "boost", value: boost, weight: 1)) }
    if pin != 0 { parts.append(ExplainedFeature(name: "pin", value: 1, weight: pin)) }
    return parts
  }

  /// Copies suggestion `i` of the last completion of `engine` with `scratch`, in `context`.
  init(
    _ i: Int, of scratch: CompletionScratch, in context: SessionContext, _ engine: CompletionEngine
  ) {
    text = scratch.withText(i) { String(decoding: $0, as: UTF8.self) }
    score = scratch.score(i)
    source = scratch.source(i)
    match = scratch.match(i)
    label = scratch.label(i)
    hasFailed = scratch.hasFailed(i, in: context)
    values = Array(scratch.featureValues(i))
    weights = engine.weights
    (boost, pin) = scratch.lift(i)
  }
}

/// What one feature of the ranker adds to a score, or what a rule of the operator adds.
public struct ExplainedFeature: Sendable, Hashable {
  /// The name in index files, reports and the protocol; `boost` and `pin` for rules.
  public var name: String
  /// The feature; nil for a rule.
  public var feature: RankerFeature?
  /// Its value for this suggestion.
  public var value: Double
  /// Its weight in the engine.
  public var weight: Double

  /// What it adds to the score.
  public var contribution: Double { value * weight }
}
