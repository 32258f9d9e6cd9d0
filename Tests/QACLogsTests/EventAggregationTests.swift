// Filtering and counting, against a model that keeps everything in arrays of strings.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import QACText
import Testing

struct EventAggregationTests {
  struct Event {
    var user: String
    var time: Int64
    var query: String
  }

  /// One observation by the model.
  struct Expected: Equatable {
    var query: String
    var previous: String?
    var user: String
    var time: Int64
  }

  /// Random events of few users and queries, some of which begin others; some users are hasty.
  static func events(_ random: inout SplitMix64) -> [Event] {
    let texts = [
      "r", "ru", "run", "running", "Running", "red", "red shoes", "a@b.org", "blue", "x",
    ]
    var time: Int64 = 10_000
    return (0..<random.below(120)).map { _ in
      time += Int64([0, 1, 2, 5, 60, 400, 3000][random.below(7)])
      // Not always in order.
      let own = random.below(10) == 0 ? time - Int64(random.below(500)) : time
      return Event(
        user: ["ann", "ben", "cid", "dan"][random.below(4)], time: own,
        query: texts[random.below(texts.count)])
    }
  }

  static func filters(_ random: inout SplitMix64) -> LogFilters {
    var filters = LogFilters()
    filters.sessionGap = Int64([10, 100, 1800][random.below(3)])
    filters.minimumUsers = 1 + random.below(3)
    filters.minimumCount = 1 + random.below(4)
    filters.longestQuery = [4, 100][random.below(2)]
    filters.findsPersonalData = random.below(2) == 0
    filters.robotMinute = [0, 3][random.below(2)]
    filters.robotSession = [0, 6][random.below(2)]
    filters.halfTypedSeconds = Int64([-1, 0, 2][random.below(3)])
    let blocks = random.below(2) == 0
    filters.isBlocked = { blocks && $0 == Array("blue".utf8) }
    return filters
  }

  /// The model: one observation after another, by definition.
  static func model(
    _ events: [Event], _ filters: LogFilters, _ window: ClosedRange<Int64>, heldOut: Int,
    judging: Bool
  ) -> [Expected] {
    let normalizer = Normalizer(.search)
    func form(_ text: String) -> String {
      String(decoding: normalizer.normalize(text), as: UTF8.self)
    }
    let sorted = events.enumerated().filter { window.contains($0.element.time) }.sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
    // Sessions: for each event the number of its session.
    var session = [Int](repeating: 0, count: sorted.count)
    var next: [Int?] = Array(repeating: nil, count: sorted.count)
    var sessions = 0
    for i in sorted.indices {
      let before = sorted[..<i].lastIndex { $0.user == sorted[i].user }
      if let before, sorted[i].time - sorted[before].time <= filters.sessionGap {
        session[i] = session[before]
        next[before] = i
      } else {
        session[i] = sessions
        sessions += 1
      }
    }
    let folded = sorted.indices.map { i in
      guard let after = next[i] else { return false }
      let (text, whole) = (form(sorted[i].query), form(sorted[after].query))
      return sorted[after].time - sorted[i].time <= filters.halfTypedSeconds && text != whole
        && whole.hasPrefix(text)
    }
    func isRobot(_ id: Int) -> Bool {
      let own = sorted.indices.filter { session[$0] == id && !folded[$0] }
      if filters.robotSession > 0, own.count > filters.robotSession { return true }
      guard filters.robotMinute > 0 else { return false }
      var start: Int64?
      var count = 0
      for i in own {
        if sorted[i].time - (start ?? .min / 2) >= 60 { (start, count) = (sorted[i].time, 0) }
        count += 1
        if count > filters.robotMinute { return true }
      }
      return false
    }
    let robots = (0..<sessions).map(isRobot)
    let passes = sorted.indices.map { i in
      let text = form(sorted[i].query)
      return !robots[session[i]] && !folded[i] && text.utf8.count <= filters.longestQuery
        && !filters.isBlocked(Array(text.utf8))
        && !(filters.findsPersonalData && sorted[i].query.contains("@"))
    }
    func isAdmitted(_ text: String, before end: Int) -> Bool {
      let uses = sorted.indices.filter { $0 < end && passes[$0] && form(sorted[$0].query) == text }
      return uses.count >= filters.minimumCount
        && Set(uses.map { sorted[$0].user }).count >= filters.minimumUsers
    }
    var result: [Expected] = []
    var previous: [Int: String] = [:]
    for i in sorted.indices where passes[i] {
      let text = form(sorted[i].query)
      let isAsked = judging && i >= heldOut
      guard isAsked || isAdmitted(text, before: judging ? heldOut : sorted.count) else { continue }
      let own = previous[session[i]]
      if own == text { continue }
      previous[session[i]] = text
      result.append(
        Expected(query: text, previous: own, user: sorted[i].user, time: sorted[i].time))
    }
    return result
  }

