// Rebuilds with items: what is learned of files and of the daemon's database, judged and published.

import Foundation
import QACEngine
import QACIndex
import QACLogs
import QACReplay
import QACRetrieval
import QACSessions
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACPipeline

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct RebuildItemsTests {
  /// A site with a log of queries, a file of items, and a database of a daemon.
  private final class Shop {
    let site: RebuildTests.Site
    let store: SessionStore
    let start: Int64 = 1_700_000_000

    init() throws {
      site = try RebuildTests.Site()
      try site.write(0..<900, to: "a.tsv")
      let path = site.directory.file("sessions.sqlite")
      store = try SessionStore(path: path)
      site.settings.database = path
      site.settings.items = [site.directory.file("items")]
      site.settings.forces = true
      try writeItems(0..<40)
    }

    /// Writes items i0, i1 … with titles of their own.
    func writeItems(_ range: Range<Int>, more: String = "") throws {
      let rows = range.map { i in
        "i\(i)\tProduct number\(i) of the shop\tshelf\(i % 7)\t\(1 + i)\n"
      }
      try site.write(rows.joined() + more, to: "items")
    }

    /// Records that `query` led `session` to `item`.
    func click(
      _ query: String, _ item: String, by session: String, at time: Int64 = 0,
      kind: StoredUse.Kind = .click
    ) async throws {
      let event = StoredEvent(
        query: Array(query.utf8), normalized: Array(query.utf8), time: start + time,
        use: StoredUse(item: Array(item.utf8), kind: kind))
      _ = try await withCheckedThrowingContinuation { continuation in
        store.record(event, session: Array(session.utf8)) { continuation.resume(with: $0) }
      }
    }

    /// Adds an item to the daemon.
    func add(_ id: String, _ title: String) async throws {
      let content = StoredItem.Content(
        title: Array(title.utf8), text: [], weight: 1, payload: Array("{\"new\":true}".utf8))
      let item = StoredItem(id: Array(id.utf8), state: .added(content))
      try await withCheckedThrowingContinuation { continuation in
        store.changeItems(put: [item], delete: []) { continuation.resume(with: $0) }
      }
    }

    func index() throws -> LabelIndex { try LabelIndex(bytes: try site.served()) }

    /// The ids of the items that the published index finds.
    func found(_ query: String, limit: Int? = 10) throws -> [String] {
      let index = try index()
      try index.verify()
      guard let engine = try RetrievalEngine(verified: index) else { return [] }
      let scratch = RetrievalScratch(engine: engine)
      Array(query.utf8).withUnsafeBufferPointer {
        engine.retrieve(query: $0, limit: limit, scratch: scratch)
      }
      return (0..<scratch.count).map { i in
        scratch.withItem(i) { id, _, _ in String(decoding: id, as: UTF8.self) }
      }
    }
  }

  @Test func clicksOfEnoughPeopleAreLearned() async throws {
    let shop = try Shop()
    for (i, person) in ["ann", "ben", "cid"].enumerated() {
      try await shop.click("zorplike thing", "i7", by: person, at: Int64(i))
      if i < 2 { try await shop.click("secretive", "i9", by: person, at: Int64(i)) }
    }
    let result = try shop.site.run()
    #expect(result.report.decision == .published, "\(result.report.reasons)")
    let items = try #require(result.report.items)
    #expect(items.count == 40 && items.added == 0 && items.gone == 0)
    #expect(items.counts.databaseExamples == 5 && items.counts.learned == 5)
    #expect(items.judgement?.systems == [], "too few to judge")
    #expect(try shop.found("zorplike").first == "i7")
    #expect(try shop.found("number12").first == "i12")
    // Two people are too few: no term of theirs is in the file.
    #expect(try shop.found("secretive") == [])
    #expect(try shop.index().labelCount > 0)
    let page = try String(contentsOfFile: result.directory + "/report.html", encoding: .utf8)
    #expect(page.contains("<h2>Items</h2>") && page.contains("examples learned"))
    for text in ["zorplike", "secretive", "Product number"] { #expect(!page.contains(text)) }
    // The same again is the same, whatever the number of threads.
    shop.site.settings.build.threads = 1
    #expect(try shop.site.run().report.decision == .unchanged)
    // A forgotten session takes its clicks along; then two people are left.
    try await withCheckedThrowingContinuation { continuation in
      shop.store.forget(Deletion(session: Array("ann".utf8))) {
        continuation.resume(with: $0.map { _ in })
      }
    }
    #expect(try shop.site.run().report.items?.counts.databaseExamples == 3)
    #expect(try shop.found("zorplike") == [])
  }

  @Test func aPersonOfFilesAndOfTheDatabaseIsOne() async throws {
    let shop = try Shop()
    shop.site.settings.examples = [shop.site.directory.file("clicks*")]
    // Three sessions in all, of which the database has one that a file has, too.
    try shop.site.write("ann\t1700000000\tzorplike\ti7\tclick\n", to: "clicks-1")
    try shop.site.write("ben\t1700000000\tzorplike\ti7\tclick\n", to: "clicks-2")
    try await shop.click("zorplike", "i7", by: "ann", at: 5)
    #expect(try shop.site.run().report.items?.counts.learned == 2)
    #expect(try shop.found("zorplike") == [])
    try await shop.click("zorplike", "i7", by: "cid", at: 5)
    #expect(try shop.site.run().report.items?.counts.learned == 3)
    #expect(try shop.found("zorplike").first == "i7")
  }

  @Test func usesOfUnknownPeopleCountOnceEach() throws {
    let shop = try Shop()
    shop.site.settings.examples = [shop.site.directory.file("*.clicks")]
    try shop.site.write("quibble\ti1\t2\nthreefold\ti2\t3\n", to: "pairs.clicks")
    // Two events; what a purchase weighs makes no people of them.
    let events = (0..<2).map { "\t170000000\($0)\tbargainish\ti3\tpurchase\n" }
    try shop.site.write(events.joined(), to: "events.clicks")
    #expect(try shop.site.run().report.items?.counts.learned == 4)
    #expect(try shop.found("threefold").first == "i2")
    for query in ["quibble", "bargainish"] {
      #expect(try shop.found(query).first != (query == "quibble" ? "i1" : "i3"), "\(query)")
    }
    try shop.site.write(events.joined() + events[0], to: "events.clicks")
    _ = try shop.site.run()
    #expect(try shop.found("bargainish").first == "i3")
  }

  @Test func addedItemsBecomeItemsOfTheIndex() async throws {
    let shop = try Shop()
    try await shop.add("x", "Flumph lamp")
    try await shop.add("i3", "Another title")
    try await shop.add("y", "Wobble lamp")
    try shop.site.write("item: y\nword: number5\n", to: "blocks")
    shop.site.settings.blockList = shop.site.directory.file("blocks")
    let items = try #require(try shop.site.run().report.items)
    #expect(items.count == 40 && items.counts.addedItems == 2 && items.counts.blockedItems == 2)
    #expect(try shop.found("flumph lamp").first == "x")
    #expect(try shop.found("product number3").first == "i3", "the file's title counts")
    for query in ["wobble lamp", "product number5"] {
      #expect(try Set(shop.found(query, limit: nil)).isDisjoint(with: ["y", "i5"]))
    }
    // Without a file the daemon's items alone are left, and the loss is refused.
    shop.site.settings.items = []
    shop.site.settings.forces = false
    let refused = try shop.site.run().report
    #expect(refused.decision == .refused)
    #expect(refused.reasons.contains { $0.hasPrefix("items: 2 items") }, "\(refused.reasons)")
    shop.site.settings.forces = true
    #expect(try shop.site.run().report.items?.gone == 38)
    #expect(try shop.found("flumph lamp").first == "x")
    #expect(try shop.found("another title").first == "i3")
  }

  @Test func anIndexThatLosesItsItemsIsRefused() async throws {
    let shop = try Shop()
    #expect(try shop.site.run().report.decision == .published)
    let before = try shop.site.served()
    shop.site.settings.items = []
    shop.site.settings.forces = false
    for person in ["ann", "ben", "cid"] { try await shop.click("zorplike", "i7", by: person) }
    let result = try shop.site.run()
    #expect(result.report.decision == .refused)
    #expect(
      result.report.reasons.last == "items: the index has no items, and the served index has 40; "
        + "name their file with --items, or publish without them with --force")
    #expect(result.report.items == .some(.init(count: 0, added: 0, gone: 40)))
    #expect(result.report.warnings.contains { $0.hasPrefix("3 recorded examples are not learned") })
    #expect(try shop.site.served() == before)
    shop.site.settings.forces = true
    #expect(try shop.site.run().report.decision == .published)
    #expect(try shop.index().withView { $0.items == nil })
    // From then on nothing is lost.
    shop.site.settings.forces = false
    let next = try shop.site.run().report
    #expect(next.decision == .unchanged && next.items == nil, "\(next.reasons)")
  }

  @Test func worseItemsAreRefused() throws {
    let shop = try Shop()
    let site = shop.site
    site.settings.examples = [site.directory.file("clicks")]
    site.settings.margin = 0.3
    site.settings.maximumRequests = 100
    // Words of queries that no item has, each of three people.
    func clicks(_ queries: Range<Int>, by name: String, at time: Int64) -> String {
      queries.flatMap { q in
        (0..<3).map { "\(name)\(q)-\($0)\t\(time + Int64(q))\tword\(q)ish\ti\(q)\tclick\n" }
      }.joined()
    }
    let start = site.time(899)
    try site.write(clicks(0..<40, by: "early", at: start - 100), to: "clicks")
    #expect(try site.run().report.decision == .published)
    #expect(try shop.found("word30ish").first == "i30")
    // Half of the queries are asked again. The other half is held out, and was forgotten.
    try site.write(900..<1500, to: "b.tsv")
    let later = clicks(0..<40, by: "late", at: start + 100)
    try site.write(later, to: "clicks")
    site.settings.forces = false
    let result = try site.run()
    #expect(result.report.decision == .refused, "\(result.report.reasons)")
    let failed = result.report.reasons.map { String($0.prefix { $0 != ":" }) }
    #expect(failed == ["recall@10 of items", "MRR of items"], "\(result.report.reasons)")
    let judgement = try #require(result.report.items?.judgement)
    #expect(judgement.questions == 60 && judgement.people == 60)
    #expect(judgement.systems.map(\.name) == [.new, .served, .words])
    #expect(judgement.systems[1].recall10 == 1 && judgement.systems[0].recall10 < 0.1)
    #expect(judgement.from == start + 120 && judgement.to == start + 139)
    // With the old clicks beside the new ones nothing is lost.
    try site.write(clicks(0..<40, by: "early", at: start - 100) + later, to: "clicks")
    let good = try site.run()
    #expect(good.report.decision == .published, "\(good.report.reasons)")
    #expect(good.report.items?.judgement?.systems.first?.recall10 == 1)
    let page = try String(contentsOfFile: good.directory + "/report.html", encoding: .utf8)
    #expect(page.contains("recall@10 of items") && page.contains("held-out queries of 60 people"))
    let json = try Data(contentsOf: URL(fileURLWithPath: good.directory + "/report.json"))
    let read = try JSONDecoder().decode(RebuildReport.self, from: json)
    #expect(read.items == good.report.items)
  }

  @Test func whatCannotBeUsedIsCountedAndTold() async throws {
    let shop = try Shop()
    let site = shop.site
    let title = String(repeating: "t", count: 10 << 20)
    try shop.writeItems(
      0..<40, more: "big\t\(title)\ni3\tAgain\nbare\t\n\tNo id\ni50\tBad\t\t-1\n")
    site.settings.examples = ["clicks", "none", "damaged", "empty"].map { site.directory.file($0) }
    try site.write(
      "ann\t1700000000\tlamp\tgone\tclick\nann\t1\t\ti3\tclick\nann\t1\tx\ti3\tlook\n",
      to: "clicks")
    try site.write("nothing good\n", to: "damaged")
    try site.write("", to: "empty")
    try await shop.click("lamp", "gone", by: "ben")
    try await shop.click("password=hunter2secret", "i3", by: "ben")
    let report = try site.run().report
    #expect(report.decision == .published && report.lostLogs == 2)
    let items = try #require(report.items)
    #expect(items.count == 41)
    #expect(
      items.counts.badItems == [
        ItemRowFault.length.rawValue: 1, ItemRowFault.repeatedID.rawValue: 1,
        ItemRowFault.noText.rawValue: 1, ItemRowFault.id.rawValue: 1,
        ItemRowFault.weight.rawValue: 1,
      ])
    #expect(items.counts.unknownItems == 2 && items.counts.learned == 0)
    #expect(items.counts.faultyTexts == ["secret": 1])
    #expect(
      items.counts.badExamples
        == [ItemRowFault.query.rawValue: 1, ItemRowFault.kind.rawValue: 1])
    let warnings = report.warnings.joined(separator: "\n")
    for line in [
      "items: 1 row is left out: longer than 256 KiB, the first at \(site.settings.items[0]):41",
      "items: 1 row is used all the same: no title and no text",
      "examples: 1 row is left out: a kind that is not click",
      "2 examples are left out: no item has that id", "no file fits", "left out: ",
    ] {
      #expect(warnings.contains(line), "\(line): \(warnings)")
    }
    #expect(!warnings.contains("hunter2") && !warnings.contains("ttt"))
    #expect(report.warnings.allSatisfy { !$0.contains("\n") })
  }

  @Test(arguments: ["missing", "empty", "garbage", "directory", "pipe"])
  func itemsThatCannotBeReadChangeNothing(_ kind: String) throws {
    let shop = try Shop()
    _ = try shop.site.run()
    let before = try shop.site.served()
    let path = shop.site.directory.file("items")
    unlink(path)
    switch kind {
    case "empty": try shop.site.write("", to: "items")
    case "garbage": try Data([0, 1, 2, 255]).write(to: URL(fileURLWithPath: path))
    case "directory": mkdir(path, 0o700)
    case "pipe": mkfifo(path, 0o600)
    default: break
    }
    #expect(throws: PipelineError.self) { try shop.site.run() }
    #expect(try shop.site.served() == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: shop.site.settings.directory)
    #expect(Set(names) == ["current.qaci", "lock", "state", "versions"])
  }

  @Test func countingCountsItems() async throws {
    let shop = try Shop()
    try await shop.click("zorplike", "i7", by: "ann")
    let text = try Rebuild(shop.site.settings).count().countsText
    #expect(text.contains("examples learned") && text.contains("items 0."))
  }
}

