// Reads files about items row by row: opens and unpacks them, tells their formats, and counts the
// rows that cannot be used.

/// One pass over some files of one kind.
struct ItemScan {
  /// Receives a row, and returns what is wrong with it.
  typealias Body = (ItemRow) -> ItemRowFault?

  private let kind: ItemFileKind
  private(set) var report = ItemReadReport()

  init(_ kind: ItemFileKind) { self.kind = kind }

  /// Calls `body` with every row of the file at `path`.
  ///
  /// - Throws: `LogError`, also if no row can be used.
  mutating func file(
    _ path: String, acceptsPipes: Bool = true, _ body: Body
  ) throws(LogError) {
    let input = try LogInput(path: path, acceptsPipes: acceptsPipes)
    let before = report
    var chunk = try input.next()
    try FormatDetector.checkIsText(chunk, path: path)
    if chunk.starts(with: [0xEF, 0xBB, 0xBF]) { chunk = .init(rebasing: chunk.dropFirst(3)) }
    let format = ItemFormat(path: path) ?? ItemFormat(head: chunk)
    report.files.append(.init(path: path, format: format))
    var cutter = ItemRowCutter(kind, format, path: path)
    while !chunk.isEmpty {
      try cutter.feed(chunk) { (row, line) in take(row, path: path, line: line, body) }
      chunk = try input.next()
    }
    try cutter.finish { (row, line) in take(row, path: path, line: line, body) }
    if report.used > before.used { return }
    let first = report.faults.filter { $0.value.path == path && before.faults[$0.key] == nil }
      .min { $0.value.line < $1.value.line }
    throw .noUsableRow(
      path: path, kind: kind, rows: report.rows - before.rows, reason: first?.key,
      line: first?.value.line ?? 0)
  }

  /// What was read.
  ///
  /// - Throws: `LogError.noFiles` if nothing was.
  func finish() throws(LogError) -> ItemReadReport {
    if report.files.isEmpty { throw .noFiles }
    return report
  }

  private mutating func take(
    _ row: Result<ItemRow, ItemRowFault>, path: String, line: Int, _ body: Body
  ) {
    report.rows += 1
    let fault: ItemRowFault?
    switch row {
    case .success(let row): fault = body(row)
    case .failure(let reason): fault = reason
    }
    if fault?.isRefusal != true { report.used += 1 }
    if let fault { report.count(fault, path: path, line: line) }
  }
}
