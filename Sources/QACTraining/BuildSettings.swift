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
  /// Different people who must have submitted a query, or it is as if nobody had; where the log does not
  /// tell people apart, times that it must have been submitted.
  public var minimumUsers = 1
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
  public var pruning = 0.4
  /// Samples drawn at most an epoch from one pair that was observed often.
  public var samplesPerPair = 8
  /// Days after which a use counts half in the labels' decayed popularity.
  public var halfLifeDays = 14.0
  /// Different people who must have submitted a query that ends in a suffix; where the log does not
  /// tell people apart, times that such a query must have been submitted.
  public var minimumEndingUsers = 3
  /// Words of the longest suffix.
  public var suffixWords = 6
  /// Suffixes at the most: those of the most submitted queries.
  public var suffixLimit = 1 << 18
  /// Words at the most that the word model tells apart: the most frequent.
  public var wordLimit = 1 << 18
  /// Pairs of words at the most in the word model: the most frequent.
  public var pairLimit = 1 << 20

  /// The default settings.
  public init() {}

  /// Finds a setting with which nothing can be built.
  ///
  /// - Throws: `TrainingError.setting`.
  public func check() throws(TrainingError) {
    func demand(
      _ condition: Bool, _ name: String, _ range: String
    ) throws(TrainingError) {
      if !condition { throw .setting(name: name, range: range) }
    }
    try demand((1...1024).contains(threads), "threads", "from 1 to 1024")
    try demand((0...16).contains(trieDepth), "trie depth", "from 0 to 16")
    try demand((2...256).contains(branching), "branching", "from 2 to 256")
    try demand((1...65_536).contains(leafSize), "leaf size", "from 1 to 65536")
    try demand((0...1000).contains(clusterRounds), "cluster rounds", "from 0 to 1000")
    try demand(smoothing > 0 && smoothing <= 1e6, "smoothing", "above 0, at most 1000000")
    try demand((0...10).contains(startScale), "start scale", "from 0 to 10")
    try demand((0...1000).contains(epochs), "epochs", "from 0 to 1000")
    try demand(learningRate > 0 && learningRate <= 10, "learning rate", "above 0, at most 10")
    try demand((0...1e9).contains(regularization), "regularization", "from 0 to 1e9")
    try demand((0...1000).contains(pruning), "pruning", "from 0 to 1000")
    try demand((0.01...36_500).contains(halfLifeDays), "half-life", "from 0.01 to 36500 days")
    try demand((1...1_000_000).contains(minimumUsers), "minimum users", "from 1 to 1000000")
    try demand(
      (1...1_000_000).contains(minimumEndingUsers), "minimum ending users", "from 1 to 1000000")
    try demand((1...16).contains(suffixWords), "suffix words", "from 1 to 16")
    try demand((0...1 << 24).contains(suffixLimit), "suffix limit", "from 0 to 16777216")
    try demand((0...1 << 24).contains(wordLimit), "word limit", "from 0 to 16777216")
    try demand((0...1 << 24).contains(pairLimit), "pair limit", "from 0 to 16777216")
    try demand((1...100_000).contains(samplesPerPair), "samples per pair", "from 1 to 100000")
  }
}
