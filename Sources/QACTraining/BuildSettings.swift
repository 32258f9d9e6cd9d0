// Every number that decides what index a log becomes.
//
// Equal training sets and equal settings give equal bytes; `threads` does not matter.

/// The hyper-parameters of an index.
public struct BuildSettings: Sendable, Equatable {
  /// Seed of all chance: initial clusters, sampled prefixes, the order of examples.
  public var seed: UInt64 = 1
  /// Threads that train; the result does not depend on it.
  public var threads = 2
  /// Labels with less weight than this are left out.
  public var minimumCount: UInt32 = 1
  /// Levels of the trie, in Unicode scalars.
  public var trieDepth = 2
  /// Clusters into which a node is split.
  public var branching = 8
  /// Nodes of at most this many labels are leaves.
  public var leafSize = 64
  /// Rounds of k-means.
  public var clusterRounds = 6
  /// a: pseudo-count of popularity in the log-odds start.
  public var smoothing = 3.0
  /// s: scale of the log-odds start.
  public var startScale = 0.6
  /// Passes of AdaGrad over the examples; 0 leaves the log-odds start.
  public var epochs = 5
  /// AdaGrad's step size.
  public var learningRate = 0.1
  /// Pull of each step towards the log-odds start.
  public var regularization = 1e-3
  /// Weights of less magnitude are dropped.
  public var pruning = 0.05
  /// Samples drawn at most an epoch from one pair that was observed often.
  public var samplesPerPair = 8

  /// The default settings.
  public init() {}
}