@Suite struct ComparisonTests {
  /// Figures of a hundred requests of as many people, about `change` worse.
  private func check(change: Double, noise: Double, mayBeWorse: Bool) -> Bool {
    let old = [Double](repeating: 0.5, count: 100)
    let new = old.indices.map { old[$0] + change + ($0 % 2 == 0 ? noise : -noise) }
    return RebuildReport.Check(
      comparing: .itemMRR, new, with: old, of: "served", mayBeWorse: mayBeWorse, margin: 0.01,
      Bootstrap(clusters: (0..<100).map { UInt32($0) }, seed: 1)
    ).passed
  }

  @Test func whatMayBeWorseIsRefusedOnlyIfItIs() {
    // By chance about as good: the strict rule refuses what the other one takes.
    #expect(check(change: -0.004, noise: 0.1, mayBeWorse: true))
    #expect(!check(change: -0.004, noise: 0.1, mayBeWorse: false))
    #expect(!check(change: -0.04, noise: 0.1, mayBeWorse: true))
    for mayBeWorse in [false, true] {
      #expect(check(change: -0.004, noise: 0, mayBeWorse: mayBeWorse))
      #expect(!check(change: -0.006, noise: 0, mayBeWorse: mayBeWorse))
    }
  }
}

@Suite struct ExampleFilterTests {
  private var filter: ExampleFilter {
    var filters = LogFilters()
    filters.robotMinute = 5
    filters.robotSession = 20
    filters.longestQuery = 20
    filters.isBlocked = { $0 == Array("blocked".utf8) }
    return ExampleFilter(
      filters: filters, window: 1000...100_000, profile: .search,
      numbers: [Array("a".utf8): 0, Array("b".utf8): 1])
  }

