// What one person submitted is not shown to others: secrets, rare labels, spellings. The person who
// builds is told.

import Foundation
import QACBinary
import QACEngine
import QACIndex
import QACLogs
import QACPipeline
import QACTestSupport
import QACText
import QACTraining
import Testing

@Suite(.serialized) struct PrivacyTests {
  private func settings(minimumUsers: Int = 1) -> BuildSettings {
    var settings = BuildSettings()
    settings.minimumUsers = minimumUsers
    settings.epochs = 0
    settings.threads = 1
    return settings
  }

  private func build(
    _ text: String, _ options: LogReadOptions = LogReadOptions(), minimumUsers: Int = 1
  ) throws -> (index: LabelIndex, log: QueryLog) {
    let directory = try TemporaryDirectory()
    let path = directory.file("log")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let log = try LogReader.read(paths: [path], options: options)
    let bytes = try IndexPipeline.build(
      log, profile: options.profile, settings: settings(minimumUsers: minimumUsers), logNames: [])
    return (try LabelIndex(bytes: bytes), log)
  }

  private func completions(_ index: LabelIndex, _ prefix: String) throws -> [String] {
    let engine = try CompletionEngine(index: index)
    let scratch = CompletionScratch(engine: engine)
    Array(prefix.utf8).withUnsafeBufferPointer {
      engine.complete(prefix: $0, context: SessionContext(), at: 0, limit: 10, scratch: scratch)
    }
    return (0..<scratch.count).map { String(decoding: scratch.text($0), as: UTF8.self) }
  }

  /// 60 commands of somebody's shell, one of them with a secret.
  private static let history = (0..<60).map { i in
    let command =
      i == 30
      ? "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY"
      : ["ls -l", "git status", "make test", "export EDITOR=vi"][i % 4]
    return "me\t\(1_767_261_600 + 60 * i)\t\(command)\n"
  }.joined()

  @Test func aSecretOfOnesOwnHistoryIsNotCompleted() throws {
    for profile in NormalizationProfile.allCases {
      let (index, log) = try build(Self.history, LogReadOptions(profile: profile))
      let found = try completions(index, "export")
      #expect(found == ["export EDITOR=vi"], "\(profile)")
      #expect(log.report.secrets == 1)
      let kept = try build(Self.history, LogReadOptions(profile: profile, keepsSecrets: true))
      #expect(try completions(kept.index, "export a").count == 1, "\(profile)")
    }
  }

  @Test func aRebuildWithoutLooserRulesLearnsNoSecretEither() throws {
    let site = try site()
    let text = "export GITHUB_TOKEN=abcd1234efgh"
    try site.write((0..<5).map { "z\($0)\t170000000\($0)\t\(text)\n" }.joined(), to: "b.tsv")
    let label = "export github token abcd1234efgh"
    site.settings.filters.findsPersonalData = false
    #expect(try site.run().report.counts.faultyTexts == ["secret": 5])
    #expect(try shown(site, label) == nil)
    site.settings.filters.keepsSecrets = true
    site.settings.forces = true
    _ = try site.run()
    #expect(try shown(site, label) == text)
  }

