// What is stored of a query beside its text: it comes back, late outcomes are durable, and what
// failed is not learned.

import Foundation
import GRDB
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct CircumstancesTests {
  private static let all = StoredCircumstances(
    thread: Array("tty1".utf8), place: [0x2F, 0x00, 0xFF], outcome: .ok, typed: [], taken: 3,
    source: Array("index".utf8), person: Array("net".utf8))

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func circumstancesComeBack() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    let store = try SessionStore(path: path)
    try await store.record("make", at: 5, known: Self.all, "ada")
    try await store.record("ls", at: 6, "ada")
    var make = StoredEvent("make", at: 5)
    make.circumstances = Self.all
    let expected = [make, StoredEvent("ls", at: 6)]
    #expect(try await store.load("ada") == expected)
    #expect(try await store.history("ada", limit: 9) == expected.reversed())
    #expect(try await store.recent(after: 0).map(\.event) == expected)
    store.close()
    let again = try SessionStore(path: path)
    #expect(try await again.load("ada") == expected)
    again.close()
  }

  @Test func anOutcomeMayComeLate() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    _ = try await store.record("first", at: 5, "ada")
    let key = try await store.record("gti", at: 5, "ada")
    #expect((key.time, key.sequence) == (5, 1))
    func change(
      _ session: String, _ sequence: Int64 = 1, matching text: String = "gti"
    ) -> OutcomeChange {
      OutcomeChange(
        session: bytes(session), time: 5, sequence: sequence, outcome: .failed,
        matches: { $0 == Array(text.utf8) })
    }
    // Not of another session, place or text.
    #expect(try await store.end(change("ben")) == nil)
    #expect(try await store.end(change("ada", 2)) == nil)
    #expect(try await store.end(change("ada", 0)) == nil)
    #expect(try await store.end(change("ada", 1, matching: "git")) == nil)
    #expect(try await store.load("ada").allSatisfy { $0.circumstances.outcome == nil })
    let event = try #require(try await store.end(change("ada")))
    #expect(event.query == bytes("gti") && event.circumstances.outcome == .failed)
    #expect(try await store.load("ada").map(\.circumstances.outcome) == [nil, .failed])
    // A use of an item has no outcome.
    let use = StoredUse(item: bytes("i"), kind: .click)
    let example = try await store.record("hat", at: 9, use: use, "ada")
    let late = OutcomeChange(
      session: bytes("ada"), time: example.time, sequence: example.sequence, outcome: .ok)
    #expect(try await store.end(late) == nil)
    #expect(try await store.forget("ada", query: "gti") == 1)
    #expect(try await store.end(change("ada")) == nil)
    store.close()
  }

  @Test func aLateOutcomeIsDurable() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    let store = try SessionStore(path: path)
    let key = try await store.record("gti", at: 5, "ada")
    let change = OutcomeChange(
      session: bytes("ada"), time: key.time, sequence: key.sequence, outcome: .failed)
    _ = try await store.end(change)
    // What a killed process leaves behind.
    let copy = directory.file("copy.sqlite")
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
    }
    store.close()
    let reopened = try SessionStore(path: copy)
    #expect(try await reopened.load("ada").map(\.circumstances.outcome) == [.failed])
    reopened.close()
  }

  @Test func whatFailedIsNotLearned() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    let store = try SessionStore(path: path)
    let failed = StoredCircumstances(outcome: .failed)
    let ok = StoredCircumstances(outcome: .ok)
    // It fails for most: nobody learns it. The case does not matter, but the form does.
    try await store.record("Gti", normalized: "gti", at: 5, known: failed, "ada")
    try await store.record("gti", at: 6, known: failed, "ben")
    try await store.record("gti", at: 7, "cid")
    // It fails for as many as it does not: what went well is learned.
    try await store.record("make", at: 5, known: failed, "ada")
    try await store.record("make", at: 6, known: failed, "ada")
    try await store.record("make", at: 7, known: ok, "ben")
    // It failed before the time that is read.
    try await store.record("ls", at: 1, known: failed, "ada")
    let known = StoredCircumstances(thread: bytes("t"), place: bytes("/"), typed: bytes("l"))
    try await store.record("ls", at: 8, known: known, "ada")
    func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    var learned: [String] = []
    try SessionStore.readEvents(ofDatabaseAt: path, after: 2) { _, query, time, known in
      learned.append(
        "\(text(query)) \(time) \(text(known.thread)) \(text(known.place)) \(text(known.typed))")
    }
    #expect(learned == ["make 7   ", "ls 8 t / l"])
    store.close()
  }

  @Test func aPersonIsLearnedOncePerQueryAndDay() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    let store = try SessionStore(path: path)
    let net = StoredCircumstances(person: bytes("net"))
    let nobody = StoredCircumstances(person: [])
    for (i, session) in ["ada", "ben", "cid"].enumerated() {
      try await store.record("Gti", at: Int64(10 + i), known: net, session)
      try await store.record("gti", at: Int64(20 + i), known: net, session)
      try await store.record("own", at: Int64(30 + i), known: nobody, session)
      try await store.record("all", at: Int64(40 + i), session)
    }
    try await store.record("gti", at: 86_400, known: net, "dora")
    let use = StoredUse(item: bytes("i"), kind: .click)
    try await store.record("hat", at: 50, use: use, known: net, "ada")
    try await store.record("hat", at: 51, use: use, known: nobody, "ben")
    var learned: [String] = []
    try SessionStore.readEvents(
      ofDatabaseAt: path, after: 0,
      form: { Array(String(decoding: $0, as: UTF8.self).lowercased().utf8) }
    ) { session, query, time, _ in
      learned.append(
        "\(String(decoding: session, as: UTF8.self)) \(String(decoding: query, as: UTF8.self))")
    }
    #expect(learned == ["ada Gti", "ada all", "ben all", "cid all", "dora gti"])
    var examples: [String] = []
    try SessionStore.readExamples(ofDatabaseAt: path, after: 0) { who, _, _, _ in
      examples.append(String(decoding: who, as: UTF8.self))
    }
    #expect(examples == ["net"])
    let recent = try await store.recent(after: 0)
    #expect(recent.allSatisfy { $0.event.query != bytes("own") } && recent.count == 10)
    store.close()
  }

  @Test func valuesOfOtherVersionsAreUnknown() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    let store = try SessionStore(path: path)
    try await store.record("ls", at: 5, known: Self.all, "ada")
    store.close()
    let queue = try DatabaseQueue(path: path)
    try await queue.write { try $0.execute(sql: "UPDATE event SET outcome = 7") }
    try queue.close()
    let reopened = try SessionStore(path: path)
    #expect(try await reopened.load("ada").map(\.circumstances.outcome) == [nil])
    reopened.close()
  }
}
