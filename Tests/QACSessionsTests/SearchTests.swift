// Searches against a list of everything that was submitted.

import Foundation
import QACBinary
import QACTestSupport
import QACText
import Testing

@testable import QACSessions

/// What a search should find.
private struct PlainHistory {
  struct Event {
    var query: String
    var place: String?
    var outcome: StoredCircumstances.Outcome?
    var time: Int64
    /// Numbers the events of one second.
    var sequence: Int64
  }

  /// In no order.
  var sessions: [String: [Event]] = [:]

  /// Adds an event and returns its number within its second.
  mutating func add(_ session: String, _ event: Event) -> Int64 {
    let ofSecond = sessions[session, default: []].filter { $0.time == event.time }
    var event = event
    event.sequence = (ofSecond.map(\.sequence).max() ?? -1) + 1
    sessions[session, default: []].append(event)
    return event.sequence
  }

  private func words(_ text: String) -> [String] {
    String(decoding: Normalizer(.search).normalize(text), as: UTF8.self).split(separator: " ")
      .map { String($0) }
  }

  private func matches(_ text: String, _ query: String) -> Bool {
    let form = Normalizer(.search).normalize(query, as: .prefix)
    let wanted = words(query)
    let found = words(text)
    return wanted.enumerated().allSatisfy { (i, word) in
      let isWhole = i < wanted.count - 1 || form.last == 0x20
      return found.contains { isWhole ? $0 == word : Array($0.utf8).starts(with: word.utf8) }
    }
  }

  /// All hits, best first.
  func search(_ session: String, _ query: String, at place: String?) -> [HistoryHit] {
    let events = sessions[session, default: []].filter {
      (place == nil || $0.place == place) && matches($0.query, query)
    }
    let byTime = words(query).isEmpty
    let groups = Dictionary(grouping: events) { Array($0.query.utf8) }
    let hits = groups.compactMap { text, uses -> (rank: Int64, last: Event, hit: HistoryHit)? in
      guard let last = uses.max(by: { ($0.time, $0.sequence) < ($1.time, $1.sequence) }) else {
        return nil
      }
      let bonus = Int64(log2(Double(uses.count)) * 86_400)
      return (
        rank: last.time + (byTime ? 0 : bonus), last: last,
        hit: HistoryHit(
          query: text, time: last.time, uses: uses.count,
          place: last.place.map { Array($0.utf8) }, outcome: last.outcome)
      )
    }
    return hits.sorted {
      ($0.rank, $0.last.time, $0.last.sequence) > ($1.rank, $1.last.time, $1.last.sequence)
    }.map(\.hit)
  }
}

@Suite struct SearchTests {
  private static let texts = [
    "git status", "git commit -m 'größe'", "git push origin main", "Git status", "docker ps",
    "ls -la /var/log", "c++ main.cc", "größe x", "日本 語", "한국 status", "a\u{1B}b c", "!!!",
    "x\u{0}y git", "status", "main main", "tar xzf a.tar.gz",
  ]
  private static let queries = [
    "", "g", "git", "git ",
    "status git", "st", "GIT STA", "GRÖSSE", "main", "mai ", "log var", "zzz",
    "!!!", "c++", "日", "\u{1B}", "한", "tar", "a b", "git git git", "com gros",
  ]
  private static let places = [nil, "/a", "/b", "/a/b"]

