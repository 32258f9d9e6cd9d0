// The items of an index as plain arrays: training makes them, and the writer serialises them.

public import QACText

/// A term of an item.
public struct ItemBagEntry: Sendable, Equatable {
  /// The term.
  public var term: UInt32
  /// How often it occurs in title and text.
  public var textCount: UInt32
  /// How often it occurs in the title.
  public var titleCount: UInt32
  /// How often it occurs in queries that led to the item.
  public var askedCount: UInt32
  /// Its weight in the centroid of these queries, 0 to 1.
  public var centroid: Float

  /// Makes an entry.
  public init(
    term: UInt32, textCount: UInt32 = 0, titleCount: UInt32 = 0, askedCount: UInt32 = 0,
    centroid: Float = 0
  ) {
    self.term = term
    self.textCount = textCount
    self.titleCount = titleCount
    self.askedCount = askedCount
    self.centroid = centroid
  }
}

/// The items' tree with its classifiers, before it is in a file.
public struct ItemTreeContent: Sendable, Equatable {
  /// The most different weights of the classifiers in a file.
  static let mostLevels = 256
  /// The most features of a node in a bucket of its chunk, on average. A beam reads many chunks per
  /// query, so buckets are small. That costs an eighth more bytes.
  static let rowsPerBucket = 4

  /// The nodes in breadth-first order; node 0 is the root. Each has its members at
  /// `memberStart ..< memberStart + memberCount` of `members`; no node has a terminal.
  public var nodes: [NodeRecord] = []
  /// The items in the order of the leaves; every item once.
  public var members: [UInt32] = []
  /// The weights of each node's children, in the order of `nodes`. The features are terms, and the
  /// feature behind the last term is the bias.
  public var chunks: [NodeChunk] = []

  /// Makes a tree without nodes.
  public init() {}
}

/// The items of an index, before they are in a file.
///
/// Shapes: n items in ascending order of the bytes of their ids.
public struct ItemContent: Sendable {
  /// The items' ids, ascending, distinct, not empty.
  public var ids: [[UInt8]] = []
  /// The titles, as they are shown; UTF-8.
  public var titles: [[UInt8]] = []
  /// The payloads, JSON; empty for none.
  public var payloads: [[UInt8]] = []
  /// The items' weights, above 0.
  public var weights: [Float] = []
  /// The weight of the examples of each item.
  public var uses: [Float] = []
  /// The terms of texts and queries.
  public var terms: FeatureSpace
  /// The terms' kinds.
  public var termKinds: [ItemTerms.Kind] = []
  /// The number of each item's first entry in `bags`, and the end.
  public var bagOffsets: [UInt64] = [0]
  /// The terms of the items, ascending within an item.
  public var bags: [ItemBagEntry] = []
  /// The words of each item's text.
  public var textLengths: [UInt32] = []
  /// The words of each item's text and of the queries that led to it.
  public var holderLengths: [UInt32] = []
  /// The number of each past query's first term, and the end.
  public var pastTermOffsets: [UInt64] = [0]
  /// The terms of past queries, ascending within a query.
  public var pastTerms: [UInt32] = []
  /// The number of each past query's first item, and the end.
  public var pastItemOffsets: [UInt64] = [0]
  /// The items that each past query led to, ascending within a query.
  public var pastItems: [UInt32] = []
  /// How often it did.
  public var pastItemCounts: [Float] = []
  /// The tree.
  public var tree = ItemTreeContent()
  /// Which stems of texts stems of queries mean; perhaps none.
  public var translations = TranslationsContent()

  /// Makes content without items.
  public init(terms: FeatureSpace) {
    self.terms = terms
  }
}
