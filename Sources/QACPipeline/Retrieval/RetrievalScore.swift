// The figures of one question.

/// How well one question was answered.
public struct RetrievalScore: Sendable, Equatable {
  /// 1 if the first item is relevant, else 0.
  public var p1 = 0.0
  /// The share of the relevant items among the first 10.
  public var recall10 = 0.0
  /// The share of the relevant items among the first 100.
  public var recall100 = 0.0
  /// One over the place of the first relevant item, or 0.
  public var reciprocalRank = 0.0

  /// Compares what was found, best first, with what is relevant, which is not empty.
  public init(found: [UInt32], relevant: [UInt32]) {
    let wanted = Set(relevant)
    for (i, item) in found.enumerated() where wanted.contains(item) {
      if i == 0 { p1 = 1 }
      if i < 10 { recall10 += 1 / Double(wanted.count) }
      if i < 100 { recall100 += 1 / Double(wanted.count) }
      if reciprocalRank == 0 { reciprocalRank = 1 / Double(i + 1) }
    }
  }
}
