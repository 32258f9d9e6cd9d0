// Examples in the store: what queries led to. They are no queries, but as durable and as deletable.

import Foundation
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct ExampleStoreTests {
  private let directory: TemporaryDirectory
  private let store: SessionStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SessionStore(path: directory.file("s.sqlite"))
  }

  private func use(_ item: String, _ kind: StoredUse.Kind = .click) -> StoredUse {
    StoredUse(item: Array(item.utf8), kind: kind)
  }

  /// The examples as "session query item kind time".
  private func examples() throws -> [String] {
    var found: [String] = []
    try SessionStore.readExamples(ofDatabaseAt: store.path, after: .min) { name, query, use, time in
      func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
      found.append("\(text(name)) \(text(query)) \(text(use.item)) \(use.kind) \(time)")
    }
    return found
  }

  private func queries() throws -> [String] {
    var found: [String] = []
    try SessionStore.readEvents(ofDatabaseAt: store.path, after: .min) { _, query, _, _ in
      found.append(String(decoding: query, as: UTF8.self))
    }
    return found
  }

  @Test func noReaderOfQueriesSeesAnExample() async throws {
    try await store.record("hose", at: 10, "a")
    try await store.record("hose", at: 11, use: use("i1"), "a")
    try await store.record("hose", at: 12, use: use("i2", .purchase), "a")
    try await store.record("pump", at: 13, "a")
    try await store.record("net", at: 14, use: use("i3", .cart), "b")
    let kept = [StoredEvent("hose", at: 10), StoredEvent("pump", at: 13)]
    #expect(try await store.load("a") == kept)
    #expect(try await store.history("a", limit: 5) == kept.reversed())
    #expect(try await store.load("b") == [])
    #expect(try await store.recent(after: 0).map(\.event) == kept)
    #expect(try queries() == ["hose", "pump"])
    #expect(
      try examples() == [
        "a hose i1 click 11", "a hose i2 purchase 12", "b net i3 cart 14",
      ])
    #expect(store.statistics == SessionStatistics(sessions: 2, events: 2, examples: 3))
    // Retention counts both.
    #expect(try await store.oldest(ofNewest: 3)?.time == 12)
  }

  @Test func deletingTakesExamplesAlong() async throws {
    for session in ["a", "b", "c"] {
      try await store.record("hose", at: 10, session)
      try await store.record("hose", at: 20, use: use("secret-\(session)"), session)
      try await store.record("pump", at: 30, use: use("other-\(session)"), session)
    }
    #expect(try await store.forget("a") == 3)
    #expect(try await store.forget("b", query: "hose") == 2)
    #expect(try await store.forget(nil, times: 25...40) == 2)
    #expect(try examples() == ["c hose secret-c click 20"])
    #expect(store.statistics == SessionStatistics(sessions: 1, events: 1, examples: 1))
    #expect(try await store.expire(before: 20) == 1)
    #expect(store.statistics == SessionStatistics(sessions: 1, events: 0, examples: 1))
    #expect(try await store.expire(before: 21) == 1)
    #expect(store.statistics == SessionStatistics(sessions: 0, events: 0))
    store.close()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: store.path))
    #expect(bytes.range(of: Data("secret-".utf8)) == nil)
    #expect(bytes.range(of: Data("other-".utf8)) == nil)
  }

  /// A session with many examples after its queries is loaded, counted and expired like another.
  @Test func manyExamplesAreNoObstacle() async throws {
    try await store.record("first", at: 1, "a")
    for i in 0..<5000 {
      let event = StoredEvent(
        query: Array("q".utf8), normalized: Array("q".utf8), time: 2, use: use("i\(i)"))
      store.record(event, session: Array("a".utf8)) { _ in }
    }
    try await store.record("last", at: 2, "a")
    #expect(
      try await store.load("a") == [StoredEvent("first", at: 1), StoredEvent("last", at: 2)])
    #expect(store.statistics == SessionStatistics(sessions: 1, events: 2, examples: 5000))
    #expect(try await store.expire(before: 3) == 5002)
    #expect(store.statistics == SessionStatistics(sessions: 0, events: 0))
  }

  @Test func anExampleIsNoNewestQuery() async throws {
    try await store.record("a", at: 100, inOrder: true, "s")
    // The clock is ahead for a moment.
    try await store.record("a", at: 500, use: use("i"), inOrder: true, "s")
    try await store.record("b", at: 150, inOrder: true, "s")
    // An example is not older than its session's newest query.
    try await store.record("b", at: 120, use: use("j"), inOrder: true, "s")
    #expect(try await store.load("s") == [StoredEvent("a", at: 100), StoredEvent("b", at: 150)])
    #expect(try examples() == ["s b j click 150", "s a i click 500"])
  }
}
