// The content of an index file as plain arrays: training makes it, and the writer serialises it.

public import QACText

/// The weights of one node's children, before they are in a file.
public struct NodeChunk: Sendable, Equatable {
  /// Features with at least one weight, ascending.
  public var features: [UInt32]
  /// The index of each feature's first entry, and the number of entries; one more than `features`.
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

/// The content of an index, before it is in a file.
///
/// Shapes: n labels in ascending order of their normalised bytes; the arrays are those of
/// `IndexSection`. `IndexWriter` computes the sums, the block maxima, and the suffixes' parents and
/// places. It rounds what the format rounds: weights, heats, the followers' counts, the word model.
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
  /// The weights of each node's children, in the order of `nodes`; if it is empty, no node has any.
  public var chunks: [NodeChunk] = []
  /// The index of each label's first follower, and the number of followers; one more than `labels`.
  public var followerOffsets: [UInt32] = [0]
  /// The followers.
  public var followerLabels: [UInt32] = []
  /// The followers' counts.
  public var followerCounts: [UInt32] = []
  /// The labels' uses under exponential decay, as of `lastTime`; if it is empty, their weights.
  public var heats: [Float] = []
  /// The time of the last observation, in unix seconds; 0 if the log has no times.
  public var lastTime: Int64 = 0
  /// Seconds after which a use counts half in `heats`.
  public var halfLife: Double = 14 * 86_400
  /// The ranker's weights by feature name.
  public var ranker: [(name: String, value: Double)] = []
  /// Endings of queries, ascending, distinct, each of at most `Suffix.mostBytes` bytes. For every
  /// suffix of several words, the suffix without its first word is there too.
  public var suffixes: [[UInt8]] = []
  /// How many submitted queries ended in each suffix, at least 1.
  public var suffixWeights: [UInt32] = []
  /// The words that divide texts of scripts without spaces; the file has them only if there are
  /// some.
  public var breaks = WordTable()
  /// How likely words are after one another.
  public var wordModel = WordModel()
  /// Whether the file has the word lists, by which labels are found from any word on.
  public var listsWords = false
  /// The normalised texts of misspelt queries, ascending, distinct, not empty; none is a label.
  public var aliases: [[UInt8]] = []
  /// The label that each alias stands for.
  public var aliasLabels: [UInt32] = []
  /// Phrases that mean the same as others; the file has them only if there are some.
  public var synonyms = SynonymContent()
  /// What people submit where; the file has it only if there is some.
  public var places = PlacesContent()
  /// The items of product retrieval; nil for none.
  public var items: ItemContent?
  /// A JSON object: log, settings, seed, figures.
  public var provenance = "{}"

  /// Makes the content of an index without labels.
  public init(profile: NormalizationProfile, features: FeatureSpace) {
    self.profile = profile
    self.features = features
  }
}
