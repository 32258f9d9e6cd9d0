// The format of index files: the constants that writer and reader share.
//
// A file has a header, a section table, and sections that each begin at a multiple of
// `IndexFormat.alignment` bytes. All other bytes are zero; at least `IndexFormat.slack` of them
// follow each section. All numbers are little-endian. docs/index-format.md is the specification;
// this file is its short form.
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
  /// At least so many zeros follow every section, so that 64 bits may be read from any byte of it.
  public static let slack = 8
  /// The number of weights that a block of a pyramid covers, and the fan-out of its levels.
  public static let blockSize = 32
  /// Marks a node whose members are the contiguous labels `labelLow ..< labelHigh`.
  public static let contiguous = UInt32.max
  /// Marks a node without weights.
  public static let noChunk = UInt32.max
  /// The most different weights that a file may have.
  public static let mostWeightLevels = 256
  /// The most bits of a feature's number within its bucket of a chunk.
  public static let mostRowBits = 16
  /// The bits of a feature's number within its bucket that are coded in unary.
  public static let unaryBits = 4
  /// The most bits of the number of a child.
  public static let mostChildBits = 20
}

/// The sections of an index file, by their number in the table. Each occurs at most once, in this
/// order; a file may lack optional ones.
public enum IndexSection: UInt16, CaseIterable, Sendable {
  /// JSON: what the index was built from.
  case provenance = 1
  /// Labels + 1: the offset of each label's normalised text, and the end.
  case labelOffsets = 2
  /// The labels' normalised texts, in byte order, and then the suffixes that no label ends in.
  case labelText = 3
  /// Labels + 1: the offset of each label's surface form, and the end.
  case surfaceOffsets = 4
  /// The surface forms; that of a label is empty if it is the normalised text.
  case surfaceText = 5
  /// Labels + 1: for each label the sum of the weights of all labels before it, and the total.
  case weightSums = 6
  /// Per block and level: the greatest weight in the block.
  case blockMaxima = 7
  /// A label's uses under exponential decay, as of the last time, as a `RoundedNumber`.
  case heats = 8
  /// i64: the last time of the log, in unix seconds; f64: the half-life of a use, in seconds.
  case clock = 9
  /// u32 per bucket, and the end: the number of each bucket's first feature.
  case featureStarts = 10
  /// u16 per feature: the part of its key that the bucket does not give.
  case featureKeys = 11
  /// u8 per feature: its inverse document frequency.
  case featureIDF = 12
  /// A `NodeRecord` per node: the tree.
  case nodes = 13
  /// Member labels of the clusters, ascending within each node.
  case members = 14
  /// Members + 1: for each member the sum of the weights of all members before it, and the total.
  case memberSums = 15
  /// The classifiers' weights, one string of bits per node.
  case chunks = 16
  /// f32 per level: the weights to which chunks refer.
  case weightLevels = 17
  /// Labels + 1: the number of each label's first follower, and the end.
  case followerOffsets = 18
  /// Per follower: the label, ascending within its predecessor.
  case followerLabels = 19
  /// Per follower: how often it followed, as a `RoundedNumber`.
  case followerCounts = 20
  /// Per ranker weight: name length u32, name, value f64.
  case ranker = 21
  /// Per suffix: its offset in `labelText`, times 256, plus its length in bytes.
  case suffixSlices = 22
  /// Suffixes + 1: for each suffix the sum of the weights of all suffixes before it, and the total.
  case suffixSums = 23
  /// Per block and level: the greatest weight in the block.
  case suffixMaxima = 24
  /// Per suffix: one more than the number of the suffix without its first word, or 0.
  case suffixParents = 25
  /// u32 per bucket, and the end: the number of each bucket's first word.
  case wordStarts = 26
  /// u16 per word: the part of its key that the bucket does not give.
  case wordKeys = 27
  /// u8 per word: -16 ln P(word).
  case wordProbabilities = 28
  /// u8 per word: -16 ln of the probability that the word's pairs leave over.
  case wordBackoffs = 29
  /// u32 per bucket, and the end: the number of each bucket's first pair of words.
  case pairStarts = 30
  /// u16 per pair: the part of its key that the bucket does not give.
  case pairKeys = 31
  /// u8 per pair: -16 ln P(word | previous word).
  case pairProbabilities = 32
  /// Per word of the word lists: its offset in `labelText`, times 256, plus its length in bytes.
  case listWords = 33
  /// Words + 1: the number of each word's first list entry, and the end.
  case listOffsets = 34
  /// Per list entry: twice the place of a label in `rankedLabels`, plus 1 if the word is its first.
  case listPlaces = 35
  /// The labels by weight, descending, then by number.
  case rankedLabels = 36
  /// Aliases + 1: the offset of each alias' text, and the end. Optional, with the next two.
  case aliasOffsets = 37
  /// The normalised texts of misspelt queries, in byte order; none is a label.
  case aliasText = 38
  /// Per alias: the label that was meant.
  case aliasLabels = 39

