// Collects examples: rows of files, and records that are no rows.
//
// A row with a kind is an event and weighs what its kind weighs, times its count if it has one; a
// row without is a pair and weighs its count. One session of files and of records is one session.
// Invariant: a file is read whole or not at all.

/// Collects examples.
package struct ItemExampleReader {
  private var rows: ItemExampleRows
  private var scan = ItemScan(.examples)

  /// Makes a reader of no example.
  ///
  /// - Parameters:
  ///   - weights: What an event of each kind weighs.
  ///   - keepsSecrets: Whether queries with secrets of known shapes are read.
  package init(weights: ItemKindWeights, keepsSecrets: Bool) {
    rows = ItemExampleRows(weights: weights, keepsSecrets: keepsSecrets)
  }

  /// The examples, and what the files held; records are not in the report.
  package var result: ItemExamples {
    var result = ItemExamples()
    result.examples = rows.examples
    result.report = scan.report
    return result
  }

  /// Reads the file at `path`.
  ///
  /// - Parameters:
  ///   - path: Tab-separated, CSV or JSON lines, plain or packed with gzip or zstd.
  ///   - acceptsPipes: Whether it may be a pipe, which the reader would wait for.
  /// - Throws: `LogError`, also if not one row can be used; then nothing of the file counts.
  package mutating func read(_ path: String, acceptsPipes: Bool = true) throws(LogError) {
    let count = rows.examples.count
    var scan = scan
    do throws(LogError) {
      try scan.file(path, acceptsPipes: acceptsPipes) { row in
        do throws(ItemRowFault) {
          try rows.add(row)
          return nil
        } catch {
          return error
        }
      }
    } catch {
      rows.removeLast(rows.examples.count - count)
      throw error
    }
    self.scan = scan
  }

  /// Adds an example that is no row of a file.
  ///
  /// - Parameters:
  ///   - session: The session's name, UTF-8; empty if it is unknown.
  ///   - query: The query as typed.
  ///   - item: The item's id.
  ///   - kind: What was done with the item.
  ///   - time: Unix seconds.
  /// - Returns: Why the example cannot be used; nil if it was added.
  package mutating func add(
    session: [UInt8], query: [UInt8], item: [UInt8], kind: ItemEventKind, time: Int64
  ) -> ItemRowFault? {
    do throws(ItemRowFault) {
      try rows.add(
        query: ItemText.trimmed(query), item: item, weight: rows.weight(of: kind),
        session: session, time: time)
      return nil
    } catch {
      return error
    }
  }
}

/// Makes examples of rows.
private struct ItemExampleRows {
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

  /// Takes the last `count` examples back.
  mutating func removeLast(_ count: Int) { examples.removeLast(count) }

  mutating func add(_ row: ItemRow) throws(ItemRowFault) {
    let query = row.trimmed(0)
    let id = row.trimmed(1)
    try Self.check(query, id)
    let weight = try weight(ofKind: row.trimmed(5))
    let uses = try Self.uses(row.trimmed(2))
    let time = try Self.time(row.trimmed(4))
    try append(
      ItemExample(query: query, item: id, weight: weight * uses, uses: uses, time: time),
      session: row.trimmed(3))
  }

  mutating func add(
    query: [UInt8], item: [UInt8], weight: Double, session: [UInt8], time: Int64
  ) throws(ItemRowFault) {
    try Self.check(query, item)
    try append(
      ItemExample(query: query, item: item, weight: weight, time: time), session: session)
  }

  private mutating func append(
    _ example: ItemExample, session: [UInt8]
  ) throws(ItemRowFault) {
    if !keepsSecrets, example.query.withUnsafeBufferPointer(KnownSecrets.isIn) { throw .secret }
    var example = example
    example.query = queries.shared(example.query)
    example.item = ids.shared(example.item)
    example.session = number(of: session)
    examples.append(example)
  }

  private static func check(_ query: [UInt8], _ id: [UInt8]) throws(ItemRowFault) {
    if query.isEmpty { throw .query }
    if query.count > ItemExample.longestQuery { throw .queryLength }
    if !ItemText.isID(id) { throw .id }
    if !ItemText.isUTF8(query) || !ItemText.isUTF8(id) { throw .encoding }
  }

  private mutating func number(of session: [UInt8]) -> Int32 {
    if session.isEmpty { return -1 }
    return Int32(exactly: session.withUnsafeBufferPointer { sessions.intern($0) }.id) ?? -1
  }

  /// What an event of `kind` weighs.
  func weight(of kind: ItemEventKind) throws(ItemRowFault) -> Double {
    let weight = weights[kind]
    if weight <= 0 { throw .noWeight }
    return weight
  }

  private func weight(ofKind kind: [UInt8]) throws(ItemRowFault) -> Double {
    if kind.isEmpty { return 1 }
    guard let known = ItemEventKind(rawValue: String(decoding: kind, as: UTF8.self)) else {
      throw .kind
    }
    return try weight(of: known)
  }

  private static func uses(_ count: [UInt8]) throws(ItemRowFault) -> Double {
    if count.isEmpty { return 1 }
    guard let uses = ItemText.number(count, in: 1...1e15), uses.rounded() == uses else {
      throw .count
    }
    return uses
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
