// The settings of the neighbour arm.

/// The settings of the neighbour arm.
public struct NeighbourParameters: Sendable, Equatable {
  /// How many past queries vote, at least 1.
  public var nearest: Int
  /// The power of a similarity that is its vote, at least 1.
  public var power: Int
  /// Whether all examples of a past query together have one vote, instead of one each.
  public var sharesVotes: Bool
  /// The most entries of all terms together. Terms that would make it more are left out of
  /// similarities, beginning with the most frequent; the rarest one never is.
  public var mostEntries: Int

  /// Makes settings.
  public init(
    nearest: Int = 200, power: Int = 3, sharesVotes: Bool = true, mostEntries: Int = 12_288
  ) {
    self.nearest = nearest
    self.power = power
    self.sharesVotes = sharesVotes
    self.mostEntries = mostEntries
  }
}
