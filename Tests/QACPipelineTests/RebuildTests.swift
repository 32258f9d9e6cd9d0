// Rebuilds of small logs: published, refused, incremental, interrupted.

import Foundation
import QACBinary
import QACEngine
import QACIndex
import QACLogs
import QACPipeline
import QACReplay
import QACSessions
import QACTestSupport
import QACText
import QACTraining
import Testing

// One after another, because each holds indexes and asks them thousands of times.
@Suite(.serialized) struct RebuildTests {
  /// Days of a made-up log in a directory, and a store beside them.
  final class Site {
    let directory: TemporaryDirectory
    var settings: RebuildSettings
    private var log: SyntheticLog

    init(seed: UInt64 = 1, events: Int = 4000) throws {
      directory = try TemporaryDirectory()
      log = SyntheticLog(seed: seed, events: events)
      settings = RebuildSettings(directory: directory.file("store"), now: 1_800_000_000)
      settings.logs = [directory.file("*.tsv")]
      settings.lookBackDays = 36_500
      settings.minimumRequests = 20
      settings.maximumRequests = 40
      // So few queries say little, and most tests are not about that.
      settings.margin = 0.5
      settings.filters.robotMinute = 0
      settings.filters.robotSession = 0
      settings.filters.halfTypedSeconds = -1
      settings.build.leafSize = 16
      settings.build.epochs = 0
      settings.build.clusterRounds = 2
    }

    /// Writes events `range` of the log as file `name`.
    func write(_ range: Range<Int>, to name: String) throws {
      let text = log.events[range].map { "u\($0.user)\t\($0.time)\t\($0.query)\n" }.joined()
      try write(text, to: name)
    }

