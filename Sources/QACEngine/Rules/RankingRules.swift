// Pins and boosts, made ready for one index: what a completion asks.
//
//     let rules = RankingRules(pins: pins, boosts: boosts, in: index)
//     engine.complete(…, rules: rules, …)
//
// Two sources bring the candidates that rules are about (`PinnedSource`, `BoostedSource`), and
// `RuleLifts` changes the scores. A text that a rule matches is not thereby safe from block rules:
// the ranking passes blocked texts over, as ever.
// Invariant: rules that can have no effect under the index's profile are left out. Without rules a
// completion does nothing of all this.
// Cost: O(bytes of the rules), and a pass over the labels if there are boosts by word or pattern.

public import QACIndex
import QACText

/// Pins and boosts for the completions of one index.
public final class RankingRules: Sendable {
  /// The index.
  public let index: LabelIndex
  let pins: PinTable
  let boosts: BoostTable?

  /// Whether no rule can have an effect.
  public var isEmpty: Bool { pins.isEmpty && boosts == nil }

  /// Makes rules ready for `index`.
  ///
  /// - Parameters:
  ///   - pins: Pins, in the order in which they were added.
  ///   - boosts: Boosts, in any order.
  ///   - index: The index.
  public init(pins: [PinRule], boosts: [BoostRule], in index: LabelIndex) {
    self.index = index
    self.pins = PinTable(pins, in: index)
    self.boosts = BoostTable(boosts, in: index)
  }
}
