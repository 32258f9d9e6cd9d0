// The index file's format, version 3: the constants that writer and reader share.
//
// A file is a header of 64 bytes, a section table, and sections that each begin at a multiple of
// 64 bytes; all other bytes are zero, eight of them at least behind each section. All numbers are
// little-endian. docs/index-format.md is the specification; this file is its short form.
//
//     0   magic "QACINDEX"                8 bytes
//     8   format version                  u32
//     12  normalisation profile           u32
//     16  file length                     u64
//     24  feature-space fingerprint       u64
//     32  label count                     u32
//     36  section count                   u32
//     40  CRC-32C of the section table    u32
//     44  most children of a node         u32
//     48  total label weight              u64
//     56  reserved, zero                  u32
//     60  CRC-32C of bytes 0 ..< 60       u32
//     64  section table: per section  kind u16, bits of an element u8, of a step u8, CRC-32C u32,
//         offset u64, elements u64

import QACBinary

/// Constants of the index file's format.
public enum IndexFormat {
  /// The first eight bytes of every index file.
  public static let magic: [UInt8] = Array("QACINDEX".utf8)
  /// The format version that this code writes.
  public static let version: UInt32 = 3
  /// The bytes of the header.
  public static let headerSize = 64
  /// The bytes of one row of the section table.
  public static let tableRowSize = 24
  /// Every section begins at a multiple of this.
  public static let alignment = 64
  /// The zeros at least behind every section, so that 64 bits may be read from any byte of it.
  public static let slack = 8
  /// The number of weights a block of a pyramid covers, and the fan-out of its levels.
  public static let blockSize = 32
  /// Marks a node whose members are the contiguous labels `labelLow ..< labelHigh`.
  public static let contiguous = UInt32.max
  /// Marks a node without weights.
  public static let noChunk = UInt32.max
  /// The weights that a file tells apart at the most.
  public static let mostWeightLevels = 256
  /// The bits of a feature within its bucket of a chunk at the most.
  public static let mostRowBits = 16
  /// The bits of a feature within its bucket that are counted in ones of a unary number.
  public static let unaryBits = 4
  /// The bits of the number of a child at the most.
  public static let mostChildBits = 20
}

/// The sections of an index file, by their number in the table; each occurs exactly once, in order.
public enum IndexSection: UInt16, CaseIterable, Sendable {
  /// JSON: what the index was built from.
  case provenance = 1
  /// Labels + 1: where each label's normalised text begins.
  case labelOffsets = 2
  /// The labels' normalised texts, in byte order, and then endings of queries that no label has.
  case labelText = 3
  /// Labels + 1: where each label's surface form begins.
  case surfaceOffsets = 4
  /// The surface forms; empty where it is the normalised text.
  case surfaceText = 5
  /// Labels + 1: sums of the weights of all labels before.
  case weightSums = 6
  /// Per block and level: the greatest weight in the block.
  case blockMaxima = 7
  /// A label's uses under exponential decay, as of the last time, as a `RoundedNumber`.
  case heats = 8
  /// i64: the last time of the log, in unix seconds; f64: the half-life of a use, in seconds.
  case clock = 9
  /// u32 per bucket, and the end: where each bucket's features begin.
  case featureStarts = 10
  /// u16 per feature: its key behind the bucket.
  case featureKeys = 11
  /// u8 per feature: inverse document frequency.
  case featureIDF = 12
  /// 32 bytes per node: the tree.
  case nodes = 13
  /// Member labels of the clusters, ascending within each node.
  case members = 14
  /// Members + 1: sums of the weights of all members before.
  case memberSums = 15
  /// The classifiers' weights, a string of bits a node.
  case chunks = 16
  /// f32 per level: the weights that a chunk refers to.
  case weightLevels = 17
  /// Labels + 1: where each label's followers begin.
  case followerOffsets = 18
  /// Per follower: the label, ascending within its predecessor.
  case followerLabels = 19
  /// Per follower: how often it followed, as a `RoundedNumber`.
  case followerCounts = 20
  /// Per ranker weight: name length u32, name, value f64.
  case ranker = 21
  /// Per suffix: where it lies in `labelText`, times 256, and its bytes.
  case suffixSlices = 22
  /// Suffixes + 1: sums of the weights of all suffixes before.
  case suffixSums = 23
  /// Per block and level: the greatest weight in the block.
  case suffixMaxima = 24
  /// Per suffix: one more than the suffix without its first word, or 0.
  case suffixParents = 25
  /// u32 per bucket, and the end: where each bucket's words begin.
  case wordStarts = 26
  /// u16 per word: its key behind the bucket.
  case wordKeys = 27
  /// u8 per word: -16 ln P(word).
  case wordProbabilities = 28
  /// u8 per word: -16 ln of the weight that a word's pairs leave over.
  case wordBackoffs = 29
  /// u32 per bucket, and the end: where each bucket's pairs of words begin.
  case pairStarts = 30
  /// u16 per pair: its key behind the bucket.
  case pairKeys = 31
  /// u8 per pair: -16 ln P(word | previous word).
  case pairProbabilities = 32