    func write(_ text: String, to name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file(name)))
    }

    func time(_ event: Int) -> Int64 { log.events[event].time }

    var events: [SyntheticLog.Event] { log.events }

    func run() throws -> RebuildResult { try Rebuild(settings).run() }

    func served() throws -> [UInt8] {
      Array(try Data(contentsOf: URL(fileURLWithPath: settings.directory + "/current.qaci")))
    }
  }

  @Test func nightAfterNightIsReadingEverything() throws {
    let site = try Site()
    site.settings.filters.decayDays = 5
    for night in 0..<3 {
      try site.write(night * 700..<(night + 1) * 700, to: "day\(night).tsv")
      if night == 1 {
        // A file that has grown since then.
        try site.write(0..<700, to: "late.tsv")
      } else if night == 2 {
        try site.write(0..<720, to: "late.tsv")
      }
      site.settings.forces = true
      let result = try site.run()
      #expect(result.report.decision == .published, "\(result.report.reasons)")
      #expect(
        result.report.files.filter(\.isNew).count == [1, 2, 2][night],
        "only what is new is read")
      let whole = try Site()
      whole.settings = site.settings
      whole.settings.directory = whole.directory.file("store")
      let fresh = try Rebuild(whole.settings).run()
      #expect(fresh.report.files.allSatisfy { $0.isNew })
      #expect(try whole.served() == site.served(), "night \(night)")
    }
    let (index, kept) = (
      try LabelIndex(bytes: try site.served()), try IndexStore.versions(site.settings.directory)
    )
    _ = try CompletionEngine(index: index)
    #expect(kept.count == 3)
  }

  @Test func theMemoryDoesNotShowInTheIndex() throws {
    var published: [[UInt8]] = []
    for memory in [0, 1 << 30] {
      let site = try Site()
      for day in 0..<3 { try site.write(day * 1300..<(day + 1) * 1300, to: "\(day).tsv") }
      site.settings.memory = memory
      site.settings.filters.decayDays = 5
      _ = try site.run()
      published.append(try site.served())
      // Little memory makes more segments, so the test does test something.
      let segments = try FileManager.default.contentsOfDirectory(
        atPath: site.settings.directory + "/state"
      ).filter { $0.hasSuffix(".seg") }
      #expect(memory == 0 ? segments.count > 3 : segments.count == 3)
    }
    #expect(published[0] == published[1])
  }

  @Test func whatWasTypedFitsTheRanker() throws {
    var published: [[UInt8]] = []
    for typed in ["", #","typed":"q""#, #","typed":"q""#] {
      let site = try Site(events: 6000)
      site.settings.logs = [site.directory.file("*.jsonl")]
      site.settings.filters.minimumUsers = 1
      let lines = site.events.map {
        #"{"session":"u\#($0.user)","at":\#($0.time),"query":"\#($0.query)"\#(typed)}"# + "\n"
      }
      try site.write(lines.joined(), to: "log.jsonl")
      _ = try site.run()
      published.append(try site.served())
    }
    #expect(published[0] != published[1], "typed texts change the weights")
    #expect(published[1] == published[2])
  }

  @Test func countingBuildsNothing() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    let counted = try Rebuild(site.settings).count()
    #expect(counted.countsText.contains("learned"))
    #expect(try IndexStore.versions(site.settings.directory).isEmpty)
    let result = try site.run()
    #expect(result.report.counts == counted.counts)
    #expect(result.report.files.allSatisfy { !$0.isNew }, "what was read to count is known")
  }

  @Test func labelsHaveUsersEnough() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    try site.write(
      (0..<9).map { "x\($0 % 2)\t\(1_700_000_000 + $0)\tquite private\n" }.joined(),
      to: "b.tsv")
    let result = try site.run()
    let index = try LabelIndex(bytes: try site.served())
    let text = Array("quite private".utf8)
    #expect(text.withUnsafeBufferPointer { index.view.label(of: $0) } == nil)
    #expect(result.report.counts.fewUsers >= 9)
    #expect(try !site.served().contains(text))
    let page = try String(contentsOfFile: result.directory + "/report.html", encoding: .utf8)
    #expect(!page.contains("quite private") && page.contains("too few users"))
    site.settings.filters.minimumUsers = 2
    site.settings.forces = true
    _ = try site.run()
    let open = try LabelIndex(bytes: try site.served())
    #expect(text.withUnsafeBufferPointer { open.view.label(of: $0) } != nil)
  }

  @Test func garbageIsRefusedAndTheServedIndexStays() throws {
    let site = try Site()
    try site.write(0..<800, to: "a.tsv")
    #expect(try site.run().report.decision == .published)
    let before = try site.served()
    var random = SplitMix64(seed: 9)
    let start = site.time(1499)
    let garbage = (0..<900).map { i in
      "u\(random.below(12))\t\(start + Int64(i) * 50)\t\(String(random.next(), radix: 36))\n"
    }
    try site.write(garbage.joined(), to: "b.tsv")
    let result = try site.run()
    #expect(result.report.decision == .refused)
    #expect(
      result.report.reasons.contains { $0.hasPrefix("coverage before") }, "\(result.report.reasons)"
    )
    #expect(try site.served() == before)
    #expect(FileManager.default.fileExists(atPath: result.directory + "/report.html"))
    // At most as many reports of refused rebuilds are kept as versions.
    site.settings.keep = 2
    for _ in 0..<3 {
      site.settings.now += 1
      #expect(try site.run().report.decision == .refused)
    }
    let reports = try FileManager.default.contentsOfDirectory(
      atPath: site.settings.directory + "/refused")
    #expect(reports.count == 2)
    site.settings.isDryRun = true
    #expect(try site.run().report.decision == .dryRun)
    site.settings.isDryRun = false
    site.settings.forces = true
    #expect(try site.run().report.decision == .published)
  }

  @Test func aWorseIndexIsRefused() throws {
    let site = try Site()
    site.settings.maximumRequests = 120
    site.settings.margin = 0.01
    try site.write(0..<1500, to: "a.tsv")
    #expect(try site.run().report.decision == .published)
    try site.write(1500..<2100, to: "b.tsv")
    site.settings.coverageFloor = 0
    site.settings.sizeFactor = 100
    // Most labels go, as after a mistake in the configuration.
    site.settings.filters.minimumUsers = 11
    let result = try site.run()
    #expect(result.report.decision == .refused)
    let failed = result.report.reasons.map { String($0.prefix { $0 != ":" }) }
    let demands = ["MRR@10", "keystrokes saved", "useful among three", "characters saved"]
    #expect(failed == demands, "\(result.report.reasons)")
    // The lists of both are in the report and on its page.
    let systems = try #require(result.report.judgement?.systems)
    for system in systems {
      let seen = try #require(system.seen)
      #expect(seen.overall.answers > 120 && seen.overall.useful > 0, "\(system.name)")
      #expect(Set(seen.byPrefixLength.keys) == Set(RequestKind.lengthClasses))
    }
    let saved = systems.prefix(2).compactMap(\.seen?.overall.charactersSaved)
    #expect(saved[0] < saved[1])
    let page = try String(contentsOfFile: result.directory + "/report.html", encoding: .utf8)
    #expect(page.contains("useful lines") && page.contains("for nobody"))
  }

  @Test func withLittleNewNothingIsPublished() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    _ = try site.run()
    let before = try site.served()
    #expect(try site.run().report.decision == .unchanged)
    try site.write(900..<930, to: "b.tsv")
    let result = try site.run()
    #expect(result.report.decision == .unchanged, "\(result.report.reasons)")
    #expect(try site.served() == before)
  }

  @Test func canariesAndSizesAreDemanded() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    try site.write("\tzz\tno such label\n", to: "canaries")
    site.settings.canaries = site.directory.file("canaries")
    let refused = try site.run()
    #expect(refused.report.decision == .refused)
    #expect(refused.report.reasons == ["canaries: 1 of 1 expected completions do not come: line 1"])
    site.settings.canaries = nil
    site.settings.maximumBytes = 1000
    #expect(try site.run().report.decision == .refused)
    site.settings.maximumBytes = 0
    #expect(try site.run().report.decision == .published)
    try site.write("one column\n", to: "canaries")
    site.settings.canaries = site.directory.file("canaries")
    #expect(throws: PipelineError.self) { try site.run() }
  }

  @Test func aDamagedFileIsLeftOutAndReadWhenItIsWhole() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    let packed = GzipWriter.pack(Array("u1\t1700000000\tx\n".utf8))
    let bad = site.directory.file("b.tsv")
    try Data(packed.dropLast(4)).write(to: URL(fileURLWithPath: bad))
    let result = try site.run()
    #expect(result.report.decision == .published)
    #expect(result.report.files.map { $0.failure != nil } == [false, true])
    try Data(packed).write(to: URL(fileURLWithPath: bad))
    #expect(try site.run().report.files.map { $0.failure != nil } == [false, false])
    site.settings.logs = [bad]
    try Data(packed.dropLast(4)).write(to: URL(fileURLWithPath: bad))
    #expect(throws: PipelineError.self) { try site.run() }
  }

  @Test func damagedStateOnlyCostsReading() throws {
    let site = try Site()
    try site.write(0..<900, to: "a.tsv")
    site.settings.forces = true
    _ = try site.run()
    let first = try site.served()
    let state = site.settings.directory + "/state"
    for name in try FileManager.default.contentsOfDirectory(atPath: state) {
      try Data("damage".utf8).write(to: URL(fileURLWithPath: "\(state)/\(name)"))
      let result = try site.run()
      #expect(result.report.files.allSatisfy { $0.isNew }, "\(name)")
      #expect(result.report.decision == .unchanged)
      #expect(try site.served() == first)
    }
  }

  @Test func whatIsGoneOrOldIsForgotten() throws {
    let site = try Site()
    try site.write(0..<800, to: "a.tsv")
    try site.write(800..<1600, to: "b.tsv")
    site.settings.forces = true
    site.settings.now = site.time(1599) + 10
    _ = try site.run()
    let state = site.settings.directory + "/state"
    #expect(try FileManager.default.contentsOfDirectory(atPath: state).count == 3)
    // The window begins after all of the first file.
    site.settings.lookBackDays = Double(site.settings.now - site.time(800)) / 86_400
    let result = try site.run()
    #expect(result.report.counts.events == 800)
    #expect(try FileManager.default.contentsOfDirectory(atPath: state).count == 2)
    // Looking back further again, the file is read again.
    site.settings.lookBackDays = 36_500
    #expect(try site.run().report.counts.events == 1600)
    unlink(site.directory.file("b.tsv"))
    #expect(try site.run().report.counts.events == 800)
    #expect(try FileManager.default.contentsOfDirectory(atPath: state).count == 2)
  }

  @Test func theDaemonsDatabaseIsReadWhileItIsWritten() async throws {
    let site = try Site()
    let path = site.directory.file("sessions.sqlite")
    let store = try SessionStore(path: path)
    for i in 0..<40 {
      for session in ["ann", "ben", "cid"] {
        let query = Array("query \(i % 10)".utf8)
        let event = StoredEvent(query: query, normalized: query, time: 1_700_000_000 + Int64(i))
        _ = try await withCheckedThrowingContinuation { continuation in
          store.record(event, session: Array(session.utf8)) { continuation.resume(with: $0) }
        }
      }
    }
    site.settings.database = path
    site.settings.logs = []
    // The store is open and has a write-ahead log.
    let result = try site.run()
    #expect(result.report.databaseEvents == 120)
    #expect(try LabelIndex(bytes: try site.served()).labelCount == 10)
    let other = site.directory.file("other.sqlite")
    try site.write("no database", to: "other.sqlite")
    site.settings.database = other
    #expect(throws: PipelineError.self) { try site.run() }
    #expect(try LabelIndex(bytes: try site.served()).labelCount == 10)
  }

  /// Sessions that count as one person make no label, nor do those that count for nobody.
  @Test func aRebuildCountsPeople() async throws {
    let site = try Site()
    site.settings.filters.minimumUsers = 3
    let path = site.directory.file("sessions.sqlite")
    let store = try SessionStore(path: path)
    let people: [(String, (Int) -> [UInt8]?)] = [
      ("shared", { _ in [1] }), ("Shared", { _ in [1] }), ("nobody", { _ in [] }),
      ("each own", { [UInt8($0 + 2)] }), ("sessions", { _ in nil }),
    ]
    for (query, person) in people {
      for session in 0..<4 {
        let query = Array("\(query) text".utf8)
        let event = StoredEvent(
          query: query, normalized: query, time: 1_700_000_000 + Int64(session),
          circumstances: StoredCircumstances(person: person(session)))
        _ = try await withCheckedThrowingContinuation { continuation in
          store.record(event, session: Array("s\(session)".utf8)) { continuation.resume(with: $0) }
        }
      }
    }
    site.settings.database = path
    site.settings.logs = []
    let result = try site.run()
    #expect(result.report.databaseEvents == 9)
    let labels = try LabelIndex(bytes: try site.served()).withView { view in
      (0..<view.labels.count).map { String(decoding: view.text(of: UInt32($0)), as: UTF8.self) }
    }
    #expect(labels == ["each own text", "sessions text"])
    store.close()
  }

  @Test func rollingBackAndListing() throws {
    let site = try Site()
    site.settings.forces = true
    var names: [String] = []
    for night in 0..<3 {
      site.settings.now += 86_400
      try site.write(night * 400..<(night + 1) * 400, to: "\(night).tsv")
      names.append(try #require(try site.run().report.version))
    }
    let store = site.settings.directory
    #expect(try PublishedVersion.all(store).map(\.name) == names.reversed())
    #expect(try VersionChange.rollBack(store, to: nil, socket: nil).name == names[1])
    #expect(try PublishedVersion.all(store).map(\.isCurrent) == [false, true, false])
    #expect(try VersionChange.rollBack(store, to: names[2], socket: nil).name == names[2])
    #expect(throws: PipelineError.self) { try VersionChange.rollBack(store, to: "v", socket: nil) }
    try Data("damage".utf8).write(
      to: URL(fileURLWithPath: "\(store)/versions/\(names[0])/index.qaci"))
    #expect(throws: PipelineError.self) {
      try VersionChange.rollBack(store, to: names[0], socket: nil)
    }
    let result = try VersionChange.rollBack(
      store, to: names[1], socket: site.directory.file("no.sock"))
    #expect(result.problem?.contains("could not be told") == true)
  }

  @Test func thePageIsWellFormedAndNeedsNothingElse() throws {
    let site = try Site()
    try site.write(0..<800, to: "a<b>&.tsv")
    let result = try site.run()
    let page = try String(contentsOfFile: result.directory + "/report.html", encoding: .utf8)
    #expect(page.contains("a&lt;b&gt;&amp;.tsv") && !page.contains("a<b>"))
    #expect(page.contains("<svg"))
    for word in ["http:", "https:", "<script", "src=", "url("] {
      let count = page.components(separatedBy: word).count - 1
      // Only the name of SVG's vocabulary, which nobody fetches.
      #expect(
        count == (word == "http:" ? page.components(separatedBy: "<svg").count - 1 : 0), "\(word)")
    }
    let json = try Data(contentsOf: URL(fileURLWithPath: result.directory + "/report.json"))
    let report = try JSONDecoder().decode(RebuildReport.self, from: json)
    #expect(report.decision == .published && report.judgement?.systems.count == 3)
  }
}
