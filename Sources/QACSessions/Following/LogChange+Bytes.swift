// A change as bytes: the kind, and a body of little-endian numbers and counted strings.
//
//     record   event                          end     time, sequence, outcome
//     add      occurrence, undated, event     rules   removed, added
//     items    deleted ids, stored items      forget  flags, times, numbers      flush   nothing
//     event    form, query, normalized, item, kind, thread, place, outcome, typed, taken, source,
//              person
//
// A string is its length in four bytes, then its bytes; one that is absent has the length 2^32 - 1.
//
// Invariant: every byte is checked before it is used. A body with bytes left over, or of a kind that
// this version does not know, is refused, so a replica never skips what it cannot apply.

internal import QACBinary

extension LogChange {
  enum Kind: Int64 {
    case record = 1
    case add, end, rules, items, forget, flush
  }

  var kind: Int64 {
    switch self {
    case .record: return Kind.record.rawValue
    case .add: return Kind.add.rawValue
    case .end: return Kind.end.rawValue
    case .rules: return Kind.rules.rawValue
    case .items: return Kind.items.rawValue
    case .forget: return Kind.forget.rawValue
    case .flush: return Kind.flush.rawValue
    }
  }

  /// The change without its session, and without the time of an event.
  var body: [UInt8] {
    var out = LogWriter()
    switch self {
    case .record(let event, _):
      out.append(event)
    case .add(let event, _, let occurrence, let isUndated):
      out.append(Int64(occurrence))
      out.append(isUndated ? 1 : 0)
      out.append(event)
    case .end(_, let time, let sequence, let outcome):
      out.append(time)
      out.append(sequence)
      out.append(outcome.rawValue)
    case .rules(let added, let removed):
      for list in [removed, added] {
        out.append(Int64(list.count))
        for rule in list { out.append(rule) }
      }
    case .items(let items, let ids):
      out.append(Int64(ids.count))
      for id in ids { out.append(id) }
      out.append(Int64(items.count))
      for item in items { out.append(item) }
    case .forget(let forgetting):
      out.append((forgetting.isOfAllSessions ? 1 : 0) + (forgetting.isOfAllQueries ? 2 : 0))
      out.append(forgetting.times.lowerBound)
      out.append(forgetting.times.upperBound)
      out.append(Int64(forgetting.numbers.count))
      for number in forgetting.numbers { out.append(number) }
    case .flush: break
    }
    return out.bytes
  }

  /// Reads the change of an entry.
  ///
  /// - Throws: `SessionStoreError.badLog` if the entry is damaged or of a later version.
  public init(_ entry: LogEntry) throws(SessionStoreError) {
    var body = LogReader(entry.body, number: entry.number)
    switch Kind(rawValue: entry.kind) {
    case .record:
      self = .record(try body.event(at: entry.time), session: try body.name(entry.session))
    case .add:
      let occurrence = Int(clamping: try body.number())
      let isUndated = try body.number() != 0
      self = .add(
        try body.event(at: entry.time), session: try body.name(entry.session),
        occurrence: occurrence, isUndated: isUndated)
    case .end:
      let (time, sequence) = (try body.number(), try body.number())
      guard let outcome = StoredCircumstances.Outcome(rawValue: try body.number()) else {
        throw .badLog(number: entry.number)
      }
      self = .end(
        session: try body.name(entry.session), time: time, sequence: sequence, outcome: outcome)
    case .rules:
      let removed = try body.list { reader throws(SessionStoreError) in try reader.rule() }
      let added = try body.list { reader throws(SessionStoreError) in try reader.rule() }
      self = .rules(add: added, remove: removed)
    case .items:
      let ids = try body.list { reader throws(SessionStoreError) in try reader.text() }
      let items = try body.list { reader throws(SessionStoreError) in try reader.item() }
      self = .items(put: items, delete: ids)
    case .forget:
      let flags = try body.number()
      let (lower, upper) = (try body.number(), try body.number())
      guard lower <= upper, 0...3 ~= flags else { throw .badLog(number: entry.number) }
      let numbers = try body.list { reader throws(SessionStoreError) in try reader.number() }
      self = .forget(
        LogForgetting(
          numbers: numbers, times: lower...upper, isOfAllSessions: flags & 1 != 0,
          isOfAllQueries: flags & 2 != 0, barrier: entry.time))
    case .flush: self = .flush
    case nil:
      throw .badLog(number: entry.number)
    }
    guard body.isAtEnd else { throw .badLog(number: entry.number) }
  }
}

/// Writes the parts of a body.
private struct LogWriter {
  private var writer = ByteWriter()
  var bytes: [UInt8] { writer.bytes }

  mutating func append(_ number: Int64) { writer.append(number) }

  mutating func append(_ text: [UInt8]?) {
    writer.append(text.map { UInt32($0.count) } ?? .max)
    if let text { writer.append(raw: text) }
  }

