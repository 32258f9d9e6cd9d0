// What the operator says, with the built programs: rules hold through an index swap, a rebuild and
// a kill, and the rebuild's report says what they cost.

import Foundation
import QACClient
import QACPipeline
import QACProtocol
import QACTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct OperatorTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func rulesOutliveAnotherIndexAndAKill() throws {
    let indexes = try Programs.smallIndexes.get()
    let files = try DaemonFiles(copyOf: indexes[0])
    var daemon = try files.start()
    let client = files.client()
    let before = try client.texts("apple")
    let last = try #require(before.last)
    _ = try client.pin(.init(prefix: bytes("a"), text: bytes("Apple gnome")))
    _ = try client.pin(.init(prefix: bytes("b"), text: bytes("berry gnome"), until: 4_000_000_000))
    _ = try client.boost(
      .init(rule: .init(kind: .exact, text: bytes(last)), factor: 1000))
    func check(_ word: String) throws {
      let texts = try client.texts(word == "apple" ? "App" : "berry")
      #expect(texts.first == (word == "apple" ? "Apple gnome" : "berry gnome"))
      if word == "apple" { #expect(texts[1] == last) }
      #expect(try client.pins().map(\.until) == [nil, 4_000_000_000])
      #expect(try client.boosts().map(\.factor) == [1000])
    }
    try check("apple")
    for round in 1...4 {
      // What was answered is durable, whatever ends the daemon.
      daemon.crash()
      try files.install(indexes[round % 2])
      daemon = try files.start()
      try check(["apple", "berry"][round % 2])
      try files.install(indexes[(round + 1) % 2])
      _ = try client.reload()
      try check(["apple", "berry"][(round + 1) % 2])
      // A rule changed right before the kill is changed after it.
      _ = try client.pin(.init(prefix: bytes("c"), text: bytes("cheese \(round)")))
      daemon.crash()
      daemon = try files.start()
      #expect(try client.texts("c").first == "cheese \(round)")
      _ = try client.unpin(.init(prefix: bytes("c"), text: bytes("cheese \(round)")))
      daemon.crash()
      daemon = try files.start()
      #expect(!(try client.texts("c").contains("cheese \(round)")))
    }
    _ = try client.block(.init(kind: .word, text: bytes("gnome")))
    #expect(throws: ClientError.self) {
      try client.pin(.init(prefix: bytes("b"), text: bytes("big gnome")))
    }
    daemon.crash()
    daemon = try files.start()
    #expect(!(try client.texts("App").contains("Apple gnome")))
    daemon.stop()
    #expect(!Programs.text(files.log).lowercased().contains("gnome"))
  }

  @Test func synonymsAreBuiltRebuiltAndServed() throws {
    let directory = try TemporaryDirectory()
    let start: Int64 = 1_700_000_000
    let lines = (0..<400).map { i in
      let query = ["sofa bed", "sofa table", "television 40 inch", "couch"][i % 4]
      return "s\(i / 4)\t\(start + Int64(i) * 600)\t\(query)\n"
    }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: directory.file("log.tsv")))
    let synonyms = directory.file("synonyms.txt")
    func write(_ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: synonyms))
    }
    let out = directory.file("i.qaci")
    func build() throws -> Outcome {
      try Programs.run(
        "qac-index",
        [
          "build", "--log", directory.file("log.tsv"), "--format", "events", "--out", out,
          "--synonyms", synonyms,
        ])
    }
    try write("sofa, couch\nsettee\n")
    let wrong = try build()
    #expect(wrong.code != 0 && wrong.errors.contains("line 2 of the synonyms \(synonyms)"))
    #expect(wrong.errors.contains(";") && !wrong.errors.contains("settee"))
    try write("# seats\nsofa, couch, settee\ntv => television\n")
    let built = try build()
    #expect(built.code == 0, "\(built.errors)")
    #expect(built.errors.contains("1 of 2 lines have a text that no label has: line 2"))

    let files = try DaemonFiles(copyOf: out)
    var daemon = try files.start()
    let client = files.client()
    func found(_ prefix: String) throws -> [String] {
      try client.complete(.init(prefix: bytes(prefix))).suggestions
        .filter { $0.match == .synonyms }.map { String(decoding: $0.text, as: UTF8.self) }
    }
    func check() throws {
      #expect(try found("couch b") == ["sofa bed"])
      #expect(Set(try found("settee")) == ["sofa bed", "sofa table", "couch"])
      #expect(try found("tv 4") == ["television 40 inch"])
      #expect(try found("television").isEmpty && found("couc").isEmpty)
      #expect(try client.texts("couch").first == "couch")
    }
    try check()
    daemon.crash()
    daemon = try files.start()
    try check()
    daemon.stop()

    // The same through a rebuild.
    let store = directory.file("store")
    let rebuilt = try Programs.run(
      "qac-index",
      [
        "rebuild", "--dir", store, "--log", directory.file("log.tsv"), "--force", "--now",
        "\(start + 400 * 600)", "--synonyms", synonyms, "--minimum-users", "1", "--fold-seconds=-1",
      ])
    #expect(rebuilt.code == 0, "\(rebuilt.errors)")
    let versions = try FileManager.default.contentsOfDirectory(atPath: store + "/versions")
    let version = store + "/versions/" + (versions.first ?? "")
    let report = try JSONDecoder().decode(
      RebuildReport.self, from: Data(contentsOf: URL(fileURLWithPath: version + "/report.json")))
    #expect(report.synonyms == SynonymReport(lines: 2, unused: [2]))
    #expect(Programs.text(version + "/report.html").contains("no label has: line 2"))
    try files.install(version + "/index.qaci")
    daemon = try files.start()
    try check()
    daemon.stop()
  }

  @Test func aRebuildSaysWhatRulesCost() throws {
    let directory = try TemporaryDirectory()
    let start: Int64 = 1_700_000_000
    func write(_ hours: Range<Int>, to name: String) throws {
      let lines = hours.flatMap { hour in
        (0..<10).map { i in
          let kind = ["pie", "tart", "cake", "jam"][(hour + i) % 4]
          return "s\(hour)-\(i % 5)\t\(start + Int64(hour) * 3600 + Int64(i) * 60)\tapple \(kind)\n"
        }
      }
      try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: directory.file(name)))
    }
    let store = directory.file("store")
    func rebuild(_ hours: Int, _ files: DaemonFiles) throws -> RebuildReport {
      let outcome = try Programs.run(
        "qac-index",
        [
          "rebuild", "--dir", store, "--log", directory.file("*.tsv"), "--force", "--now",
          "\(start + Int64(hours) * 3600)",
          "--fold-seconds=-1", "--robot-minute", "0", "--minimum-users", "1",
        ]
          + (FileManager.default.fileExists(atPath: files.database)
            ? ["--database", files.database, "--socket", files.socket] : []))
      try #require(outcome.code == 0, "\(outcome.errors)")
      let versions = try FileManager.default.contentsOfDirectory(atPath: store + "/versions")
      let report = store + "/versions/" + (versions.sorted().last ?? "") + "/report.json"
      #expect(!Programs.text(report).contains("gnome"))
      return try JSONDecoder().decode(
        RebuildReport.self, from: Data(contentsOf: URL(fileURLWithPath: report)))
    }
    let files = try DaemonFiles(index: store + "/current.qaci")
    try write(0..<60, to: "a.tsv")
    let first = try rebuild(60, files)
    #expect(first.judgement?.rules == nil)
    var daemon = try files.start()
    let client = files.client()
    _ = try client.pin(.init(prefix: bytes("ap"), text: bytes("apple gnome")))
    _ = try client.boost(.init(rule: .init(kind: .word, text: bytes("jam")), factor: 9))
    try write(60..<120, to: "b.tsv")
    let second = try rebuild(120, files)
    let rules = try #require(second.judgement?.rules)
    #expect(rules.pins == 1 && rules.boosts == 1 && rules.blocks == 0)
    // Nobody wants the gnome, which takes the first place.
    #expect(rules.mrr10With < rules.mrr10Without && rules.mrr10With > 0)
    #expect(second.judgement?.systems.first { $0.name == .new }?.mrr10 == rules.mrr10Without)
    #expect(second.daemon == .serves)
    let page = store + "/versions/" + (second.version ?? "") + "/report.html"
    let sentence = "The operator's rules (pins: 1, boosts: 1, block rules: 0)"
    #expect(Programs.text(page).contains(sentence))
    #expect(Array(try client.texts("ap").prefix(2)) == ["apple gnome", "apple jam"])
    daemon.crash()
    daemon = try files.start()
    #expect(Array(try client.texts("ap").prefix(2)) == ["apple gnome", "apple jam"])
    daemon.stop()
  }
}
