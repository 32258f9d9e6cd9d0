// A boost: texts that the operator wants to weigh more or less.
//
// Which texts, a `BlockRule` says: the kinds, the wildcards and their bounds are those of block
// rules. The factor multiplies how likely a text is taken to be, against all others: ln of it is
// added to the text's score. Of several boosts that match a text, only the one that changes most
// counts, so the order of the rules does not matter.

#if canImport(Glibc)
  import Glibc
#endif

/// A factor for the texts that a rule matches.
public struct BoostRule: Sendable, Hashable {
  /// The factors that are allowed.
  public static let factors = 0.001...1000.0
  /// The most boosts of a daemon.
  public static let maximumRules = 1000

  /// Which texts.
  public let matching: BlockRule
  /// What multiplies the odds of the texts: above 1 raises them, below 1 lowers them.
  public let factor: Double

  /// Makes a boost.
  ///
  /// - Throws: `RankingRuleFault` if the factor is not one of `factors`.
  public init(_ matching: BlockRule, factor: Double) throws(RankingRuleFault) {
    guard Self.factors.contains(factor) else { throw .factor }
    self.matching = matching
    self.factor = factor
  }

  /// What is added to the score of a text that matches.
  var lift: Double { log(factor) }
}
