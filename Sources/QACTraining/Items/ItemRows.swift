// What the items' tree learns from: rows of features, and the items that each stands for.
//
// A row is a past query with the items that it led to, or the text of an item with that item.
// Invariant: the ids of a row ascend strictly.
// Cost: 8 bytes per component and per pair of row and item.

public import QACText

/// Rows of features with their items.
public struct ItemRows: Sendable {
  /// The number of each row's first component, and the end.
  private(set) var offsets: [Int] = [0]
  private(set) var ids: [UInt32] = []
  private(set) var values: [Float] = []
  /// The number of each row's first pair, and the end.
  private(set) var pairOffsets: [Int] = [0]
  private(set) var items: [UInt32] = []
  private(set) var weights: [Float] = []

  /// Makes no rows.
  public init() {}

  /// The number of rows.
  public var count: Int { offsets.count - 1 }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - vector: The features, of length 1; ids are those of terms.
  ///   - pairs: The items that it stands for, each once, with a weight of at least 0: how often it
  ///     led there. Pairs of weight 0 are left out.
  public mutating func append(
    _ vector: borrowing SparseVector, pairs: some Sequence<(item: UInt32, weight: Float)>
  ) {
    ids += vector.ids
    values += vector.values
    offsets.append(ids.count)
    for pair in pairs where pair.weight > 0 {
      items.append(pair.item)
      weights.append(pair.weight)
    }
    pairOffsets.append(items.count)
  }
}