  mutating func append(_ event: StoredEvent) {
    append(event.form)
    append(event.query)
    append(event.normalized == event.query ? nil : event.normalized)
    append(event.use?.item)
    append(event.use?.kind.rawValue ?? 0)
    let said = event.circumstances
    append(said.thread)
    append(said.place)
    append(said.outcome?.rawValue ?? -1)
    append(said.typed)
    append(said.taken ?? -1)
    append(said.source)
    append(said.person)
  }

  mutating func append(_ rule: StoredRule) {
    switch rule {
    case .block(let kind, let text):
      append(0)
      append(Array(kind.utf8))
      append(text)
    case .pin(let prefix, let text, let until):
      append(until == nil ? 1 : 2)
      append(prefix)
      append(text)
      append(until ?? 0)
    case .boost(let kind, let text, let factor):
      append(3)
      append(Array(kind.utf8))
      append(text)
      append(Int64(bitPattern: factor.bitPattern))
    }
  }

  mutating func append(_ item: StoredItem) {
    append(item.id)
    switch item.state {
    case .removed(let index):
      append(0)
      append(index)
    case .added(let content):
      append(1)
      append(content.title)
      append(content.text)
      append(Int64(bitPattern: content.weight.bitPattern))
      append(content.payload)
    }
  }
}

/// Reads the parts of a body.
private struct LogReader {
  private let bytes: [UInt8]
  private let entry: Int64
  private var next = 0

  init(_ bytes: [UInt8], number: Int64) {
    self.bytes = bytes
    entry = number
  }

  var isAtEnd: Bool { next == bytes.count }

  private mutating func take(_ count: Int) throws(SessionStoreError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - next else { throw .badLog(number: entry) }
    defer { next += count }
    return bytes[next..<next + count]
  }

  private mutating func integer<Number: FixedWidthInteger>(
    _: Number.Type
  ) throws(SessionStoreError) -> Number {
    try take(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  mutating func number() throws(SessionStoreError) -> Int64 {
    Int64(bitPattern: try integer(UInt64.self))
  }

  mutating func optionalText() throws(SessionStoreError) -> [UInt8]? {
    let count = try integer(UInt32.self)
    return count == .max ? nil : Array(try take(Int(count)))
  }

  mutating func text() throws(SessionStoreError) -> [UInt8] {
    guard let text = try optionalText() else { throw .badLog(number: entry) }
    return text
  }

  func name(_ session: [UInt8]?) throws(SessionStoreError) -> [UInt8] {
    guard let session else { throw .badLog(number: entry) }
    return session
  }

  mutating func list<Element>(
    _ element: (inout Self) throws(SessionStoreError) -> Element
  ) throws(SessionStoreError) -> [Element] {
    let count = try number()
    // Each element has at least four bytes.
    guard 0...Int64(bytes.count / 4) ~= count else { throw .badLog(number: entry) }
    var list: [Element] = []
    for _ in 0..<count { list.append(try element(&self)) }
    return list
  }

  mutating func event(at time: Int64) throws(SessionStoreError) -> StoredEvent {
    let form = try number()
    let query = try text()
    let normalized = try optionalText() ?? query
    let item = try optionalText()
    let kind = StoredUse.Kind(rawValue: try number()) ?? .click
    var said = StoredCircumstances()
    said.thread = try optionalText()
    said.place = try optionalText()
    said.outcome = StoredCircumstances.Outcome(rawValue: try number())
    said.typed = try optionalText()
    let taken = try number()
    said.taken = taken < 0 ? nil : taken
    said.source = try optionalText()
    said.person = try optionalText()
    return StoredEvent(
      query: query, normalized: normalized, form: form, time: time,
      use: item.map { StoredUse(item: $0, kind: kind) }, circumstances: said)
  }

  mutating func rule() throws(SessionStoreError) -> StoredRule {
    let kind = try number()
    let (first, text) = (try self.text(), try self.text())
    switch kind {
    case 0: return .block(kind: String(decoding: first, as: UTF8.self), text: text)
    case 1, 2:
      let until = try number()
      return .pin(prefix: first, text: text, until: kind == 1 ? nil : until)
    case 3:
      let factor = Double(bitPattern: UInt64(bitPattern: try number()))
      return .boost(kind: String(decoding: first, as: UTF8.self), text: text, factor: factor)
    default: throw .badLog(number: entry)
    }
  }

  mutating func item() throws(SessionStoreError) -> StoredItem {
    let id = try text()
    switch try number() {
    case 0: return StoredItem(id: id, state: .removed(index: try text()))
    case 1:
      let (title, more) = (try text(), try text())
      let weight = Double(bitPattern: UInt64(bitPattern: try number()))
      let content = StoredItem.Content(
        title: title, text: more, weight: weight, payload: try text())
      return StoredItem(id: id, state: .added(content))
    default: throw .badLog(number: entry)
    }
  }
}
