// Reads all items of a shop from files.
//
//     let catalog = try ItemCatalog(contentsOf: ["data/shop-items.tsv.gz"])
//     print(catalog.report)
//
// A row is used whole or not at all, except that a text beyond 16 KiB is cut. Of two items of one
// id the first is used. An item without a title has its id as title; it is counted if it has no
// text either, but used: examples can lead to it.
// Cost: one pass over the bytes, O(n log n) for the order; memory for the items that are used.

/// The items of some files.
///
/// Invariant: `items` ascend by the bytes of their ids, so the ids are distinct.
public struct ItemCatalog: Sendable {
  /// The items, ascending by the bytes of their ids.
  public var items: [ItemRecord] = []
  /// What was read, and what was left out.
  public var report = ItemReadReport()

  /// Makes an empty catalogue.
  public init() {}

  /// Reads the items of the files at `paths`: tab-separated, CSV or JSON lines, plain or packed
  /// with gzip or zstd (`ItemFormat`, `ItemFileKind`).
  ///
  /// - Parameters:
  ///   - paths: The files.
  ///   - acceptsPipes: Whether they may be pipes, which the reader would wait for.
  /// - Throws: `LogError`, also if not one row of some file can be used.
  public init(contentsOf paths: [String], acceptsPipes: Bool = true) throws(LogError) {
    var found: [ItemRecord] = []
    var ids = ByteInterner()
    var scan = ItemScan(.items)
    for path in paths {
      try scan.file(path, acceptsPipes: acceptsPipes) { row in
        var item = ItemRecord(
          id: row.values[0], title: row.values[1], text: row.values[2], payload: row.values[4])
        let weight = row.trimmed(3)
        if !weight.isEmpty {
          guard let number = ItemText.number(weight, in: ItemRecord.weights) else { return .weight }
          item.weight = number
        }
        let fault = item.tidy()
        if let fault, fault.isRefusal { return fault }
        guard item.id.withUnsafeBufferPointer({ ids.intern($0) }).isNew else { return .repeatedID }
        found.append(item)
        return fault
      }
    }
    items = found.indices.sorted { ids.compare($0, $1) < 0 }.map { found[$0] }
    report = try scan.finish()
  }
}
