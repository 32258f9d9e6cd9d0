// Reads examples from files: queries, each with the item that it led to.
//
//     let examples = try ItemExamples(contentsOf: ["data/shop-clicks.tsv.gz"])
//
// A row with a kind is an event and weighs what its kind weighs, times its count if it has one; a
// row without is a pair and weighs its count. Queries with secrets of known shapes are left out, as
// they are from a log.
// Cost: one pass over the bytes; memory for the distinct queries and ids, and 40 bytes per example.

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
    var scan = ItemScan(.examples)
    for path in paths {
      try scan.file(path) { row in
        do throws(ItemRowFault) {
          try reader.add(row)
          return nil
        } catch {
          return error
        }
      }
    }
    examples = reader.examples
    report = try scan.finish()
  }
}

/// Makes examples of rows.
private struct ItemExampleReader {
  private(set) var examples: [ItemExample] = []
  private let weights: ItemKindWeights
  private let keepsSecrets: Bool
  private var queries = SharedTexts()
  private var ids = SharedTexts()
  private var sessions = ByteInterner()

  init(weights: ItemKindWeights, keepsSecrets: Bool) {
    self.weights = weights
    self.keepsSecrets = keepsSecrets
  }

  mutating func add(_ row: ItemRow) throws(ItemRowFault) {
    let query = row.trimmed(0)
    if query.isEmpty { throw .query }
    if query.count > ItemExample.longestQuery { throw .queryLength }
    let id = row.trimmed(1)
    if !ItemText.isID(id) { throw .id }
    if !ItemText.isUTF8(query) || !ItemText.isUTF8(id) { throw .encoding }
    let weight = try Self.weight(kind: row.trimmed(5), count: row.trimmed(2), weights)
    let time = try Self.time(row.trimmed(4))
    if !keepsSecrets, query.withUnsafeBufferPointer(KnownSecrets.isIn) { throw .secret }
    examples.append(
      ItemExample(
        query: queries.shared(query), item: ids.shared(id), weight: weight,
        session: session(row.trimmed(3)), time: time))
  }

  private mutating func session(_ key: [UInt8]) -> Int32 {
    if key.isEmpty { return -1 }
    return Int32(exactly: key.withUnsafeBufferPointer { sessions.intern($0) }.id) ?? -1
  }

  private static func weight(
    kind: [UInt8], count: [UInt8], _ weights: ItemKindWeights
  ) throws(ItemRowFault) -> Double {
    var weight = 1.0
    if !kind.isEmpty {
      guard let known = ItemEventKind(rawValue: String(decoding: kind, as: UTF8.self)) else {
        throw .kind
      }
      weight = weights[known]
      if weight <= 0 { throw .noWeight }
    }
    if count.isEmpty { return weight }
    guard let times = ItemText.number(count, in: 1...1e15), times.rounded() == times else {
      throw .count
    }
    return weight * times
  }

  /// Unix seconds: a number in any unit, told by its size (`TimeUnit`), or a date; 0 for no text.
  private static func time(_ text: [UInt8]) throws(ItemRowFault) -> Int64 {
    if text.isEmpty { return 0 }
    let seconds = text.withUnsafeBufferPointer { text in
      NumberParser.time(text).flatMap { TimeUnit.of($0).seconds($0) } ?? NumberParser.date(text)
    }
    guard let seconds else { throw .time }
    return seconds
  }
}

/// One array per distinct text.
private struct SharedTexts {
  private var interner = ByteInterner()
  private var texts: [[UInt8]] = []

  /// The array of the bytes of `text`.
  mutating func shared(_ text: [UInt8]) -> [UInt8] {
    let (id, isNew) = text.withUnsafeBufferPointer { interner.intern($0) }
    if isNew { texts.append(text) }
    return texts[id]
  }
}
