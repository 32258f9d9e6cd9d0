// How the rows of a file about items are written, told by the file's name or its first bytes.

/// How the rows of a file are written.
public enum ItemFormat: String, Sendable, CaseIterable {
  /// Columns with tabs between them, no header, nothing quoted.
  case tsv
  /// RFC 4180: commas, and quotes around values that hold commas, quotes or line ends; the first
  /// row names the columns.
  case csv
  /// One JSON object per line.
  case jsonl

  /// The format that the name of the file at `path` tells; nil if it tells none.
  ///
  /// An ending of packed files is left out first.
  init?(path: String) {
    var name = path.lowercased()[...]
    for packed in [".gz", ".zst"] where name.hasSuffix(packed) {
      name = name.dropLast(packed.count)
    }
    if name.hasSuffix(".tsv") {
      self = .tsv
    } else if name.hasSuffix(".csv") {
      self = .csv
    } else if name.hasSuffix(".jsonl") || name.hasSuffix(".json") || name.hasSuffix(".ndjson") {
      self = .jsonl
    } else {
      return nil
    }
  }

  /// The format of a file that begins with `head`: JSON if an object begins there, else columns
  /// with tabs if the first line has one, else CSV, whose header is checked later.
  init(head: UnsafeBufferPointer<UInt8>) {
    let text = head.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }
    if text.first == 0x7B {
      self = .jsonl
    } else {
      self = text.prefix { $0 != 0x0A }.contains(0x09) ? .tsv : .csv
    }
  }
}
