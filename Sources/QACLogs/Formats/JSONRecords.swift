// Makes entries of JSON objects, whether each stands on a line of its own or in a document.

/// A reader of objects with known fields. Its buffers are reused.
struct JSONRecords {
  private var fields: JSONFields
  private let layout: LogLayout

  /// Makes a reader of the fields of `fields` by `layout`.
  init(_ fields: JSONLayout, _ layout: LogLayout) {
    self.fields = JSONFields(fields.paths)
    self.layout = layout
  }

  /// What an export calls uses of items.
  private static let kinds = ["click", "cart", "purchase"].map { Array($0.utf8) }

  /// What the records of a file with these fields have.
  static func layout(_ format: LogFormat, _ fields: JSONLayout) -> LogLayout {
    var layout = LogLayout(format)
    // A file whose beginning holds no object: as events, of which each line is bad.
    layout.hasTimes = fields.count(.time) > 0 || fields.objects == 0
    layout.hasSessions = fields.count(.session) + fields.count(.user) > 0 || fields.objects == 0
    layout.hasCounts = fields.count(.count) > 0
    layout.unit = TimeUnit.most(of: fields.times)
    return layout
  }

  /// The fields in words.
  static func detail(_ fields: JSONLayout) -> String {
    let roles: [(String, JSONRole)] = [
      ("query", .query), ("time", .time), ("session", .session), ("user", .user), ("count", .count),
    ]
    return roles.compactMap { name, role in fields.used[role].map { "\(name) = \($0)" } }
      .joined(separator: ", ")
  }

  /// Hands the entry of `object` to `body`.
  mutating func take(
    _ object: UnsafeBufferPointer<UInt8>, _ body: (LogEntry) throws(LogError) -> Void
  ) throws(LogError) {
    guard fields.parse(object) else { return try body(.bad(.json)) }
    if fields.found == 0, Self.isAction(object) { return try body(.empty) }
    var time: Int64 = 0
    if layout.hasTimes {
      switch fields[.time].withUnsafeBufferPointer(layout.unit.time) {
      case .success(let seconds): time = seconds
      case .failure(let reason): return try body(.bad(reason))
      }
    }
    // A use of an item repeats the query that led to it.
    if !fields[.item].isEmpty, Self.kinds.contains(fields[.kind]) {
      return try body(.leftOut(.itemUse))
    }
    var count = 1.0
    if layout.hasCounts, !layout.isTimed {
      let value = fields[.count].withUnsafeBufferPointer { NumberParser.number($0, NumberStyle()) }
      guard let value else { return try body(.bad(.count)) }
      if value == 0 { return try body(.leftOut(.zeroCount)) }
      count = value
    }
    // People are told apart by the user if there is one; the session is then a conversation.
    let hasUser = !fields[.user].isEmpty
    let key = hasUser ? fields[.user] : fields[.session]
    let thread = !fields[.thread].isEmpty || !hasUser ? fields[.thread] : fields[.session]
    try key.withUnsafeBufferPointer { (key) throws(LogError) in
      if layout.hasSessions, LogText.isBlank(key) { return try body(.bad(.session)) }
      try thread.withUnsafeBufferPointer { (thread) throws(LogError) in
        try fields[.query].withUnsafeBufferPointer { (query) throws(LogError) in
          var record = LogRecord(key: key, query: query, time: time, count: count)
          record.thread = thread
          if !fields[.outcome].isEmpty {
            record.outcome = LogOutcome(rawValue: String(decoding: fields[.outcome], as: UTF8.self))
          }
          try fields[.place].withUnsafeBufferPointer { (place) throws(LogError) in
            record.place = place
            try fields[.typed].withUnsafeBufferPointer { (typed) throws(LogError) in
              record.typed = typed
              try body(.record(record))
            }
          }
        }
      }
    }
  }

  /// Whether `object` is a line of an Elasticsearch bulk file that says what is done with the next.
  private static func isAction(_ object: UnsafeBufferPointer<UInt8>) -> Bool {
    let text = object.drop { $0 == 0x20 || $0 == 0x7B }
    return ["\"index\"", "\"create\"", "\"update\"", "\"delete\""].contains {
      text.starts(with: $0.utf8)
    }
  }
}
