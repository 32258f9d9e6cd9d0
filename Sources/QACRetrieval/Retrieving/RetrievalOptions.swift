// What a retrieval may use: for ablation, and to trade work against completeness.

/// Settings of one retrieval.
public struct RetrievalOptions: Sendable, Equatable {
  /// Where candidates come from.
  public enum Arm: UInt8, CaseIterable, Sendable {
    case tree
    case lexical
    case neighbours
  }

  /// Every arm: what is served.
  public static let standard = RetrievalOptions()

  /// The most nodes that are expanded on each level of the tree.
  public var beam: Int
  /// The most candidates that each arm brings; a greater limit of the request replaces it.
  public var candidatesPerArm: Int
  /// The arm by whose scores alone items are ranked; nil ranks by all features.
  public var rankedBy: Arm?
  private var arms: UInt8

  /// Makes settings; the defaults are what is served.
  public init(
    arms: Set<Arm> = Set(Arm.allCases), beam: Int = 10, candidatesPerArm: Int = 100,
    rankedBy: Arm? = nil
  ) {
    self.rankedBy = rankedBy
    self.beam = beam
    self.candidatesPerArm = candidatesPerArm
    self.arms = arms.reduce(0) { $0 | 1 << $1.rawValue }
  }

  /// Whether only one arm brings candidates.
  var isSingle: Bool { arms.nonzeroBitCount == 1 }

  /// Whether `arm` brings candidates.
  @inline(__always)
  public func uses(_ arm: Arm) -> Bool { arms & 1 << arm.rawValue != 0 }
}
