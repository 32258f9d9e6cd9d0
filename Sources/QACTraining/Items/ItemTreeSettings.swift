// Every number that decides which tree the examples of items become.
//
// The defaults are those of libpecos 1.2.8, where it has them.

/// The hyper-parameters of the items' tree.
public struct ItemTreeSettings: Sendable, Equatable {
  /// From which examples a node's classifiers learn what they must not answer.
  public enum Negatives: String, CaseIterable, Sendable {
    /// Examples that have an item below the node.
    case teacherForced
    /// Those, and examples that the search would bring to the node by mistake.
    case matcherAware
  }

  /// Seed of everything random: first centroids and the order of examples.
  public var seed: UInt64 = 1
  /// Threads that train; the result does not depend on their number.
  public var threads = 2
  /// The most children of an inner node; rounded down to a power of two.
  public var branching = 16
  /// The most items of a leaf, at least 2.
  public var leafSize = 100
  /// The most rounds of each division into two clusters.
  public var clusterRounds = 20
  /// C: how much the losses count against the length of the weights.
  public var cost = 1.0
  /// Whether an example counts as often as it was seen; if not, every example counts once.
  public var countsExamples = false
  /// Weights of smaller magnitude are dropped; biases stay.
  public var threshold: Float = 0.1
  /// The descent ends when no projected gradients differ by more than this.
  public var tolerance: Float = 0.1
  /// The most passes of the descent.
  public var epochs = 100
  /// The examples that a node learns from.
  public var negatives = Negatives.teacherForced
  /// The nodes per level to which the search brings an example by mistake.
  public var negativeBeam = 10

  /// The default settings.
  public init() {}

  /// The binary logarithm of the most children of an inner node.
  var branchingBits: Int { Int.bitWidth - 1 - max(2, branching).leadingZeroBitCount }
}
