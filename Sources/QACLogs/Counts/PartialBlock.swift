// The events of one stretch of one log file: what partial counts consist of.
//
// A stretch is a fixed part of the file, 1 MiB of its text, or 32,768 lines where entries have line
// numbers alone. So which events are in a block depends on the file, and never on how the file was
// divided among mappers. Blocks of different stretches are merged by putting them in order, which
// copies bytes; two parts of one block are merged row by row.
// Invariant: rows ascend by their place in the stretch, and no place occurs twice. Equal sets of
// events have equal bytes, however they were put together.
// Memory: 64 bytes per row, and the texts.

import QACText

/// Which stretch of which log file a block holds.
struct PartialKey: Comparable, Hashable {
  /// The number of the log file.
  var file: UInt32
  /// The number of the stretch.
  var stretch: UInt64

  static func < (a: PartialKey, b: PartialKey) -> Bool { (a.file, a.stretch) < (b.file, b.stretch) }
}

/// What all events of a file have in common.
struct PartialKind: OptionSet, Hashable {
  var rawValue: UInt8
  /// Events have times; otherwise they have counts, and their key is the query before them.
  static let timed = PartialKind(rawValue: 1)
  /// Events have a session or a user.
  static let sessions = PartialKind(rawValue: 2)
  /// Some event has a place, a thread or typed texts, or has failed.
  static let details = PartialKind(rawValue: 4)
  /// Places are numbers of lines, not of bytes.
  static let lines = PartialKind(rawValue: 8)
  static let all = PartialKind([.timed, .sessions, .details, .lines])

  /// By how many bits a position is divided to give its stretch.
  var shift: UInt64 { contains(.lines) ? 15 : 20 }
}

/// One event.
struct PartialRow {
  /// Where in the stretch it is.
  var place: UInt32
  var time: Int64 = 0
  var count: UInt32 = 1
  /// Numbers of texts of the block, or `QueryTable.none`. An event without a form had a secret in
  /// its query.
  var key = QueryTable.none
  var form = QueryTable.none
  var whereabouts = QueryTable.none
  var typed = QueryTable.none
  var thread: UInt32 = 0
  var hasFailed = false

  var hasDetails: Bool {
    whereabouts != QueryTable.none || typed != QueryTable.none || thread != 0 || hasFailed
  }
}

/// The events of one stretch while they are collected.
struct PartialBlock {
  /// The four tables of texts of a block.
  enum Table: Int, CaseIterable {
    case keys, forms, whereabouts, typed
  }

  let key: PartialKey
  let kind: PartialKind
  private(set) var rows: [PartialRow] = []
  private(set) var tables = Table.allCases.map { _ in ByteInterner() }

  init(_ key: PartialKey, _ kind: PartialKind) {
    self.key = key
    self.kind = kind.subtracting(.details)
  }

  /// The number of `text` in `table`, which is added if it is new.
  mutating func intern(_ text: UnsafeBufferPointer<UInt8>, in table: Table) -> UInt32 {
    UInt32(tables[table.rawValue].intern(text).id)
  }

  /// Adds a row; its texts are numbers of this block.
  mutating func add(_ row: PartialRow) { rows.append(row) }

  /// Puts the rows in order.
  ///
  /// - Throws: `PartialFault.countedTwice` if two have the same place.
  mutating func order() throws(PartialFault) {
    func ascends(_ i: Int) -> Bool { rows[i - 1].place < rows[i].place }
    if rows.indices.dropFirst().allSatisfy(ascends) { return }
    rows.sort { $0.place < $1.place }
    if !rows.indices.dropFirst().allSatisfy(ascends) { throw .countedTwice }
  }
}
