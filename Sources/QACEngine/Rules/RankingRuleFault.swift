// What can be wrong with a pin or a boost, in messages that end with the remedy.
//
// Invariant: no message contains text of a rule.

/// What is wrong with a pin or a boost.
public enum RankingRuleFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The prefix or the text cannot be used.
  case text(BlockRuleFault)
  /// The pinned text does not begin with the prefix.
  case doesNotMatch
  /// A block rule matches the pinned text.
  case blocked
  /// The factor is out of range.
  case factor

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .text(let fault): return fault.description
    case .doesNotMatch:
      return "the text does not begin with the prefix in the index's normal form; "
        + "pin it to a beginning of the text"
    case .blocked: return "a block rule matches the text; unblock it before you pin it"
    case .factor:
      return "the factor is not from \(BoostRule.factors.lowerBound) to "
        + "\(Int(BoostRule.factors.upperBound)); choose one above 1 to raise, or below 1 to lower"
    }
  }
}
