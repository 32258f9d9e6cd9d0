// What `qac-index build` says about a log of one's own, and the options that it shares with
// `rebuild`.

import Foundation
import QACTestSupport
import Testing

@Suite(.timeLimit(.minutes(30))) struct BuildingTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func build(_ lines: [String], _ more: [String] = []) throws -> Outcome {
    let log = directory.file("log.tsv")
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: log))
    return try Programs.run(
      "qac-index",
      ["build", "--log", log, "--epochs", "0", "--out", directory.file("index.qaci")] + more)
  }

  /// 60 commands of a history, in milliseconds, with one secret and one line in the far future.
  private let history =
    (0..<60).map { i in
      "me\t\(1_767_261_600_123 + 60_000 * i)\t"
        + (i == 30 ? "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIzK7MDENG" : "make part\(i % 4)")
    } + ["me\t9999999999999\tlater"]

  private func inspect(_ more: [String]) throws -> String {
    let outcome = try Programs.run("qac-index", ["inspect", directory.file("index.qaci")] + more)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test func itSaysWhatWasAssumedAndLeftOut() throws {
    let outcome = try build(history, ["--now", "1767300000"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("log.tsv: times are read as milliseconds\n"))
    #expect(outcome.errors.contains("\n1 lines are bad: a time more than a day ahead\n"))
    #expect(outcome.errors.contains("\n1 lines left out for a secret in the query\n"))
    #expect(
      outcome.errors.hasSuffix(
        "\n4 of 4 labels come from fewer than 3 people; --minimum-users 3 leaves these out\n"))
    #expect(try inspect(["--prefix", "export"]).hasPrefix("0 labels match"))
    #expect(try inspect([]).contains(#""now":1767300000"#))
    // With --quiet it prints nothing.
    #expect(try build(history, ["--now", "1767300000", "--quiet"]).errors.isEmpty)
  }

  @Test func secretsAreKeptWhereAskedFor() throws {
    #expect(try build(history, ["--now", "1767300000", "--keep-secrets"]).code == 0)
    #expect(try inspect(["--prefix", "export"]).hasPrefix("1 labels match"))
  }

  @Test func minimaHoldBackLabelsAndSpellings() throws {
    let lines = ["ann", "ben", "cid"].enumerated().flatMap { i, user in
      ["\(user)\t\(1000 + i)\tNew York", "\(user)\t\(5000 + i)\t\(["oSLO", "OSlo", "Oslo!"][i])"]
    }
    let outcome = try build(lines + ["dan\t9000\tquite private"], ["--minimum-users", "3"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("\n0 of 2 labels come from fewer than 3 people\n"))
    #expect(try inspect(["--prefix", ""]).contains("\n  3\tNew York\n  3\toslo\n"))
  }

  @Test func theTreeOfTheItemsIsShown() throws {
    let items = directory.file("items.tsv")
    let lines = (0..<150).map { "id\($0)\t\(["oak", "red"][$0 % 2]) lamp \($0)" }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: items))
    let examples = directory.file("examples.tsv")
    try Data("desk light\tid3\t2\nhall light\tid8\t1\n".utf8)
      .write(to: URL(fileURLWithPath: examples))
    let outcome = try build(["a\t1767261600\tlamp"], ["--items", items, "--examples", examples])
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(try inspect([]).contains("items: 150, "))
    let text = try inspect(["--tree", "items"])
    #expect(text.hasPrefix("items: 3 nodes, 2 leaves, 2 levels\ninner 0, level 0: 150 items\n"))
    #expect(text.contains("\n  leaf 1, level 1: 75 items; "))
    #expect(text.contains("e.g. red lamp 3; oak lamp 8; "))
    let json = try inspect(["--tree", "items", "--node", "2", "--depth", "0", "--json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let root = try #require(object["root"] as? [String: Any])
    #expect(root["node"] as? Int == 2 && root["size"] as? Int == 75)
    #expect((root["sample"] as? [String])?.count == 5 && root["nodes"] as? [Int] == [])
    #expect(try inspect(["--tree", "labels"]).hasPrefix("labels: 1 nodes, 1 leaves, 1 levels"))
    let file = directory.file("index.qaci")
    let beyond = try Programs.run("qac-index", ["inspect", file, "--tree", "items", "--node", "3"])
    #expect(beyond.code == 1 && beyond.errors.contains("0 to 2"))
    let needless = try Programs.run("qac-index", ["inspect", file, "--json"])
    #expect(needless.code == 64)
  }

  @Test func bothProgramsNameTheMinimaAlike() throws {
    /// What the help of `command` says about an option, without its default, and the default.
    func help(_ command: String, _ option: String) throws -> (text: String, standard: String) {
      let page = try Programs.run(
        "qac-index", [command, "--help"], environment: ["COLUMNS": "100"]
      ).output
      let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
      let start = try #require(
        lines.firstIndex { $0.hasPrefix("  --\(option) ") }, "\(command) --\(option)")
      // Up to the next option or the end of the section.
      let rest = lines[(start + 1)...].prefix { !$0.isEmpty && !$0.hasPrefix("  --") }
      let text = ([lines[start]] + rest).joined(separator: " ")
        .split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let parts = text.split(separator: "(default: ", maxSplits: 1)
      let standard = parts.count > 1 ? String(parts[1].prefix { $0 != ")" }) : ""
      return (text.replacing("(default: \(standard))", with: ""), standard)
    }
    let labels = try ["build", "evaluate", "rebuild"].map { try help($0, "minimum-users") }
    #expect(labels.map(\.standard) == ["1", "1", "3"])
    #expect(Set(labels.map(\.text)).count == 1 && labels[0].text.contains("Protects"))
    let endings = try ["build", "evaluate", "rebuild"].map { try help($0, "minimum-ending-users") }
    #expect(endings.map(\.standard) == ["3", "3", "3"])
    #expect(Set(endings.map(\.text)).count == 1 && endings[0].text.contains("Protects"))
    #expect(labels[0].text != endings[0].text)
  }

  @Test func evaluateCountsTimesAheadAsBad() throws {
    let log = directory.file("log.tsv")
    let lines = (0..<300).map { "u\($0 % 9)\t\(1000 + 40 * $0)\tpart \($0 * 7 % 31)\n" }
    try Data((lines.joined() + "u1\t99999999999\tpart 1\n").utf8).write(
      to: URL(fileURLWithPath: log))
    let outcome = try Programs.run(
      "qac-index",
      ["evaluate", "--log", log, "--epochs", "0", "--keys", "0", "--resamples", "40", "--json"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("301 lines, 1 bad"))
    #expect(outcome.errors.contains("log.tsv:301: a time more than a day ahead"))
  }
}
