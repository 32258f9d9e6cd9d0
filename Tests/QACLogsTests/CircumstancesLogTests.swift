// Threads, places, outcomes and typed texts of a log: as it is read at once, as a rebuild reads it, and as a
// model says.

import QACBinary
import QACLogs
import QACTestSupport
import QACText
import Testing

struct CircumstancesLogTests {
  private struct Event {
    var user: String
    var time: Int64
    var query: String
    var thread: String?
    var place: String?
    var hasFailed: Bool
    var typed: String?

    var line: String {
      var text = #"{"session":"\#(user)","at":\#(time),"query":"\#(query)""#
      if let thread { text += #","thread":"\#(thread)""# }
      if let place { text += #","place":"\#(place)""# }
      if let typed { text += #","typed":"\#(typed)""# }
      text += hasFailed ? #","outcome":"failed""# : time % 2 == 0 ? #","outcome":"ok""# : ""
      return text + "}\n"
    }
  }

  private static func events(_ random: inout SplitMix64) -> [Event] {
    func some(_ texts: [String]) -> String? {
      let i = random.below(texts.count + 1)
      return i < texts.count ? texts[i] : nil
    }
    var time: Int64 = 1_767_261_600
    return (0..<random.below(80)).map { _ in
      time += random.below(12) == 0 ? 4000 : Int64(1 + random.below(20))
      return Event(
        user: "u\(random.below(3))", time: time, query: "query \(random.below(5))",
        thread: some(["a", "b"]), place: some(["/", "/srv"]), hasFailed: random.below(4) == 0,
        typed: some(["q", "qu", "quer"]))
    }
  }

  /// Each observation as "previous > query @ place < typed", by looking at all events again.
  private static func model(_ events: [Event]) -> [String] {
    func users(_ query: String, failed: Bool) -> Int {
      Set(events.filter { $0.query == query && $0.hasFailed == failed }.map(\.user)).count
    }
    func counts(_ event: Event) -> Bool {
      !event.hasFailed
        && users(event.query, failed: true) <= users(event.query, failed: false)
    }
    var result: [String] = []
    for (i, event) in events.enumerated() where counts(event) {
      var previous: String?
      var later = event.time
      for other in events[..<i].reversed() where other.user == event.user {
        if later - other.time > 1800 { break }
        later = other.time
        if counts(other), event.thread == nil || other.thread == event.thread {
          previous = other.query
          break
        }
      }
      if previous == event.query { continue }
      result.append(
        "\(previous ?? "-") > \(event.query) @ \(event.place ?? "-") < \(event.typed ?? "-")")
    }
    return result
  }

  private static func seen(_ log: QueryLog) -> [String] {
    zip(words(log), log.observations.enumerated()).map { words, numbered in
      let (i, observation) = numbered
      let place =
        log.places.indices.contains(Int(observation.place))
        ? String(decoding: log.places[Int(observation.place)], as: UTF8.self) : "-"
      let typed =
        log.typed.indices.contains(i) && log.typed[i] != QueryTable.none
        ? String(decoding: log.typedTexts[Int(log.typed[i])], as: UTF8.self) : "-"
      return "\(words) @ \(place) < \(typed)"
    }
  }

  @Test func aRebuildReadsThemAsABuildDoes() throws {
    try withEvery("seed", in: UInt64(0)..<200) { seed in
      var random = SplitMix64(seed: seed)
      let events = Self.events(&random)
      let expected = Self.model(events)
      if expected.isEmpty { return }
      let bytes = Array(events.map(\.line).joined().utf8)
      let log = try read(bytes)
      #expect(Self.seen(log) == expected, "seed \(seed)")
      let directory = try TemporaryDirectory()
      let path = try write(bytes, to: "log.jsonl", in: directory)
      var segments: [LogSegment] = []
      _ = try LogSegmenter(LogReadOptions(), segmentBytes: 1 << 16).read(path, known: nil) {
        bytes in
        if let segment = LogSegment(bytes: bytes, profile: .search) { segments.append(segment) }
      }
      var filters = LogFilters()
      filters.minimumUsers = 1
      filters.findsPersonalData = false
      filters.robotMinute = 0
      filters.halfTypedSeconds = -1
      let aggregation = try EventAggregation(
        segments, window: .min...(.max), filters: filters, memory: 1 << 20,
        directory: directory.path)
      try aggregation.count(holdingOut: 0)
      let rebuilt = try aggregation.log(for: .publication).log
      #expect(Self.seen(rebuilt) == expected, "seed \(seed)")
      let counts = aggregation.counts
      #expect(counts.learned + counts.failed + counts.repeats == counts.events, "seed \(seed)")
      #expect(log.report.failed == counts.failed, "seed \(seed)")
    }
  }

  /// Any byte of a segment with details may be damaged.
  @Test func aDamagedSegmentIsRefused() throws {
    var random = SplitMix64(seed: 7)
    let lines = (0..<40).map { i in
      Event(
        user: "u", time: 1_767_261_600 + Int64(i), query: "q\(i)", thread: "t", place: "/p\(i % 3)",
        hasFailed: i % 5 == 0, typed: i % 3 == 0 ? nil : "q"
      ).line
    }
    let directory = try TemporaryDirectory()
    let path = try write(Array(lines.joined().utf8), to: "log.jsonl", in: directory)
    var segment: [UInt8] = []
    _ = try LogSegmenter(LogReadOptions(), segmentBytes: 1 << 20).read(path, known: nil) {
      segment = $0
    }
    #expect(LogSegment(bytes: segment, profile: .search)?.eventCount == 40)
    for _ in 0..<400 {
      var damaged = segment
      damaged[random.below(damaged.count)] ^= UInt8(1 + random.below(255))
      #expect(LogSegment(bytes: damaged, profile: .search) == nil)
    }
  }

  @Test func usesOfItemsAreNoQueries() throws {
    let log = try read(
      #"{"session":"u","at":1767261600,"query":"red"}"# + "\n"
        + #"{"session":"u","at":1767261601,"query":"red","item":"sku 1","kind":"click"}"# + "\n"
        + #"{"session":"u","at":1767261602,"query":"blue","item":"a field of this log"}"#)
    #expect(words(log) == ["- > red", "red > blue"])
    #expect(log.report.omissions == [.itemUse: 1])
    #expect(log.report.description.contains("left out: 1 uses of items"))
  }

  @Test func whatWasTypedIsRead() throws {
    let log = try read(
      #"{"session_id":"s","prefixes":["r","re"],"final_search_term":"red","search_time":"2026-01-01 10:00:00.5"}"#
        + "\n"
        + #"{"session_id":"s","prefixes":[],"final_search_term":"blue","search_time":"2026-01-01 10:00:01"}"#
        + "\n"
        + #"{"session_id":"s","prefixes":["\u0067",1,"gre"],"final_search_term":"green","search_time":"2026-01-01 10:00:02"}"#
    )
    #expect(words(log) == ["- > red", "red > blue", "blue > green"])
    let typed = log.typed.map {
      $0 == QueryTable.none ? nil : String(decoding: log.typedTexts[Int($0)], as: UTF8.self)
    }
    #expect(typed == ["r\nre", nil, "g\ngre"])
  }
}