  @Test(arguments: 0..<30) func sequencesAgreeWithAList(seed: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    var random = SplitMix64(seed: UInt64(seed))
    var model = PlainHistory()
    var store = try SessionStore(path: path)
    let names = ["a", "b"]
    for step in 0..<150 {
      let note = Comment(rawValue: "seed \(seed), step \(step)")
      let session = names[random.below(2)]
      let text = Self.texts[random.below(Self.texts.count)]
      let place = Self.places[random.below(4)]
      let time = Int64(random.below(6)) * 50_000
      switch random.below(14) {
      case 0..<6:
        let outcome = [nil, StoredCircumstances.Outcome.ok, .failed][random.below(3)]
        let key = try await store.record(
          text, at: time,
          known: .init(place: place.map { Array($0.utf8) }, outcome: outcome), session)
        let sequence = model.add(
          session,
          .init(query: text, place: place, outcome: outcome, time: time, sequence: 0))
        #expect(key.sequence == sequence, note)
      case 6:
        // What a query led to is no submission.
        try await store.record(text, at: 7, use: .init(item: [1], kind: .click), session)
      case 7:
        let event = StoredEvent(text, at: time)
        let added = try await store.add([.init(event: event)], session)
        if !added.isEmpty {
          _ = model.add(
            session, .init(query: text, place: nil, outcome: nil, time: time, sequence: 0))
        }
      case 8:
        guard let events = model.sessions[session], !events.isEmpty else { continue }
        let i = random.below(events.count)
        model.sessions[session]![i].outcome = .failed
        let event = events[i]
        #expect(
          try await store.end(
            .init(
              session: Array(session.utf8), time: event.time, sequence: event.sequence,
              outcome: .failed)) != nil, note)
      case 9:
        let times = random.below(2) == 0 ? Deletion.always : time...(time + 60_000)
        let name = random.below(4) == 0 ? nil : session
        let query = random.below(8) == 0 ? nil : text
        _ = try await store.forget(name, query: query, times: times)
        for each in names where name == nil || name == each {
          model.sessions[each]?.removeAll {
            times.contains($0.time) && (query == nil || $0.query == query)
          }
        }
      case 10:
        if random.below(4) == 0 {
          _ = try await store.expire(before: time)
          for each in names { model.sessions[each]?.removeAll { $0.time < time } }
        }
      case 11:
        if random.below(4) == 0 {
          store.close()
          store = try SessionStore(path: path)
        }
      default: break
      }
      let query = Self.queries[random.below(Self.queries.count)]
      let wanted = model.search(session, query, at: place)
      // Page by page.
      let limit = 1 + random.below(5)
      var found: [HistoryHit] = []
      var after: HistorySearch.Position?
      repeat {
        let page = try await store.search(session, query, limit: limit, after: after, at: place)
        #expect(page.hits.count <= limit, note)
        found += page.hits
        after = page.next
      } while after != nil
      #expect(found == wanted, "seed \(seed), step \(step), \(query) at \(place ?? "-")")
    }
  }

  @Test func aSearchSeesWhatWasAskedForBeforeIt() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    for i in 0..<6000 {
      store.record(StoredEvent("query \(i)", at: Int64(i)), session: Array("s".utf8)) { _ in }
      if i % 1000 == 500 {
        let found = try await store.search("s", "query", limit: 1)
        #expect(found.hits.map(\.time) == [Int64(i)])
      }
    }
    // A deletion of many steps.
    store.forget(Deletion(session: Array("s".utf8), times: 0...5990)) { _ in }
    let left = try await store.search("s", "", limit: 100)
    #expect(left.hits.map(\.time) == (5991..<6000).reversed().map { Int64($0) })
  }

  @Test func whileASessionIsReadItsChangesCount() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    do {
      let store = try SessionStore(path: path)
      for i in 0..<30_000 {
        store.record(StoredEvent("query \(i)", at: Int64(i)), session: Array("s".utf8)) { _ in }
      }
      store.close()
    }
    let store = try SessionStore(path: path)
    async let first = store.search("s", "query", limit: 1)
    try await store.record("query new", at: 40_000, "s")
    #expect(try await store.forget("s", query: "query 29999") == 1)
    _ = try await first
    let found = try await store.search("s", "query", limit: 2)
    let texts = found.hits.map { String(decoding: $0.query, as: UTF8.self) }
    #expect(texts == ["query new", "query 29998"])
  }

  @Test func manyWordsAndHostileTextsAreHarmless() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    try await store.record((0..<300).map { "w\($0)" }.joined(separator: " "), at: 1, "s")
    let all = (0..<300).reversed().map { "w\($0)" }.joined(separator: " ")
    #expect(try await store.search("s", all).hits.count == 1)
    #expect(try await store.search("s", all + " w300").hits.isEmpty)
    let many = (0..<10_000).map { "v\($0)" }.joined(separator: " ")
    #expect(try await store.search("s", many).hits.isEmpty)
    #expect(try await store.search("s", "\u{0}\u{1}\u{7F}").hits.count == 1)
    #expect(try await store.search("nobody", "w1").hits.isEmpty)
    #expect(try await store.search("s", "w1", limit: 0).hits.count <= 1)
  }

  @Test func placesAndTextsThatAreForgottenLeaveTheIndex() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    for place in ["/canary", "/other"] {
      try await store.record(
        "canary text", at: 1, known: .init(place: Array(place.utf8)), "s")
    }
    try await store.record("other text", at: 1, "s")
    #expect(try await store.search("s", "canary").hits.map(\.uses) == [2])
    #expect(try await store.forget("s", query: "canary text") == 2)
    #expect(try await store.search("s", "text").hits.count == 1)
    let bytes = try #require(store.searches.index(of: Array("s".utf8)))
    #expect(Data(bytes.bytes).range(of: Data("canary".utf8)) == nil)
    #expect(bytes.places.names.allSatisfy { $0.isEmpty })
    #expect(bytes.count == 1)
  }

  @Test func aClosedStoreRefuses() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    store.close()
    await #expect(throws: SessionStoreError.closed) { try await store.search("s", "q") }
  }
}