  /// The phrases of the synonyms, one after the other, in byte order.
  case synonymText = 40
  /// Phrases + 1: the offset of each phrase, and the end.
  case synonymOffsets = 41
  /// Phrases + 1: the number of each phrase's first target, and the end.
  case synonymTargetOffsets = 42
  /// Per target: the number of a phrase that may take the phrase's place.
  case synonymTargets = 43

  /// u32 per bucket, and the end: the number of each bucket's first key. Optional, with the next
  /// two.
  case breakStarts = 60
  /// u16 per key of a word, or of a beginning of one, of scripts without spaces.
  case breakKeys = 61
  /// u16 per key: -16 ln P of the word, plus 256 times that of what begins so.
  case breakCosts = 62

  // The items of product retrieval: a file has all of these sections or none.

  /// Items + 1: the offset of each item's id, and the end.
  case itemIDOffsets = 64
  /// The items' ids as they were given, in byte order.
  case itemIDText = 65
  /// Items + 1: the offset of each item's title, and the end.
  case itemTitleOffsets = 66
  /// The items' titles, as they are shown.
  case itemTitleText = 67
  /// Items + 1: the offset of each item's payload, and the end.
  case itemPayloadOffsets = 68
  /// The items' payloads, JSON; that of an item may be empty.
  case itemPayloadText = 69
  /// f32 per item: its weight, as it was given.
  case itemWeights = 70
  /// Per item: the weight of its examples, as a `RoundedNumber`.
  case itemUses = 71
  /// u32 per bucket, and the end: the number of each bucket's first term.
  case termStarts = 72
  /// u16 per term: the part of its key that the bucket does not give.
  case termKeys = 73
  /// u8 per term: its inverse document frequency.
  case termIDF = 74
  /// Per term: its kind (`ItemTerms.Kind`).
  case termKinds = 75
  /// Items + 1: the number of each item's first term, and the end.
  case bagOffsets = 76
  /// u32 per entry: a term of the item, ascending within the item.
  case bagTerms = 77
  /// Per entry: how often the term occurs in title and text.
  case bagTextCounts = 78
  /// Per entry: how often the term occurs in the title.
  case bagTitleCounts = 79
  /// Per entry: how often the term occurs in queries that led to the item.
  case bagAskedCounts = 80
  /// u8 per entry: the term's weight in the centroid of these queries; `ItemsView.centroid` reads
  /// it.
  case bagCentroids = 81
  /// Terms + 1: the number of each term's first item, and the end.
  case holderOffsets = 82
  /// Per entry: an item that has the term, ascending within the term.
  case holders = 83
  /// Per entry: how often the term occurs in its text and in queries that led to it.
  case holderCounts = 84
  /// Terms + 1: the number of each term's first item by its text, and the end.
  case textHolderOffsets = 85
  /// Per entry: an item whose text has the term, ascending within the term.
  case textHolders = 86
  /// Per entry: how often the term occurs in its text.
  case textHolderCounts = 87
  /// Per item: the words of its text.
  case textLengths = 88
  /// Per item: the words of its text and of queries that led to it.
  case holderLengths = 89
  /// Past queries + 1: the number of each one's first term, and the end.
  case pastTermOffsets = 90
  /// Per entry: a term of the past query, ascending within the query.
  case pastTerms = 91
  /// Terms + 1: the number of each term's first past query, and the end.
  case pastHolderOffsets = 92
  /// Per entry: a past query that has the term, ascending within the term.
  case pastHolders = 93
  /// Past queries + 1: the number of each one's first item, and the end.
  case pastItemOffsets = 94
  /// Per entry: an item that the past query led to, ascending within the query.
  case pastItems = 95
  /// Per entry: how often, as a `RoundedNumber`.
  case pastItemCounts = 96
  /// A `NodeRecord` per node: the items' tree.
  case itemNodes = 97
  /// The items in the order of the tree's leaves.
  case itemMembers = 98
  /// The classifiers' weights, one string of bits per node.
  case itemChunks = 99
  /// f32 per level: the weights to which `itemChunks` refer.
  case itemLevels = 100

  // What people submit where: a file has all of these sections or none.

  /// u64 per place: its `PlaceKey`, ascending.
  case placeKeys = 110
  /// Places + 1: the number of each place's first label, and the end.
  case placeOffsets = 111
  /// Per entry: a label that people submitted at the place, ascending within the place.
  case placeLabels = 112
  /// Per entry: how often, as a `RoundedNumber`.
  case placeCounts = 113

  /// The sections of the aliases: a file has all or none.
  static let aliases: [IndexSection] = [.aliasOffsets, .aliasText, .aliasLabels]
  /// The sections of the words of scripts without spaces: a file has all or none.
  static let breaks: [IndexSection] = [.breakStarts, .breakKeys, .breakCosts]