  /// How the elements lie in the file.
  public var layout: SectionLayout {
    switch self {
    case .provenance, .labelText, .surfaceText, .ranker, .chunks, .featureIDF,
      .wordProbabilities, .wordBackoffs, .pairProbabilities:
      return .whole(bits: 8)
    case .featureKeys, .wordKeys, .pairKeys: return .whole(bits: 16)
    case .featureStarts, .wordStarts, .pairStarts, .weightLevels: return .whole(bits: 32)
    case .clock: return .whole(bits: 64)
    case .nodes: return .whole(bits: 8 * MemoryLayout<NodeRecord>.stride)
    case .labelOffsets, .surfaceOffsets, .weightSums, .memberSums, .followerOffsets, .suffixSums:
      return .ascending
    case .blockMaxima, .heats, .members, .followerLabels, .followerCounts, .suffixSlices,
      .suffixMaxima, .suffixParents:
      return .packed
    }
  }
}

/// How the elements of a section lie in the file.
public enum SectionLayout: Sendable, Equatable {
  /// Elements of so many bits each, whole bytes.
  case whole(bits: Int)
  /// A `PackedArray`.
  case packed
  /// An `AscendingArray`.
  case ascending
}

/// Where a section lies in a file, and what its elements are.
public struct SectionPlace: Sendable, Equatable {
  /// Its first byte.
  public var offset: Int
  /// The number of its elements.
  public var count: Int
  /// The bits of one element; of an ascending section the first's of a block.
  public var width: Int
  /// The bits of a distance in an ascending section, else 0.
  public var stepWidth = 0

  /// The bits of its elements.
  public var bitCount: Int {
    stepWidth == 0
      ? count * width
      : AscendingArray.bitCount(count, firstBits: width, stepBits: stepWidth)
  }

  /// Its bytes in the file.
  public var bytes: Range<Int> { offset..<offset + (bitCount + 7) / 8 }
}

/// One node of the label tree, as it lies in the file: eight little-endian u32.
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
  /// `hasTerminal`, and twice `trieDepth`.
  public var kind: UInt32 = 0
  /// Where the node's weights begin among the bytes of the chunks, or `IndexFormat.noChunk`; the
  /// writer sets it.
  public var chunk: UInt32 = IndexFormat.noChunk

  /// Makes an empty record.
  public init() {}

  /// Whether an inner node has a terminal label as its child 0: 1 or 0.
  @inlinable
  public var hasTerminal: UInt32 {
    get { kind & 1 }
    set { kind = kind & ~1 | newValue }
  }

  /// The number of trie levels above the node, in Unicode scalars; clusters have their trie node's.
  @inlinable
  public var trieDepth: UInt32 {
    get { kind >> 1 }
    set { kind = kind & 1 | newValue << 1 }
  }

  /// Whether the node's children are labels.
  @inlinable
  public var isLeaf: Bool { childCount == 0 }

  /// The number of children, nodes and labels.
  @inlinable
  public var arity: Int { isLeaf ? Int(memberCount) : Int(childCount) + Int(hasTerminal) }
}
