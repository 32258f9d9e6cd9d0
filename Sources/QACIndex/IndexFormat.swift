// The index file's format, version 2: the constants that writer and reader share.
//
// A file is a header of 64 bytes, a section table, and sections that each begin at a multiple of
// 64 bytes; the gaps are zero. All numbers are little-endian. docs/index-format.md is the
// specification; this file is its short form.
//
//     0   magic "QACINDEX"                8 bytes
//     8   format version                  u32
//     12  normalisation profile           u32
//     16  file length                     u64
//     24  feature-space fingerprint       u64
//     32  label count                     u32
//     36  section count                   u32
//     40  CRC-32C of the section table    u32
//     44  context feature count           u32
//     48  total label weight              u64
//     56  reserved, zero                  u32
//     60  CRC-32C of bytes 0 ..< 60       u32
//     64  section table: per section  kind u32, CRC-32C u32, offset u64, length u64

/// Constants of the index file's format.
public enum IndexFormat {
  /// The first eight bytes of every index file.
  public static let magic: [UInt8] = Array("QACINDEX".utf8)
  /// The format version that this code writes.
  public static let version: UInt32 = 2
  /// The bytes of the header.
  public static let headerSize = 64
  /// The bytes of one row of the section table.
  public static let tableRowSize = 24
  /// Every section begins at a multiple of this.
  public static let alignment = 64
  /// The number of weights a block of a pyramid covers, and the fan-out of its levels.
  public static let blockSize = 32
  /// The bytes of one node record.
  public static let nodeSize = 40
  /// Marks a node whose members are the contiguous labels `labelLow ..< labelHigh`.
  public static let contiguous = UInt32.max
}

/// The sections of an index file, by their number in the table; each occurs exactly once, in order.
public enum IndexSection: UInt32, CaseIterable, Sendable {
  /// JSON: what the index was built from.
  case provenance = 1
  /// u32 x (labels + 1): where each label's normalised text begins.
  case labelOffsets = 2
  /// The labels' normalised texts, in byte order.
  case labelText = 3
  /// u32 x (labels + 1): where each label's surface form begins.
  case surfaceOffsets = 4
  /// The surface forms; empty where it is the normalised text.
  case surfaceText = 5
  /// u64 x (labels + 1): sums of the weights of all labels before.
  case weightSums = 6
  /// u32 per block and level: the greatest weight in the block.
  case blockMaxima = 7
  /// u64 per slot: feature keys.
  case featureKeys = 8
  /// u32 per slot: feature ids.
  case featureIDs = 9
  /// f32 per feature: inverse document frequency.
  case featureIDF = 10
  /// 40 bytes per node: the tree.
  case nodes = 11
  /// u32: member labels of the clusters, ascending within each node.
  case members = 12
  /// u64 x (members + 1): sums of the weights of all members before.
  case memberSums = 13
  /// u32: the features of each chunk, ascending.
  case chunkFeatures = 14
  /// u32 x (chunk features + 1): where each feature's entries begin.
  case chunkOffsets = 15
  /// u32 per entry: the child's number within its node, ascending within a feature.
  case entryChildren = 16
  /// f32 per entry: the weight.
  case entryWeights = 17
  /// u32 x (labels + 1): where each label's followers begin.
  case followerOffsets = 18
  /// u32 per follower: the label, ascending within its predecessor.
  case followerLabels = 19
  /// u32 per follower: how often it followed.
  case followerCounts = 20
  /// Per ranker weight: name length u32, name, value f64.
  case ranker = 21
  /// u32 x (suffixes + 1): where each suffix begins.
  case suffixOffsets = 22
  /// Endings of queries, in byte order.
  case suffixText = 23
  /// u64 x (suffixes + 1): sums of the weights of all suffixes before.
  case suffixSums = 24
  /// u32 per block and level: the greatest weight in the block.
  case suffixMaxima = 25
  /// u32 per suffix: the suffix without its first word, or 2^32 - 1.
  case suffixParents = 26
  /// u64 per slot: keys of words.
  case wordKeys = 27
  /// f32 per slot: ln P(word).
  case wordProbabilities = 28
  /// f32 per slot: ln of the weight that a word's pairs leave over.
  case wordBackoffs = 29
  /// u64 per slot: keys of pairs of words.
  case pairKeys = 30
  /// f32 per slot: ln P(word | previous word).
  case pairProbabilities = 31
  /// f32 x labels: uses under exponential decay, as of the last time.
  case heats = 32
  /// i64: the last time of the log, in unix seconds; f64: the half-life of a use, in seconds.
  case clock = 33

  /// The bytes of one element, 1 for text.
  public var elementSize: Int {
    switch self {
    case .provenance, .labelText, .surfaceText, .ranker, .suffixText: return 1
    case .weightSums, .featureKeys, .memberSums, .suffixSums, .wordKeys, .pairKeys, .clock: return 8
    case .nodes: return IndexFormat.nodeSize
    default: return 4
    }
  }
}

/// One node of the label tree, as it lies in the file: ten little-endian u32.
///
/// The children of an inner node are, in this order, the terminal label `labelLow` where
/// `hasTerminal` is 1, then the nodes `firstChild ..< firstChild + childCount`. The children of a
/// leaf (`childCount` 0) are its members.
@frozen
public struct NodeRecord: Sendable, Equatable {
  /// The least label below the node.
  public var labelLow: UInt32 = 0
  /// One more than the greatest label below the node.
  public var labelHigh: UInt32 = 0
  /// Where the members begin in the member list, or `IndexFormat.contiguous`.
  public var memberStart: UInt32 = IndexFormat.contiguous
  /// The number of labels below the node.
  public var memberCount: UInt32 = 0
  /// The first child node.
  public var firstChild: UInt32 = 0
  /// The number of child nodes; 0 for a leaf.
  public var childCount: UInt32 = 0
  /// Whether an inner node has a terminal label as its child 0: 1 or 0.
  public var hasTerminal: UInt32 = 0
  /// Where the node's chunk begins among the chunk features.
  public var chunkStart: UInt32 = 0
  /// The number of features of the node's chunk.
  public var chunkCount: UInt32 = 0
  /// The number of trie levels above the node, in Unicode scalars; clusters have their trie node's.
  public var trieDepth: UInt32 = 0

  /// Makes an empty record.
  public init() {}

  /// Whether the node's children are labels.
  @inlinable
  public var isLeaf: Bool { childCount == 0 }

  /// The number of children, nodes and labels.
  @inlinable
  public var arity: Int { isLeaf ? Int(memberCount) : Int(childCount) + Int(hasTerminal) }
}
