// The two kinds of files about items, and their columns in each format.
//
//     items     id TAB title [TAB text [TAB weight [TAB payload]]]
//     examples  query TAB id [TAB count]              pairs
//               session TAB time TAB query TAB id TAB kind   events
//
// Each kind is also read as CSV (RFC 4180) with a header that names the columns, and as one JSON
// object per line with members of these names. A number here is an index into `names`.

/// What a file holds.
public enum ItemFileKind: Sendable, Equatable {
  /// Items, such as products.
  case items
  /// Queries, each with the item that it led to.
  case examples

  /// What the rows of such a file are, for error messages.
  var expected: String {
    switch self {
    case .items:
      return
        "give each item's id and title, and optionally text, weight and payload, in this order "
        + "with tabs between them, as CSV with these names in a header, or as one JSON object per line"
    case .examples:
      return "give query and id, and optionally a count, or session, time, query, id and kind, in "
        + "this order with tabs between them, as CSV with these names in a header, or as one JSON "
        + "object per line"
    }
  }

  /// The names of all columns.
  var names: [StaticString] {
    switch self {
    case .items: return ["id", "title", "text", "weight", "payload"]
    case .examples: return ["query", "id", "count", "session", "time", "kind"]
    }
  }

  /// The column that holds any JSON value; nil if there is none.
  var jsonColumn: Int? { self == .items ? 4 : nil }

  /// The sets of columns of which a CSV header must name at least one.
  var headers: [[Int]] { self == .items ? [[0, 1], [0, 2]] : [[0, 1]] }

  /// The columns of a tab-separated row, by the number of columns of the file's first row; nil if
  /// no row has as many.
  func layout(columns: Int) -> ItemLayout? {
    switch (self, columns) {
    case (.items, 2...5): return ItemLayout(columns: [0, 1, 2, 3, 4], required: 2)
    case (.examples, 2...3): return ItemLayout(columns: [0, 1, 2], required: 2)
    case (.examples, 5): return ItemLayout(columns: [3, 4, 0, 1, 5], required: 5)
    default: return nil
    }
  }
}

/// Which columns stand in a row without names.
struct ItemLayout {
  /// The column at each place.
  var columns: [Int]
  /// How many of them every row has.
  var required: Int
}

/// The values of one row by column, in buffers that the next row uses again.
struct ItemRow {
  /// The value of each column as it was written; empty if the row does not have it.
  var values: [[UInt8]]

  /// Makes an empty row of `kind`.
  init(_ kind: ItemFileKind) {
    values = Array(repeating: [], count: kind.names.count)
  }

  /// Empties all values.
  mutating func clear() {
    for i in values.indices { values[i].removeAll(keepingCapacity: true) }
  }

  /// The value of `column` without white space around it.
  func trimmed(_ column: Int) -> [UInt8] { ItemText.trimmed(values[column]) }
}
