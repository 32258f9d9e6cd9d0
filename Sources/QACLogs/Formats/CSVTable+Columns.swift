// Finds the columns of a table.

extension CSVTable {
  /// The columns by what the user said and by the header; nil if there is no header that names the
  /// query.
  ///
  /// - Throws: If a flag names a column that is not there.
  func named(_ flags: LogColumns) throws(LogMismatch) -> CSVColumns? {
    // Some exports have a title, dates or comments above the header.
    for (i, row) in rows.enumerated().dropFirst(start).prefix(20) {
      guard !row.contains(where: Self.isValue) else { return nil }
      guard let columns = try named(flags, header: row, at: i) else {
        if row.count == columnCount { return nil }
        continue
      }
      return columns
    }
    return nil
  }

  private func named(
    _ flags: LogColumns, header: [[UInt8]], at index: Int
  ) throws(LogMismatch) -> CSVColumns? {
    var columns = CSVColumns(skipped: index + 1, count: header.count)
    columns.names = header.map { String(decoding: $0, as: UTF8.self) }
    let flagged = try flagged(flags, names: columns.names, of: header.count)
    var ranks: [ColumnRole: Int] = [:]
    var places = flagged
    for (i, name) in header.enumerated() where !flagged.values.contains(i) {
      guard let meaning = UsualNames.meaning(of: name), flagged[meaning.role] == nil,
        meaning.rank < ranks[meaning.role] ?? .max
      else { continue }
      places[meaning.role] = i
      ranks[meaning.role] = meaning.rank
    }
    guard let query = places[.query] else { return nil }
    if ranks[.query] ?? 0 >= UsualNames.vagueRank, places.count == 1 { return nil }
    columns.query = query
    columns.time = places[.time]
    columns.session = places[.session]
    columns.user = places[.user]
    columns.counts = places[.count]
    return columns
  }

  /// The columns that flags name, by name or by number from 1.
  private func flagged(
    _ flags: LogColumns, names: [String], of count: Int
  ) throws(LogMismatch) -> [ColumnRole: Int] {
    var places: [ColumnRole: Int] = [:]
    for (role, flag) in flags.byRole {
      let key = UsualNames.key(of: Array(flag.utf8))
      if let i = names.firstIndex(of: flag)
        ?? names.firstIndex(where: { UsualNames.key(of: Array($0.utf8)) == key && !key.isEmpty })
      {
        places[role] = i
      } else if let number = Int(flag), (1...max(1, count)).contains(number) {
        places[role] = number - 1
      } else {
        throw LogMismatch(
          nearness: 1,
          reason: names.isEmpty
            ? "there is no column \(flag) in a table without a header; name columns by number"
            : "there is no column \(flag); the columns are \(Self.list(names))")
      }
    }
    return places
  }

  /// The columns by flags and by the values, for a table without usual names.
  func typed(_ flags: LogColumns) throws(LogMismatch) -> CSVColumns {
    var columns = CSVColumns(count: columnCount)
    let first = rows.first { $0.count == columnCount } ?? []
    let kinds = (0..<columnCount).map { kind(of: $0) }
    // A header is a row of texts above columns of numbers or times, or one that a flag names.
    let names = first.map { String(decoding: $0, as: UTF8.self) }
    let hasHeader =
      first.indices.contains {
        kinds[$0] != .text && !Self.isValue(first[$0]) && !first[$0].isEmpty
      }
      || !first.contains(where: Self.isValue)
        && flags.byRole.contains { role, flag in names.contains(flag) }
    if hasHeader {
      columns.names = names
      columns.skipped = (rows.firstIndex { $0.count == columnCount } ?? 0) + 1
    }
    let flagged = try flagged(flags, names: columns.names, of: columnCount)
    let free = kinds.indices.filter { !flagged.values.contains($0) }
    let texts = free.filter { kinds[$0] == .text }
    columns.time = flagged[.time] ?? free.first { kinds[$0] == .time }
    columns.session = flagged[.session]
    columns.user = flagged[.user]
    let numbers = free.filter { kinds[$0] == .number }
    columns.counts = flagged[.count] ?? (numbers.count == 1 ? numbers[0] : nil)
    if let query = flagged[.query] {
      columns.query = query
    } else if texts.count == 1, columns.time != nil || columns.counts != nil {
      columns.query = texts[0]
    } else if texts.count == 2, columns.time != nil, columns.session == nil {
      columns.session = texts[0]
      columns.query = texts[1]
    } else {
      throw LogMismatch(
        nearness: share(from: start) * (columnCount > 2 ? 0.9 : 0.5),
        reason: "it looks like \(columnCount) columns between \(separatorName)"
          + (columns.names.isEmpty ? "" : " (\(Self.list(columns.names)))")
          + ", and none is known to hold the query; name it with --query-column")
    }
    return columns
  }

  private enum Kind { case text, number, time }

  /// What most of the values in column `index` are, without the first row.
  private func kind(of index: Int) -> Kind {
    var times = 0
    var numbers = 0
    var values = 0
    let body = rows.filter { $0.count == columnCount }
    for row in body.dropFirst(body.count > 1 ? 1 : 0) where !row[index].isEmpty {
      values += 1
      if Self.isTime(row[index]) { times += 1 } else if Self.isValue(row[index]) { numbers += 1 }
    }
    if values > 0, times * 10 >= values * 9 { return .time }
    return values > 0 && (times + numbers) * 10 >= values * 9 ? .number : .text
  }

  /// Whether `text` is a number or a date, so that it is no column's name.
  static func isValue(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer {
      NumberParser.number($0, NumberStyle()) ?? NumberParser.number($0, NumberStyle(decimal: 0x2C))
        != nil || NumberParser.date($0) != nil
    }
  }

  private static func isTime(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer {
      NumberParser.date($0) != nil || NumberParser.time($0) ?? 0 >= 100_000_000
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(12).map { "\"\($0.prefix(40))\"" }.joined(separator: ", ")
  }
}

extension LogColumns {
  /// The columns that the user named.
  var byRole: [(role: ColumnRole, flag: String)] {
    [
      (ColumnRole.query, query), (.time, time), (.session, session), (.user, user), (.count, count),
    ]
    .compactMap { role, flag in flag.map { (role, $0) } }
  }
}
