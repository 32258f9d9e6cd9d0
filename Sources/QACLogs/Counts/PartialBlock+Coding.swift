// A block as bytes.
//
// Layout: kind (u8, `PartialKind`), three bytes of 0, file (u32), stretch (u64); then numbers
// (`PartialNumberWriter`): how many rows; for each of four tables of texts, how many, then each
// with its length, ascending by unsigned bytes; then the rows, each:
//
//     how far behind the row before it in the stretch (from 0 for the first)
//     timed:   seconds since the row before it (signed); user, if the file has users
//     counted: how often; the query before
//     form + 1, or 0 for one that was left out for a secret
//     with details: place + 1 or 0; thread; typed + 1 or 0; 1 if it failed, else 0
//
// Cost: O(n log n) comparisons of the distinct texts to write, one pass to read.

import QACBinary
import QACText

extension PartialBlock {
  static let headerBytes = 16

  /// The block's bytes; its rows are in order, and there is at least one.
  func encoded() -> [UInt8] {
    var kind = kind
    if rows.contains(where: \.hasDetails) { kind.insert(.details) }
    var header = ByteWriter()
    header.append(kind.rawValue)
    header.append(raw: [0, 0, 0])
    header.append(key.file)
    header.append(key.stretch)
    var writer = PartialNumberWriter()
    writer.append(rows.count)
    let ranks = tables.map { table -> [UInt32] in
      let order = LogSegmentBuilder.sorted((0..<table.count).map { UInt32($0) }, table)
      writer.append(order.count)
      for id in order { table.withBytes(Int(id)) { writer.append(text: $0) } }
      return LogSegmentBuilder.ranks(order)
    }
    func rank(_ id: UInt32, _ table: Table) -> UInt64 { UInt64(ranks[table.rawValue][Int(id)]) }
    func optional(_ id: UInt32, _ table: Table) -> UInt64 {
      id == QueryTable.none ? 0 : rank(id, table) + 1
    }
    var (place, time) = (UInt32(0), Int64(0))
    for row in rows {
      writer.append(UInt64(row.place - place))
      if kind.contains(.timed) {
        writer.append(signed: row.time &- time)
        if kind.contains(.sessions) { writer.append(rank(row.key, .keys)) }
      } else {
        writer.append(UInt64(row.count))
        writer.append(rank(row.key, .keys))
      }
      writer.append(optional(row.form, .forms))
      if kind.contains(.details) {
        writer.append(optional(row.whereabouts, .whereabouts))
        writer.append(UInt64(row.thread))
        writer.append(optional(row.typed, .typed))
        writer.append(row.hasFailed ? 1 : 0)
      }
      (place, time) = (row.place, row.time)
    }
    return header.bytes + writer.bytes
  }
}

/// A block that was read; its texts are ranges of its bytes.
struct PartialBlockContent {
  let bytes: [UInt8]
  let key: PartialKey
  let kind: PartialKind
  /// Ascending by place; texts are numbers of `texts`.
  private(set) var rows: [PartialRow] = []
  /// By table, the texts, ascending.
  private(set) var texts: [[Range<Int>]] = []

