// Cutting into sessions, against a model that is too simple to be wrong.

import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct SessioniserTests {
  private struct Event {
    var user: String
    var time: Int64
    var query: String
  }

  /// One observation by the model.
  private struct Expected: Equatable {
    var query: String
    var previous: String?
    var session: Int
    var user: String
    var time: Int64
  }

  private func model(_ events: [Event], gap: Int64, drops: Bool) -> [Expected] {
    let sorted = events.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
    var sessions = 0
    var result: [Expected] = []
    for (i, event) in sorted.enumerated() {
      // Walk back through the whole log to this user's previous event and its session.
      let before = sorted[..<i].lastIndex { $0.user == event.user }
      let continues = before.map { event.time - sorted[$0].time <= gap } ?? false
      let previous = continues ? before.map { sorted[$0].query } : nil
      let session: Int
      if continues, let known = result.last(where: { $0.user == event.user }) {
        session = known.session
      } else {
        session = sessions
        sessions += 1
      }
      if drops, previous == event.query { continue }
      result.append(
        Expected(
          query: event.query, previous: previous, session: session, user: event.user,
          time: event.time))
    }
    return result
  }

  @Test
  func agreesWithTheModel() throws {
    try withEvery("seed", in: UInt64(0)..<300) { seed in
      var random = SplitMix64(seed: seed)
      let isOrdered = random.below(2) == 0
      var time: Int64 = 1_000
      let events = (0..<random.below(60)).map { _ -> Event in
        time = isOrdered ? time + Int64(random.below(30)) : Int64(random.below(600))
        return Event(
          user: ["a", "b", "c"][random.below(3)], time: time,
          query: ["x", "y", "z"][random.below(3)])
      }
      if events.isEmpty { return }
      let gap = Int64(random.below(80))
      let drops = random.below(2) == 0
      let directory = try TemporaryDirectory()
      // Split over two files at any place.
      let cut = random.below(events.count + 1)
      var paths: [String] = []
      for (name, part) in [("1", events[..<cut]), ("2", events[cut...])] {
        let text = part.map { "\($0.user)\t\($0.time)\t\($0.query)\n" }.joined()
        paths.append(try write(Array(text.utf8), to: name, in: directory))
      }
      let options = LogReadOptions(
        format: .events, sessionGap: gap, dropsImmediateRepeats: drops)
      let log = try LogReader.read(paths: paths, options: options)
      let expected = model(events, gap: gap, drops: drops)
      func text(_ id: UInt32) -> String {
        String(decoding: log.queries.normalized[Int(id)], as: UTF8.self)
      }
      var users: [String] = []
      for event in events where !users.contains(event.user) { users.append(event.user) }
      let got = log.observations.map { seen in
        Expected(
          query: text(seen.query),
          previous: seen.previous == QueryTable.none ? nil : text(seen.previous),
          session: Int(seen.session), user: users[Int(seen.user)], time: seen.time)
      }
      #expect(got == expected, "seed \(seed)")
      #expect(log.report.repeatsDropped == events.count - expected.count, "seed \(seed)")
      #expect(log.report.users == users.count)
      #expect(log.observations.allSatisfy { $0.count == 1 })
    }
  }

  @Test
  func linesOfOneSecondCountInTheOrderInWhichTheyStand() throws {
    #expect(words(try read("a\t1\tx\na\t1\ty\nb\t1\tx\n")) == ["- > x", "x > y", "- > x"])
    // The same lines in another order are another log.
    #expect(words(try read("b\t1\tx\na\t1\ty\na\t1\tx\n")) == ["- > x", "- > y", "y > x"])
    // The order of other lines is that of their times.
    let sorted = words(try read("a\t1\tx\na\t2\ty\n"))
    #expect(words(try read("a\t2\ty\na\t1\tx\n")) == sorted)
  }

  @Test
  func timesFarApartDoNotOverflow() throws {
    let log = try read("a\t-999999999999999\tx\na\t999999999999999\tx\n")
    #expect(words(log) == ["- > x", "- > x"])
  }

  @Test
  func rawEventsKeepTheFilesOrder() throws {
    let directory = try TemporaryDirectory()
    let path = try write(Array("b\t9\t X  y\na\t5.5\tx\nbad\na\t5\tx\n".utf8), in: directory)
    var events: [RawEvent] = []
    let report = try LogReader.forEachEvent(paths: [path]) { events.append($0) }
    #expect(
      events == [
        RawEvent(session: "b", time: 9, query: " X  y"),
        RawEvent(session: "a", time: 5, query: "x"),
        RawEvent(session: "a", time: 5, query: "x"),
      ])
    #expect(report.observations == 3)
    #expect(report.badLines == 1)
  }

  @Test
  func anErrorOfTheReceiverStopsReading() throws {
    struct Stop: Error {}
    let directory = try TemporaryDirectory()
    let path = try write(Array("a\t1\tx\na\t2\ty\na\t3\tz\n".utf8), in: directory)
    var count = 0
    #expect(throws: Stop.self) {
      try LogReader.forEachEvent(paths: [path]) { _ in
        count += 1
        if count == 2 { throw Stop() }
      }
    }
    #expect(count == 2)
  }

  @Test
  func logsCanBeMadeOfParts() {
    let queries = QueryTable(normalized: [[0x61], [0x62]], surface: [[0x41], [0x62]])
    let log = QueryLog(
      observations: [
        Observation(query: 0, previous: QueryTable.none, session: 0, user: 0, time: 1, count: 1),
        Observation(query: 1, previous: 0, session: 0, user: 0, time: 2, count: 1),
      ], queries: queries)
    #expect(log.report.sessions == 1)
    #expect(log.report.observations == 2)
    #expect(log.queries.count == 2)
  }
}
