// Databases of earlier versions, byte for byte: they must open, mean the same and accept new
// records.
//
//     Fixtures/schema-1.database       by the last version with schema 1, closed
//     Fixtures/schema-2.database, -wal by the first with schema 2, killed: all of it is in the log
//     Fixtures/schema-3.database       by the first with schema 3, closed
//     Fixtures/schema-4.database       by the first with schema 4, from schema 3, with rules added
//     Fixtures/schema-5.database       by the first with schema 5, from schema 4, with two examples
//                                      and two items added
//     Fixtures/schema-6.database       by the first with schema 6, from schema 5, with two queries
//                                      of threads, places, outcomes and choices added
//
// They are never made again; a new schema gets a new file, written by the version that introduces
// it.

import Foundation
import GRDB
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct SessionGoldenTests {
  /// A copy of the golden database of `schema` in `directory`.
  private func copy(_ schema: Int, to directory: TemporaryDirectory) throws -> String {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures").path
    let path = directory.file("s.sqlite")
    for suffix in ["", "-wal"] {
      let golden = "\(fixtures)/schema-\(schema).database\(suffix)"
      if suffix == "-wal" && !FileManager.default.fileExists(atPath: golden) { continue }
      try FileManager.default.copyItem(atPath: golden, toPath: path + suffix)
    }
    return path
  }

  private static let anna = [
    StoredEvent("Red Shoes", normalized: "red shoes", at: 1_700_000_000),
    StoredEvent("boots", at: 1_700_000_000),
    StoredEvent("Red  Shoes!", normalized: "red shoes", at: 1_700_000_060),
  ]
  private static let ursula = [
    StoredEvent("tab\there", normalized: "tab here", at: 1_700_000_061),
    StoredEvent("\u{0}nul", normalized: "nul", at: 1_700_000_061),
    StoredEvent("???", normalized: "", at: 1_700_000_062),
  ]

  /// `events` as a database of `schema` returns them: before the third schema it is not known what
  /// has normalised them.
  private func events(_ events: [StoredEvent], _ schema: Int) -> [StoredEvent] {
    events.map { event in
      var event = event
      event.form = schema < 3 ? 0 : 513
      return event
    }
  }

  /// The rules of each schema's database.
  private func rules(_ schema: Int) -> [StoredRule] {
    let blocks = [StoredRule("exact: red shoes"), StoredRule("word: casino")]
    let others: [StoredRule] = [
      .pin(prefix: [], text: Array("Winter sale".utf8), until: 1_800_000_000),
      .pin(prefix: Array("b".utf8), text: Array("boots".utf8), until: nil),
      .boost(kind: "word", text: Array("sale".utf8), factor: 2.5),
    ]
    return (schema < 2 ? [] : blocks) + (schema < 4 ? [] : others)
  }

  /// The items of each schema's database.
  private func items(_ schema: Int) -> [StoredItem] {
    if schema < 5 { return [] }
    let boots = StoredItem.Content(
      title: Array("Boots".utf8), text: Array("for rain".utf8), weight: 2.5,
      payload: Array(#"{"price": 5}"#.utf8))
    return [
      StoredItem(id: Array("sku 1".utf8), state: .added(boots)),
      StoredItem(id: Array("sku 2".utf8), state: .removed(index: Array("cafe".utf8))),
    ]
  }

  /// The queries of the session that the sixth schema added.
  private func dora(_ schema: Int) -> [StoredEvent] {
    if schema < 6 { return [] }
    var (first, second) = (
      StoredEvent("make test", at: 1_700_000_070), StoredEvent("ls", at: 1_700_000_071)
    )
    first.form = 771
    first.circumstances = StoredCircumstances(
      thread: Array("tty1".utf8), place: Array("/work".utf8), outcome: .failed,
      typed: Array("mak".utf8), taken: 2, source: Array("session".utf8))
    second.form = 771
    second.circumstances = StoredCircumstances(
      thread: Array("tty2".utf8), place: Array("/tmp".utf8), typed: Array("ls".utf8), taken: 0)
    return [first, second]
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6]) func anOldDatabaseMeansWhatItMeant(schema: Int) async throws
  {
    let directory = try TemporaryDirectory()
    let path = try copy(schema, to: directory)
    let store = try SessionStore(path: path)
    let examples = schema < 5 ? 0 : 2
    let (sessions, queries) = schema < 6 ? (3, 306) : (4, 308)
    #expect(
      store.statistics
        == SessionStatistics(sessions: sessions, events: queries, examples: examples))
    #expect(try await store.load("dora") == dora(schema))
    #expect(try store.items() == items(schema))
    #expect(try await store.load("anna") == events(Self.anna, schema))
    #expect(try await store.load("Ürsula ☂") == events(Self.ursula, schema))
    let ben = try await store.load("ben")
    let kept = (300 - SessionStore.loadedEvents)..<300
    #expect(
      ben
        == events(
          kept.map { StoredEvent("query \($0)", at: 1_700_000_000 + Int64($0 / 3)) }, schema))
    #expect(try store.rules() == rules(schema))
    // It accepts new records like one of today's.
    try await store.record("new", at: 1_700_000_100, "anna")
    try await store.changeRules(add: [StoredRule("word: new")])
    // Of the examples, one is ben's.
    #expect(try await store.forget("ben") == 300 + examples / 2)
    try await store.changeItems(
      put: [StoredItem(id: Array("new".utf8), state: .removed(index: []))])
    store.close()
    let again = try SessionStore(path: path)
    #expect(
      try await again.load("anna")
        == events(Self.anna, schema) + [StoredEvent("new", at: 1_700_000_100)])
    #expect(
      again.statistics
        == SessionStatistics(
          sessions: sessions - 1, events: queries - 299, examples: examples / 2))
    #expect(try again.items().count == items(schema).count + 1)
    #expect(try again.rules().contains(StoredRule("word: new")))
    again.close()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // Deleted events are gone from an old file, too.
    #expect(bytes.range(of: Data("query 299".utf8)) == nil)
  }

  @Test func anOldestAndANewestAreTheSameInTheEnd() async throws {
    let tables = try [1, 6].map { schema in
      let directory = try TemporaryDirectory()
      let path = try copy(schema, to: directory)
      try SessionStore(path: path).close()
      let queue = try DatabaseQueue(path: path)
      return try queue.inDatabase { db in
        try String.fetchAll(
          db, sql: "SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name")
      }
    }
    #expect(tables[0] == tables[1])
  }

  /// A file as the next version might leave it, with its log not copied.
  @Test func aNewerOneIsRefusedWithWhatToDo() throws {
    let directory = try TemporaryDirectory()
    let path = try copy(6, to: directory)
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 later')") }
    try queue.close()
    #expect(throws: SessionStoreError.newerSchema(path: path)) { try SessionStore(path: path) }
    #expect(SessionStoreError.newerSchema(path: path).description.contains("run that version"))
  }
}
