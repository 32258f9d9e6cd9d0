// Shared by the protocol's tests: bytes, streams cut every way, random values.

import QACBinary
import QACProtocol
import QACTestSupport

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func request(
  _ line: String, acceptsClientTime: Bool = true
) throws(RequestError) -> RequestDecoder.Decoded {
  try bytes(line).withUnsafeBufferPointer { buffer throws(RequestError) in
    try RequestDecoder(acceptsClientTime: acceptsClientTime).decode(buffer)
  }
}

/// The error that decoding `line` ends in, or nil.
func refusal(_ line: String, acceptsClientTime: Bool = true) -> RequestError? {
  do throws(RequestError) {
    _ = try request(line, acceptsClientTime: acceptsClientTime)
    return nil
  } catch {
    return error
  }
}

/// Feeds a stream to `feed` whole, byte by byte, and in random pieces.
func everyWay(_ stream: [UInt8], seed: UInt64 = 1, _ feed: ([[UInt8]]) throws -> Void) rethrows {
  try feed([stream])
  try feed(stream.map { [$0] })
  var random = SplitMix64(seed: seed)
  for _ in 0..<10 {
    var pieces: [[UInt8]] = []
    var start = 0
    while start < stream.count {
      let end = min(stream.count, start + 1 + random.below(97))
      pieces.append(Array(stream[start..<end]))
      start = end
    }
    try feed(pieces)
  }
}

extension SplitMix64 {
  /// An item's id, which begins with `number`.
  private mutating func itemID(_ number: Int = 0) -> ItemID {
    ItemID("\(number)-\(below(1000)) \"é\\") ?? { preconditionFailure("a valid id") }()
  }

  private mutating func place() -> Place? {
    below(2) == 0 ? nil : Place(bytes: text(maximum: 30).filter { $0 != 0 })
  }

  /// What is said of a query, or nothing.
  private mutating func circumstances() -> Request.Circumstances {
    Request.Circumstances(
      thread: below(2) == 0 ? nil : SessionName("t\(below(9))"), place: place(),
      outcome: [nil, .ok, .failed][below(3)],
      typed: below(2) == 0 ? nil : text(maximum: 9).filter { $0 != 0 },
      choice: [
        nil, Choice(taken: 0), Choice(taken: 1 + below(100)),
        Choice(taken: 1 + below(100), source: Array("index".utf8)),
      ][below(4)])
  }

  /// An event to import, of `session`.
  mutating func importedEvent(_ session: SessionName) -> Request.ImportedEvent {
    let kinds = Request.Record.Kind.allCases
    let item = below(3) == 0 ? itemID() : nil
    return Request.ImportedEvent(
      session: session, query: [0x71] + text(maximum: 20).filter { $0 != 0 },
      at: Int64(below(2_000_000_000)), item: item,
      kind: item == nil ? .click : kinds[below(kinds.count)], circumstances: circumstances(),
      occurrence: 1 + below(3), isUndated: below(2) == 0)
  }

  /// A valid request.
  mutating func request() -> Request {
    func query(_ random: inout SplitMix64) -> [UInt8] {
      let query = random.text(maximum: 20).filter { $0 != 0 }
      return query.isEmpty ? Array("q".utf8) : query
    }
    func session(_ random: inout SplitMix64) -> SessionName {
      SessionName("s\(random.below(1000))é") ?? { preconditionFailure("a valid name") }()
    }
    let limit = below(2) == 0 ? nil : 1 + below(100)
    let kind = Request.Rule.Kind.allCases[below(Request.Rule.Kind.allCases.count)]
    let time = below(2) == 0 ? nil : Int64(below(2_000_000_000))
    switch below(28) {
    case 0, 1:
      let contexts: [Request.Context] = [
        .none, .session(session(&self)), .previous((0..<below(4)).map { _ in query(&self) }),
      ]
      return .complete(
        .init(
          context: contexts[below(3)], place: place(), prefix: below(4) == 0 ? [] : query(&self),
          limit: limit, explain: below(2) == 0, items: below(3) == 0 ? 1 + below(100) : nil,
          at: time))
    case 2:
      return .record(
        .init(
          session: session(&self), query: query(&self) + [0x71], at: time,
          circumstances: circumstances()))
    case 22:
      return .outcome(
        .init(
          session: session(&self),
          id: RecordID(
            time: Int64(below(1 << 40)), sequence: Int64(below(9)),
            check: UInt16(truncatingIfNeeded: next())), end: below(2) == 0 ? .ok : .failed))
    case 24:
      return .importEvents((0...below(4)).map { _ in importedEvent(session(&self)) })
    case 25:
      return .exportEvents(
        .init(
          session: session(&self), after: below(2) == 0 ? nil : Array("5.0".utf8), limit: limit))
    case 23:
      return .complete(
        .init(
          context: .session(session(&self)), thread: session(&self), place: place(),
          prefix: query(&self), last: below(2) == 0))
    case 26:
      return .search(
        .init(
          session: session(&self), query: below(4) == 0 ? [] : query(&self), limit: limit,
          before: below(2) == 0 ? nil : Array("5.4.0".utf8), place: place()))
    case 17:
      let kinds = Request.Record.Kind.allCases
      return .record(
        .init(
          session: session(&self), query: [0x71], item: itemID(), kind: kinds[below(kinds.count)],
          at: time))
    case 18:
      return .retrieve(
        .init(
          context: below(2) == 0 ? .none : .session(session(&self)), query: query(&self),
          limit: limit, explain: below(2) == 0, at: time))
    case 19:
      return .itemsAdd(
        (0...below(4)).map { i in
          Request.Item(
            id: itemID(i), title: query(&self) + [0x71], text: below(2) == 0 ? [] : query(&self),
            weight: below(2) == 0 ? 1 : Double(1 + below(4000)) / 7,
            payload: below(2) == 0
              ? [] : JSONValue.object([.init("a", .string(query(&self)))]).json)
        })
    case 20: return .itemsRemove((0...below(4)).map { itemID($0) })
    case 21: return .items(limit: limit)
    case 3: return .history(.init(session: session(&self), limit: limit))
    case 4:
      let since = below(2) == 0 ? nil : Int64(below(1000))
      let until = below(2) == 0 ? nil : (since ?? 0) + Int64(below(1000))
      let query = below(2) == 0 ? nil : query(&self)
      return below(2) == 0
        ? .forget(.everyone(query: query, since: since, until: until))
        : .forget(.init(session: session(&self), query: query, since: since, until: until))
    case 5: return .status
    case 6: return .reload(force: below(2) == 0)
    case 7: return .block(.init(kind: kind, text: kind == .item ? itemID().bytes : query(&self)))
    case 8: return .unblock(.init(kind: kind, text: kind == .item ? itemID().bytes : query(&self)))
    case 9: return .blocks
    case 10: return .metrics
    case 11: return .pin(.init(prefix: query(&self), text: query(&self), until: time))
    case 12: return .unpin(.init(prefix: [], text: query(&self)))
    case 13: return .pins
    case 14:
      return .boost(
        .init(
          rule: .init(kind: kind == .item ? .word : kind, text: query(&self)),
          factor: Double(1 + below(4000)) / 7))
    case 15: return .unboost(.init(kind: kind == .item ? .exact : kind, text: query(&self)))
    case 16: return .boosts
    default: return .ping
    }
  }
}
