// The usual names of columns and fields, by what they hold.

/// What a column holds.
enum ColumnRole: CaseIterable {
  case query, time, session, user, count, previous
}

/// Names that exports and logs give their columns.
enum UsualNames {
  /// Whether the columns of `line`, cut at tabs, bear usual names of `roles`, in this order.
  static func areNamed(_ line: UnsafeBufferPointer<UInt8>, _ roles: [ColumnRole]) -> Bool {
    guard let columns = Columns(line), columns.count == roles.count else { return false }
    return roles.indices.allSatisfy { i in
      role(of: columns[i]) == roles[i] || roles[i] == .session && role(of: columns[i]) == .user
    }
  }

  /// What a column of this name usually holds; nil if it is not known.
  static func role(of name: UnsafeBufferPointer<UInt8>) -> ColumnRole? {
    if name.count > 64 { return nil }
    let text = String(decoding: name, as: UTF8.self).lowercased()
    return ColumnRole.allCases.first { names[$0]?.contains(text) == true }
  }

  private static let names: [ColumnRole: Set<String>] = [
    .query: ["query", "q"],
    .time: ["time", "timestamp", "at", "ts"],
    .session: ["session", "session_id"],
    .user: ["user", "user_id"],
    .count: ["count"],
    .previous: ["previous"],
  ]
}
