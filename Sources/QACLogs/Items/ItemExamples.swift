// Reads examples from files: queries, each with the item that it led to.
//
//     let examples = try ItemExamples(contentsOf: ["data/shop-clicks.tsv.gz"])
//
// A row with a kind is an event and weighs what its kind weighs, times its count if it has one; a
// row without is a pair and weighs its count. Queries with secrets of known shapes are left out, as
// they are from a log.
// Cost: one pass over the bytes; memory for the distinct queries and ids, and 48 bytes per example.

/// The examples of some files, in the order of the files and rows.
public struct ItemExamples: Sendable {
  /// The examples. Equal queries and ids share their memory.
  public var examples: [ItemExample] = []
  /// What was read, and what was left out.
  public var report = ItemReadReport()

  /// Makes an empty list.
  public init() {}

  /// Reads the examples of the files at `paths`: tab-separated, CSV or JSON lines, plain or packed
  /// with gzip or zstd (`ItemFormat`, `ItemFileKind`).
  ///
  /// - Parameters:
  ///   - paths: The files.
  ///   - weights: What an event of each kind weighs.
  ///   - keepsSecrets: Whether queries with secrets of known shapes are read.
  /// - Throws: `LogError`, also if not one row of some file can be used.
  public init(
    contentsOf paths: [String], weights: ItemKindWeights = ItemKindWeights(),
    keepsSecrets: Bool = false
  ) throws(LogError) {
    var reader = ItemExampleReader(weights: weights, keepsSecrets: keepsSecrets)
    for path in paths { try reader.read(path) }
    if paths.isEmpty { throw .noFiles }
    self = reader.result
  }
}
