// All that an index file holds, as plain arrays: what training makes and the writer serialises.

public import QACText

/// The weights of one node's children, before they are a file.
public struct NodeChunk: Sendable, Equatable {
  /// Features with at least one weight, ascending.
  public var features: [UInt32]
  /// Where each feature's entries begin; one more than `features`.
  public var offsets: [UInt32]
  /// The number of each entry's child within the node, ascending within a feature.
  public var children: [UInt32]
  /// The weight of each entry.
  public var weights: [Float]

  /// Makes a chunk of entries in order, or an empty one.
  public init(
    features: [UInt32] = [], offsets: [UInt32] = [0], children: [UInt32] = [],
    weights: [Float] = []
  ) {
    self.features = features
    self.offsets = offsets
    self.children = children
    self.weights = weights
  }
}

/// The content of an index, before it is a file.
///
/// Shapes: n labels in ascending order of their normalised bytes; the arrays are those of
/// `IndexSection`. `IndexWriter` computes sums, block maxima, the suffixes' parents and places, and
/// rounds what the format rounds: weights, heats, the followers' counts, the word model.
public struct IndexContent: Sendable {
  /// How texts were normalised.
  public var profile: NormalizationProfile
  /// The labels' normalised texts, ascending, distinct, not empty.
  public var labels: [[UInt8]] = []
  /// The labels' surface forms, in the order of `labels`.
  public var surfaces: [[UInt8]] = []
  /// The labels' weights, each at least 1.
  public var weights: [UInt32] = []
  /// The features.
  public var features: FeatureSpace
  /// The tree; node 0 is the root.
  public var nodes: [NodeRecord] = []
  /// The clusters' member labels.
  public var members: [UInt32] = []
  /// The weights of each node's children, in the order of `nodes`; none at all where it is empty.
  public var chunks: [NodeChunk] = []
  /// Where each label's followers begin; one more than `labels`.
  public var followerOffsets: [UInt32] = [0]
  /// The followers.
  public var followerLabels: [UInt32] = []
  /// The followers' counts.
  public var followerCounts: [UInt32] = []
  /// The labels' uses under exponential decay, as of `lastTime`; their weights where this is empty.
  public var heats: [Float] = []
  /// The time of the last observation, in unix seconds; 0 where the log has no times.
  public var lastTime: Int64 = 0
  /// Seconds after which a use counts half in `heats`.
  public var halfLife: Double = 14 * 86_400
  /// The ranker's weights by feature name.
  public var ranker: [(name: String, value: Double)] = []
  /// Endings of queries, ascending, distinct, at most `Suffix.mostBytes` each; with every suffix that
  /// has several words the one without its first word.
  public var suffixes: [[UInt8]] = []
  /// How many submitted queries ended in each suffix, at least 1.
  public var suffixWeights: [UInt32] = []
  /// How likely words are after one another.
  public var wordModel = WordModel()
  /// A JSON object: log, settings, seed, figures.
  public var provenance = "{}"

  /// Makes the content of an index without labels.
  public init(profile: NormalizationProfile, features: FeatureSpace) {
    self.profile = profile
    self.features = features
  }
}
