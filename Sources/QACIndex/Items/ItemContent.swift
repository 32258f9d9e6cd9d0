// The items of an index as plain arrays: training makes them, and the writer serialises them.

public import QACText

/// Postings of one collection, before they are in a file: those of `PostingsView`.
public struct PostingsContent: Sendable, Equatable {
  /// The number of each term's first entry, and the end; one more than there are terms.
  public var offsets: [UInt64] = [0]
  /// The document per entry, ascending within a term.
  public var documents: [UInt32] = []
  /// How often the term occurs, per entry.
  public var counts: [UInt32] = []
  /// The words of each document.
  public var lengths: [UInt32] = []

  /// Makes postings without terms.
  public init() {}

  /// Makes postings of documents in order, each given by its terms in any order; a term that comes
  /// twice counts twice.
  ///
  /// - Parameters:
  ///   - bags: For each document, its terms, each with a count of at least 1.
  ///   - terms: The number of terms; every term is below it.
  ///   - lengths: The words of each document; none if nobody asks for them.
  public init(of bags: [[(term: UInt32, count: UInt32)]], terms: Int, lengths: [UInt32] = []) {
    var sizes = [UInt64](repeating: 0, count: terms + 1)
    let merged = bags.map { bag in
      var result: [(term: UInt32, count: UInt32)] = []
      for entry in bag.sorted(by: { $0.term < $1.term }) {
        if let last = result.last, last.term == entry.term {
          result[result.count - 1].count &+= entry.count
        } else {
          result.append(entry)
        }
      }
      return result
    }
    for bag in merged { for entry in bag { sizes[Int(entry.term) + 1] += 1 } }
    for term in 0..<terms { sizes[term + 1] += sizes[term] }
    offsets = sizes
    documents = [UInt32](repeating: 0, count: Int(sizes[terms]))
    counts = documents
    for (document, bag) in merged.enumerated() {
      for entry in bag {
        let place = Int(sizes[Int(entry.term)])
        documents[place] = UInt32(document)
        counts[place] = entry.count
        sizes[Int(entry.term)] += 1
      }
    }
    self.lengths = lengths
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
  /// Items by their texts.
  public var text = PostingsContent()
  /// Items by the queries that led to them.
  public var asked = PostingsContent()
  /// Past queries; the counts are not stored.
  public var past = PostingsContent()
  /// The length of each past query's vector.
  public var pastNorms: [Float] = []
  /// The number of each past query's first item, and the end.
  public var pastItemOffsets: [UInt64] = [0]
  /// The items that each past query led to, ascending within a query.
  public var pastItems: [UInt32] = []
  /// How often it did.
  public var pastItemCounts: [Float] = []
  /// The tree.
  public var tree = ItemTreeContent()

  /// Makes content without items.
  public init(terms: FeatureSpace) {
    self.terms = terms
  }
}