  private func example(
    _ query: String, _ item: String = "a", _ session: Int32 = 0, at time: Int64
  ) -> ItemExample {
    ItemExample(query: Array(query.utf8), item: Array(item.utf8), session: session, time: time)
  }

  private func texts(_ examples: [ItemExample]) -> [String] {
    examples.map {
      String(decoding: $0.query, as: UTF8.self) + ">" + String(decoding: $0.item, as: UTF8.self)
    }
  }

  @Test func everyReasonIsCounted() {
    var counts = RebuildReport.ItemCounts()
    let found = filter.learned(
      [
        example("late", at: 100_001), example("early", at: 999), example("second", at: 3000),
        example("first", at: 2000), example("timeless", at: 0), example("second", at: 3001),
        example("second", "b", at: 3002), example("second", at: 90_000),
        example("a query of many bytes", at: 4000), example("BLOCKED!", at: 4001),
        example("mail ann@example.org", at: 4002), example("?!", at: 4003),
        example("gone", "c", at: 4004), example("timeless", at: 0),
      ], &counts)
    #expect(
      texts(found) == ["timeless>a", "timeless>a", "first>a", "second>a", "second>b", "second>a"])
    #expect(counts.tooOld == 1 && counts.tooNew == 1 && counts.examples == 12)
    #expect(counts.faultyTexts == ["tooLong": 1, "blocked": 1, "email": 1])
    #expect(counts.emptyQueries == 1 && counts.unknownItems == 1 && counts.repeats == 1)
    #expect(counts.learned == 6 && counts.robots == 0)
  }

  @Test func visitsOfRobotsTeachNothing() {
    var counts = RebuildReport.ItemCounts()
    // Session 0 is too fast in its first visit, and slow in the next; session 1 clicks too much.
    var examples = (0..<6).map { example("fast \($0)", at: 2000 + Int64($0)) }
    examples += (0..<6).map { example("slow \($0)", at: 50_000 + Int64($0) * 60) }
    examples += (0..<21).map { example("much \($0)", "b", 1, at: 2000 + Int64($0) * 300) }
    // Nobody knows whose these are.
    examples += (0..<30).map { example("nobody \($0)", "b", -1, at: 2000 + Int64($0)) }
    let found = filter.learned(examples, &counts)
    #expect(counts.robotSessions == 2 && counts.robots == 27)
    #expect(Set(texts(found).map { $0.prefix(4) }) == ["slow", "nobo"] && found.count == 36)
    #expect(found.map(\.time) == found.map(\.time).sorted())
  }

  @Test func decayLeavesOutOldOnes() {
    var filters = LogFilters()
    filters.decayDays = 10
    filters.robotMinute = 0
    filters.robotSession = 0
    let filter = ExampleFilter(
      filters: filters, window: 0...10_000_000, profile: .search, numbers: [Array("a".utf8): 0])
    func kept(_ days: Int64) -> Int {
      var counts = RebuildReport.ItemCounts()
      let examples =
        (0..<400).map { example("query \($0)", at: 9_000_000 - days * 86_400 - $0) }
        + [example("now", at: 9_000_000)]
      let count = filter.learned(examples, &counts).count
      #expect(counts.decayed == 401 - count)
      return count
    }
    #expect(kept(0) > 395 && (150...250).contains(kept(10)) && kept(60) < 25)
  }
}