  @Test func whoBuildsIsToldOfLabelsOfFewPeople() throws {
    let (_, log) = try build(Self.history)
    let told = LabelPeople(log, profile: .search, settings: settings())
    #expect(told.labels == 4 && told.ofFew == 4)
    #expect(
      told.description
        == "4 of 4 labels come from fewer than 3 people; --minimum-users 3 leaves these out")
    let many = (0..<9).map { "u\($0 % 3)\t\(1000 + $0 * 5000)\tpizza \($0 % 2)\n" }.joined()
    let (index, people) = try build(many + "x\t99999\tquux\n")
    #expect(LabelPeople(people, profile: .search, settings: settings()).ofFew == 1)
    #expect(index.labelCount == 3)
    let (held, same) = try build(many + "x\t99999\tquux\n", minimumUsers: 3)
    let none = LabelPeople(same, profile: .search, settings: settings(minimumUsers: 3))
    #expect(none.ofFew == 0 && none.labels == held.labelCount)
    #expect(none.description == "0 of 2 labels come from fewer than 3 people")
    let (_, counts) = try build("a\t2\nb\t3\n")
    #expect(
      LabelPeople(counts, profile: .search, settings: settings()).description
        .hasPrefix("1 of 2 labels have fewer than 3 uses"))
  }

  @Test func theTimeOfReadingIsKeptOnlyWhereItLeftALineOut() throws {
    func provenance(_ now: Int64) throws -> (Provenance, String) {
      let (index, _) = try build(
        Self.history + "me\t99999999999\tlater\n", LogReadOptions(now: now))
      let text = index.provenance
      return (try JSONDecoder().decode(Provenance.self, from: Data(text.utf8)), text)
    }
    let (early, _) = try provenance(1_800_000_000)
    #expect(early.now == 1_800_000_000)
    #expect(early.lastTime < 1_800_000_000, "else the index would refuse every later one")
    let (late, text) = try provenance(200_000_000_000)
    #expect(late.now == nil && !text.contains("now"))
    #expect(try provenance(300_000_000_000).1 == text)
    #expect(late.settings["minimumUsers"] == 3 && late.settings["minimumLabelUsers"] == nil)
  }

  // MARK: Rebuilds

  private func site() throws -> RebuildTests.Site {
    let site = try RebuildTests.Site()
    try site.write(0..<900, to: "a.tsv")
    return site
  }

  private func shown(_ site: RebuildTests.Site, _ text: String) throws -> String? {
    let index = try LabelIndex(bytes: try site.served())
    let label = Array(text.utf8).withUnsafeBufferPointer { index.view.label(of: $0) }
    return label.map { String(decoding: index.view.surface(of: $0), as: UTF8.self) }
  }

  @Test func aRebuildShowsNoSpellingOfOnePersons() throws {
    let site = try site()
    let uses =
      (0..<6).map { "x0\t\(1_700_000_000 + 4000 * $0)\tMY Rare Thing!\n" }
      + (1..<3).map { "x\($0)\t1700000000\tmy rare thing\n" }
      + (0..<3).map { "y\($0)\t1700000000\tNew York\n" } + ["y9\t1700000000\tNEW YORK!!\n"]
    try site.write(uses.joined(), to: "b.tsv")
    _ = try site.run()
    #expect(try shown(site, "my rare thing") == "my rare thing")
    #expect(try shown(site, "new york") == "New York")
    site.settings.filters.minimumUsers = 1
    site.settings.forces = true
    _ = try site.run()
    #expect(try shown(site, "my rare thing") == "MY Rare Thing!")
  }

  @Test func aRebuildReadsMillisecondsAndSaysSo() throws {
    let site = try site()
    let lines = { (unit: Int64) in
      (0..<300).map { i in "z\(i / 3)\t\((1_700_000_000 + Int64(i) * 60) * unit)\tpart \(i % 3)\n" }
        .joined()
    }
    try site.write(lines(1), to: "b.tsv")
    let before = try site.run()
    let seconds = try site.served()
    #expect(before.report.warnings.isEmpty)
    try site.write(lines(1000), to: "b.tsv")
    site.settings.forces = true
    let result = try site.run()
    #expect(result.report.warnings == ["b.tsv: times are read as milliseconds"])
    #expect(result.report.counts.events == before.report.counts.events)
    #expect(try site.served() == seconds, "a log is the same whatever its unit")
    // The kept state shows the same.
    #expect(try site.run().report.warnings == ["b.tsv: times are read as milliseconds"])
  }

  @Test func stateOfAVersionThatKnewNoUnitsIsReadAnew() throws {
    let site = try site()
    site.settings.forces = true
    _ = try site.run()
    let path = site.settings.directory + "/state/read.json"
    let state = try String(contentsOfFile: path, encoding: .utf8)
    #expect(state.contains("\"settings\" : \"4 \(Normalizer.formVersion) search"))
    try state.replacingOccurrences(of: "\"settings\" : \"4 ", with: "\"settings\" : \"1 ")
      .write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try site.run().report.files.allSatisfy { $0.isNew })
  }

  @Test func aRebuildCountsLinesAheadAsBadAsLongAsTheyAreAhead() throws {
    let site = try site()
    let ahead = site.settings.now + 3 * 86_400
    try site.write("q1\t\(ahead)\trunning\nq1\t1700000000\tother\n", to: "b.tsv")
    let reason = BadLine.Reason.future.rawValue
    let tonight = try site.run()
    let file = try #require(tonight.report.files.last)
    #expect(file.badLines == [reason: 1] && file.events == 1 && file.failure == nil)
    let engine = try LabelIndex(bytes: try site.served())
    #expect(engine.view.lastTime < site.settings.now)
    // Three days later it is a line like any other, whether it is read or known: the state forgets.
    site.settings.now = ahead + 10
    let later = try site.run()
    let known = try #require(later.report.files.last)
    #expect(known.badLines.isEmpty && known.events == 2 && !known.isNew)
    // A file of which nearly all is ahead is left out, and read when it is no longer ahead.
    site.settings.now = ahead - 2 * 86_400
    try site.write((0..<20).map { "q\($0)\t\(ahead)\trunning\n" }.joined(), to: "c.tsv")
    #expect(try #require(try site.run().report.files.last).failure != nil)
    site.settings.now = ahead
    #expect(try #require(try site.run().report.files.last).failure == nil)
  }
}