  /// The key and kind of a block, from its first `PartialBlock.headerBytes` bytes.
  static func header(_ bytes: [UInt8]) throws(PartialFault) -> (key: PartialKey, kind: PartialKind)
  {
    guard bytes.count >= PartialBlock.headerBytes, bytes[1] == 0, bytes[2] == 0, bytes[3] == 0,
      bytes[0] <= PartialKind.all.rawValue
    else { throw .impossible }
    let key = bytes.withUnsafeBytes {
      PartialKey(
        file: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
        stretch: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    return (key, PartialKind(rawValue: bytes[0]))
  }

  /// Reads and checks a block.
  init(_ bytes: [UInt8]) throws(PartialFault) {
    self.bytes = bytes
    (key, kind) = try Self.header(bytes)
    var rows: [PartialRow] = []
    var texts: [[Range<Int>]] = []
    let kind = kind
    try bytes.withUnsafeBufferPointer { (all) throws(PartialFault) in
      var reader = PartialNumberReader(
        UnsafeBufferPointer(rebasing: all[PartialBlock.headerBytes...]))
      let count = try reader.nextCount()
      for _ in PartialBlock.Table.allCases { texts.append(try Self.texts(&reader, all)) }
      rows.reserveCapacity(count)
      for _ in 0..<count {
        rows.append(try Self.row(&reader, kind, after: rows.last, texts.map(\.count)))
      }
      guard count > 0, reader.left == 0,
        kind.contains(.details) == rows.contains(where: \.hasDetails)
      else { throw .impossible }
    }
    self.rows = rows
    self.texts = texts
  }

  /// The bytes of text `id` of `table`.
  func withText<Result>(
    _ id: UInt32, of table: PartialBlock.Table, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[texts[table.rawValue][Int(id)]]))
    }
  }

  private static func texts(
    _ reader: inout PartialNumberReader, _ all: UnsafeBufferPointer<UInt8>
  ) throws(PartialFault) -> [Range<Int>] {
    var texts: [Range<Int>] = []
    let count = try reader.nextCount()
    texts.reserveCapacity(count)
    for _ in 0..<count {
      let range = try reader.nextText()
      let shift = PartialBlock.headerBytes
      let text = Range(uncheckedBounds: (range.lowerBound + shift, range.upperBound + shift))
      if let last = texts.last {
        let (a, b) = (
          UnsafeBufferPointer(rebasing: all[last]), UnsafeBufferPointer(rebasing: all[text])
        )
        guard TextTable.compare(a, b) < 0 else { throw .impossible }
      }
      texts.append(text)
    }
    return texts
  }

  private static func row(
    _ reader: inout PartialNumberReader, _ kind: PartialKind, after last: PartialRow?,
    _ counts: [Int]
  ) throws(PartialFault) -> PartialRow {
    let step = try reader.next(below: 1 << kind.shift)
    guard step > 0 || last == nil else { throw .impossible }
    let place = UInt64(last?.place ?? 0) + step
    guard place < 1 << kind.shift else { throw .impossible }
    var row = PartialRow(place: UInt32(place))
    func bound(_ table: PartialBlock.Table) -> UInt64 { UInt64(counts[table.rawValue]) }
    func optional(_ table: PartialBlock.Table) throws(PartialFault) -> UInt32 {
      let number = try reader.next(below: bound(table) + 1)
      return number == 0 ? QueryTable.none : UInt32(number - 1)
    }
    if kind.contains(.timed) {
      row.time = (last?.time ?? 0) &+ (try reader.nextSigned())
    } else {
      row.count = UInt32(try reader.next(below: 1 << 32))
      guard row.count > 0 else { throw .impossible }
    }
    if !kind.contains(.timed) || kind.contains(.sessions) {
      row.key = UInt32(try reader.next(below: bound(.keys)))
    }
    row.form = try optional(.forms)
    if kind.contains(.details) {
      row.whereabouts = try optional(.whereabouts)
      row.thread = UInt32(try reader.next(below: 1 << 32))
      row.typed = try optional(.typed)
      row.hasFailed = try reader.next(below: 2) == 1
    }
    return row
  }

  /// Adds its rows to `block`.
  func add(to block: inout PartialBlock) {
    func number(_ id: UInt32, _ table: PartialBlock.Table, _ block: inout PartialBlock) -> UInt32 {
      if id == QueryTable.none { return id }
      return withText(id, of: table) { block.intern($0, in: table) }
    }
    for row in rows {
      var row = row
      row.key = number(row.key, .keys, &block)
      row.form = number(row.form, .forms, &block)
      row.whereabouts = number(row.whereabouts, .whereabouts, &block)
      row.typed = number(row.typed, .typed, &block)
      block.add(row)
    }
  }
}