  /// The sections that every file has.
  public static let required = allCases.filter { !$0.isOptional }

  /// Whether a file may lack the section.
  public var isOptional: Bool { rawValue > 32 }

  /// How the elements lie in the file.
  public var layout: SectionLayout {
    switch self {
    case .provenance, .labelText, .surfaceText, .ranker, .chunks, .featureIDF,
      .wordProbabilities, .wordBackoffs, .pairProbabilities, .aliasText, .synonymText,
      .itemIDText, .itemTitleText, .itemPayloadText, .termIDF, .bagCentroids, .itemChunks:
      return .whole(bits: 8)
    case .featureKeys, .wordKeys, .pairKeys, .breakKeys, .breakCosts, .termKeys:
      return .whole(bits: 16)
    case .featureStarts, .wordStarts, .pairStarts, .weightLevels, .breakStarts, .itemWeights,
      .termStarts, .bagTerms, .itemLevels:
      return .whole(bits: 32)
    case .clock, .placeKeys: return .whole(bits: 64)
    case .nodes, .itemNodes: return .whole(bits: 8 * MemoryLayout<NodeRecord>.stride)
    case .labelOffsets, .surfaceOffsets, .weightSums, .memberSums, .followerOffsets, .suffixSums,
      .listOffsets, .aliasOffsets, .synonymOffsets, .synonymTargetOffsets, .itemIDOffsets,
      .itemTitleOffsets, .itemPayloadOffsets, .bagOffsets, .holderOffsets, .textHolderOffsets,
      .pastTermOffsets, .pastHolderOffsets, .pastItemOffsets, .placeOffsets:
      return .ascending
    case .blockMaxima, .heats, .members, .followerLabels, .followerCounts, .suffixSlices,
      .suffixMaxima, .suffixParents, .listWords, .listPlaces, .rankedLabels, .aliasLabels,
      .synonymTargets, .itemUses, .termKinds, .bagTextCounts, .bagTitleCounts, .bagAskedCounts,
      .holders, .holderCounts, .textHolders, .textHolderCounts, .textLengths, .holderLengths,
      .pastTerms, .pastHolders,
      .pastItems, .pastItemCounts, .itemMembers, .placeLabels, .placeCounts:
      return .packed
    }
  }
}

/// How the elements of a section lie in the file.
public enum SectionLayout: Sendable, Equatable {
  /// Elements of the given number of bits each, a whole number of bytes.
  case whole(bits: Int)
  /// A `PackedArray`.
  case packed
  /// An `AscendingArray`.
  case ascending
}

/// Where a section lies in a file, and what its elements are.
public struct SectionPlace: Sendable, Equatable {
  /// The offset of its first byte.
  public var offset: Int
  /// The number of its elements.
  public var count: Int
  /// The bits of one element; in an ascending section, of the first element of a block.
  public var width: Int
  /// The bits of a distance in an ascending section; 0 in other sections.
  public var stepWidth = 0

  /// The bits of all its elements.
  public var bitCount: Int {
    stepWidth == 0
      ? count * width
      : AscendingArray.bitCount(count, firstBits: width, stepBits: stepWidth)
  }

  /// Its bytes in the file.
  public var bytes: Range<Int> { offset..<offset + (bitCount + 7) / 8 }
}

/// One node of the label tree, as it is in the file: eight little-endian u32.
///
/// The children of an inner node are, in this order, the terminal label `labelLow` if `hasTerminal`
/// is 1, and the nodes `firstChild ..< firstChild + childCount`. The children of a leaf
/// (`childCount` 0) are its members.
@frozen
public struct NodeRecord: Sendable, Equatable {
  /// The least label below the node.
  public var labelLow: UInt32 = 0
  /// One more than the greatest label below the node.
  public var labelHigh: UInt32 = 0
  /// The index of the first member in the member list, or `IndexFormat.contiguous`.
  public var memberStart: UInt32 = IndexFormat.contiguous
  /// The number of labels below the node.
  public var memberCount: UInt32 = 0
  /// The first child node.
  public var firstChild: UInt32 = 0
  /// The number of child nodes; 0 for a leaf.
  public var childCount: UInt32 = 0
  /// `hasTerminal` plus twice `trieDepth`.
  public var kind: UInt32 = 0
  /// The offset of the node's weights in the chunks' bytes, or `IndexFormat.noChunk`; the writer
  /// sets it.
  public var chunk: UInt32 = IndexFormat.noChunk

  /// Makes an empty record.
  public init() {}

  /// 1 if an inner node has a terminal label as its child 0, else 0.
  @inlinable
  public var hasTerminal: UInt32 {
    get { kind & 1 }
    set { kind = kind & ~1 | newValue }
  }

  /// The number of trie levels above the node, in Unicode scalars; a cluster has that of its trie
  /// node.
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