  static func lines(_ events: some Sequence<Event>) -> [UInt8] {
    Array(events.map { "\($0.user)\t\($0.time)\t\($0.query)\n" }.joined().utf8)
  }

  /// Segments of `events`, cut at random places into files and into segments.
  static func segments(
    _ events: [Event], _ random: inout SplitMix64
  ) throws -> [LogSegment] {
    var segments: [LogSegment] = []
    var rest = events[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 + random.below(60))
      rest = rest.dropFirst(piece.count)
      let bytes = LogSegmenter(LogReadOptions(), segmentBytes: 1 << 20).segment { add in
        for event in piece {
          Array(event.user.utf8).withUnsafeBufferPointer { user in
            Array(event.query.utf8).withUnsafeBufferPointer {
              add(LogSegmentEvent(user: user, query: $0, time: event.time))
            }
          }
        }
      }
      segments.append(try #require(LogSegment(bytes: bytes, profile: .search)))
    }
    return segments
  }

  static func seen(_ log: QueryLog, _ users: [String]) -> [Expected] {
    func text(_ id: UInt32) -> String {
      String(decoding: log.queries.normalized[Int(id)], as: UTF8.self)
    }
    return log.observations.map {
      Expected(
        query: text($0.query), previous: $0.previous == QueryTable.none ? nil : text($0.previous),
        user: users[Int($0.user)], time: $0.time)
    }
  }

  @Test func agreesWithTheModel() throws {
    try withEvery("seed", in: UInt64(0)..<300) { seed in
      var random = SplitMix64(seed: seed)
      let events = Self.events(&random)
      if events.isEmpty { return }
      let filters = Self.filters(&random)
      let times = events.map(\.time)
      let last = times.max() ?? 0
      let window = min(last, (times.min() ?? 0) + Int64(random.below(400)))...last
      let directory = try TemporaryDirectory()
      // In memory or on disk: the model knows no difference.
      let aggregation = try EventAggregation(
        try Self.segments(events, &random), window: window, filters: filters,
        memory: [0, 1 << 20, 1 << 30][random.below(3)], directory: directory.path)
      let total = aggregation.counts.events
      let heldOut = random.below(total + 1)
      try aggregation.count(holdingOut: heldOut)
      let users = Set(events.map(\.user)).sorted()
      for purpose in [EventAggregation.Purpose.judgement, .publication] {
        let (log, learned) = try aggregation.log(for: purpose)
        let expected = Self.model(
          events, filters, window, heldOut: total - heldOut, judging: purpose == .judgement)
        #expect(Self.seen(log, users) == expected, "seed \(seed), \(purpose)")
        #expect(learned <= log.observations.count)
      }
      let counts = aggregation.counts
      #expect(counts.events == events.filter { window.contains($0.time) }.count)
      #expect(counts.tooOld + counts.tooNew + counts.events == events.count)
      let parts =
        counts.learned + counts.faultyTexts.values.reduce(0, +) + counts.robots + counts.halfTyped
        + counts.repeats + counts.fewUsers + counts.fewUses + counts.decayed
      #expect(parts == counts.events, "seed \(seed)")
    }
  }

