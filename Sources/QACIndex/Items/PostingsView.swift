// Which documents hold a term, and how often: the postings of one collection.
//
// Three collections share the terms: items by their texts and the queries that led to them, items
// by their texts alone, and past queries.
//
//     offsets     0 3 7 ...          per term, the number of its first entry
//     documents   4 9 12 | 0 4 ...   ascending within a term
//     counts      1 1 2  | 1 1 ...
//     lengths     5 8 3 ...          per document, its words
//
// Invariant (verified): offsets ascend to the number of entries; documents ascend strictly within a
// term and exist; counts are at least 1.
// Cost: some 2 bytes per entry.
// Source: Zobel and Moffat, ACM Computing Surveys 38 (2006), §3 (inverted files). Entries have a
// fixed width here, so that a list is entered anywhere.

public import QACBinary

/// Borrowed postings; valid as long as the memory behind them.
@frozen
public struct PostingsView {
  /// The number of each term's first entry, and the end.
  public let offsets: AscendingArray
  /// The document per entry.
  public let documents: PackedArray<UInt32>
  /// How often the term occurs, per entry; without elements where every count is 1.
  public let counts: PackedArray<UInt32>
  /// The words of each document; without elements where nobody asks for them.
  public let lengths: PackedArray<UInt32>

  /// Makes a view of postings.
  public init(
    offsets: AscendingArray, documents: PackedArray<UInt32>, counts: PackedArray<UInt32>,
    lengths: PackedArray<UInt32>
  ) {
    self.offsets = offsets
    self.documents = documents
    self.counts = counts
    self.lengths = lengths
  }

  /// The entries of `term`.
  @inlinable
  public func list(_ term: UInt32) -> Range<Int> {
    let (low, high) = offsets.bounds(Int(term))
    return Int(truncatingIfNeeded: low)..<Int(truncatingIfNeeded: high)
  }
}