  @Test func withoutFiltersItIsTheLogAsItIsRead() throws {
    try withEvery("seed", in: UInt64(0)..<60) { seed in
      var random = SplitMix64(seed: seed)
      let events = Self.events(&random)
      if events.isEmpty { return }
      let read = try read(Self.lines(events))
      var filters = LogFilters()
      filters.minimumUsers = 1
      filters.findsPersonalData = false
      filters.robotMinute = 0
      filters.halfTypedSeconds = -1
      let directory = try TemporaryDirectory()
      let aggregation = try EventAggregation(
        try Self.segments(events, &random), window: .min...(.max), filters: filters,
        memory: 1 << 20, directory: directory.path)
      try aggregation.count(holdingOut: 0)
      let (log, learned) = try aggregation.log(for: .publication)
      #expect(words(log) == words(read), "seed \(seed)")
      #expect(learned == log.observations.count)
      let forms = { (log: QueryLog) in
        Dictionary(uniqueKeysWithValues: zip(log.queries.normalized, log.queries.surface))
      }
      #expect(forms(log) == forms(read), "seed \(seed)")
    }
  }

  @Test func decayLeavesOutOlderEventsAndNeverBringsThemBack() throws {
    let events = (0..<4000).map { i in
      Event(user: "u\(i % 50)", time: Int64(i) * 864, query: "query \(i % 37)")
    }
    var random = SplitMix64(seed: 1)
    let segments = try Self.segments(events, &random)
    var filters = LogFilters()
    filters.robotMinute = 0
    filters.decayDays = 10
    func kept(until end: Int64) throws -> [Expected] {
      let directory = try TemporaryDirectory()
      let aggregation = try EventAggregation(
        segments, window: 0...end, filters: filters, memory: 1 << 20, directory: directory.path)
      try aggregation.count(holdingOut: 0)
      let users = Set(events.map(\.user)).sorted()
      return Self.seen(try aggregation.log(for: .publication).log, users)
    }
    let last = try #require(events.last).time
    let now = try kept(until: last)
    let shares = [0, 10, 20, 30].map { age in
      let range = (last - Int64(age + 10) * 86_400)..<(last - Int64(age) * 86_400)
      return Double(now.filter { range.contains($0.time) }.count)
        / Double(events.filter { range.contains($0.time) }.count)
    }
    // The mean of 2^(-age / 10) over ten days is 0.72, and half of that ten days later.
    for (share, expected) in zip(shares, [0.721, 0.361, 0.180, 0.090]) {
      #expect(abs(share - expected) < 0.05, "\(shares)")
    }
    // Every event of the older part that is left today was also left ten days ago.
    let before = Set(try kept(until: last - 864_000).map { "\($0.user) \($0.time)" })
    #expect(now.allSatisfy { $0.time > last - 864_000 || before.contains("\($0.user) \($0.time)") })
  }

  @Test func sortingBeyondMemoryIsSorting() throws {
    let directory = try TemporaryDirectory()
    try withEvery("seed", in: UInt64(0)..<20) { seed in
      var random = SplitMix64(seed: seed)
      let values = (0..<random.below(9000)).map { _ in
        random.below(3) == 0 ? UInt64(random.below(50)) : random.next()
      }
      let sorted = try ExternalSortProbe.sorted(values, memory: 0, directory: directory.path)
      #expect(sorted == values.sorted(), "seed \(seed)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    #expect(throws: LogError.self) {
      try ExternalSortProbe.sorted(
        Array(repeating: 1, count: 3000), memory: 0, directory: "/nowhere")
    }
  }

  @Test func arraysBeyondMemoryAreArrays() throws {
    let directory = try TemporaryDirectory()
    try withEvery("seed", in: UInt64(0)..<20) { seed in
      var random = SplitMix64(seed: seed)
      let values = (0..<random.below(60_000)).map { _ in random.next() }
      // No memory, room for the first pages, and enough.
      for memory in [0, 1 << 16, 1 << 30] {
        let (increased, files) = try ScratchArrayProbe.increased(
          values, memory: memory, directory: directory.path)
        #expect(increased == values.map { $0 &+ 1 }, "seed \(seed)")
        #expect(files == (values.count * 8 > memory ? 1 : 0), "seed \(seed), \(values.count)")
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    #expect(throws: LogError.self) {
      try ScratchArrayProbe.increased([1], memory: 0, directory: "/nowhere")
    }
  }
}
