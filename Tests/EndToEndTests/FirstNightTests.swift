// From nothing to an index: a daemon without one is used, its night is rebuilt from its own
// database, and the next day is better. Every step is one that docs/operations.md shows.

import Foundation
import QACClient
import QACIndex
import QACProtocol
import QACTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct FirstNightTests {
  /// A directory with the files of one daemon, and what `qac-index init` writes for it.
  private struct Home {
    let files: DaemonFiles
    var store: String { files.directory.file("data") }
    var configuration: String { files.directory.file("config/rebuild.toml") }

    init() throws {
      let directory = try TemporaryDirectory()
      files = try DaemonFiles(index: directory.file("unused"))
      files.index = files.directory.file("data/current.qaci")
    }

    func initialise(_ preset: String) throws -> Outcome {
      try Programs.run(
        "qac-index",
        [
          "init", preset, "--out", configuration, "--dir", store, "--database", files.database,
          "--socket", files.socket,
        ])
    }

    func rebuild(_ more: String...) throws -> Outcome {
      try Programs.run("qac-index", ["rebuild", "--config", configuration] + more)
    }

    func served() throws -> String? {
      try files.client().status()["index"]?.utf8.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Sixty commands of one person.
  private static let commands = (0..<60).map { i in
    [
      "git status", "git add -A", "git commit -m wip", "git push", "make test",
      "ssh build@example.org", "cd /srv/shop", "ls -l",
    ][i % 8]
  }

  @Test func oneNightFromNothingToAnIndex() throws {
    let home = try Home()
    #expect(try home.initialise("shell").code == 0)
    let daemon = try home.files.start(["--preset", "shell"])
    let client = home.files.client()
    #expect(try home.served() == "none")
    for command in Self.commands { try client.record(command, session: "me") }
    #expect(try client.texts("git c", session: "me").first == "git commit -m wip")
    // What only an index can do: find a command by a word within it.
    #expect(try client.texts("commit", session: "new").isEmpty)

    let night = try home.rebuild()
    #expect(night.code == 0 && night.errors.contains("published: "), "\(night.errors)")
    let identity = try LabelIndex(opening: home.files.index).identity
    #expect(try home.served() == identity, "the daemon serves what was built")
    #expect(try client.texts("commit", session: "new").contains("git commit -m wip"))
    // The window holds the same events, so the same index comes again.
    let again = try home.rebuild()
    #expect(again.code == 0 && again.errors.contains("nothing published"), "\(again.errors)")

    daemon.stop()
    let next = try home.files.start(["--preset", "shell"])
    #expect(try home.served() == identity)
    #expect(
      try home.files.client().texts("commit", session: "other").contains("git commit -m wip"))
    next.stop()
  }

  @Test func aNightWithoutEventsIsNoFailure() throws {
    let home = try Home()
    #expect(try home.initialise("site").code == 0)
    // Without a daemon there is no database yet.
    let none = try home.rebuild()
    #expect(none.code == 1 || none.code == 65, "\(none.errors)")
    #expect(none.errors.contains("there is no database at \(home.files.database) yet"))
    let daemon = try home.files.start(["--preset", "site"])
    let empty = try home.rebuild()
    #expect(empty.code == 0 && empty.errors.contains("nothing can be learned yet"))
    try home.files.client().record("garden hose", session: "a")
    let few = try home.rebuild()
    #expect(few.code == 0 && few.errors.contains("no query that 3 people"), "\(few.errors)")
    #expect(try home.served() == "none")
    for session in ["b", "c"] { try home.files.client().record("garden hose", session: session) }
    #expect(try home.rebuild().code == 0)
    #expect(try home.served() != "none")
    daemon.stop()
  }

  @Test func titlesAreCompletedBeforeAnybodySearches() throws {
    let home = try Home()
    #expect(try home.initialise("shop").code == 0)
    let titles = home.files.directory.file("titles.txt")
    try Data("Solar Lamp\t3\nSolar Pump\nGarden Hose\n".utf8).write(
      to: URL(fileURLWithPath: titles))
    let daemon = try home.files.start(["--preset", "shop"])
    let client = home.files.client()
    #expect(try home.rebuild("--titles", titles).code == 0)
    #expect(try client.texts("sol") == ["Solar Lamp", "Solar Pump"])
    #expect(try client.texts("pump") == ["Solar Pump"])
    // What is submitted takes over.
    for session in ["a", "b", "c"] { try client.record("solar pump", session: session) }
    #expect(try client.texts("sol").first == "Solar Pump")
    // A title that is blocked stays blocked, in the index as in the answers.
    _ = try client.block(.init(kind: .word, text: Array("hose".utf8)))
    #expect(try client.texts("gard").isEmpty)
    #expect(try home.rebuild("--titles", titles, "--force").code == 0)
    let index = try LabelIndex(opening: home.files.index)
    #expect(index.labelCount == 2)
    daemon.stop()
  }

  @Test func anIndexThatWasBuiltByHandBecomesAVersion() throws {
    let home = try Home()
    #expect(try home.initialise("shell").code == 0)
    let log = home.files.directory.file("log.tsv")
    try Data((0..<40).map { "me\t\(1_700_000_000 + $0 * 60)\tls \($0 % 7)\n" }.joined().utf8)
      .write(to: URL(fileURLWithPath: log))
    try FileManager.default.createDirectory(
      atPath: home.store, withIntermediateDirectories: true)
    let built = try Programs.run(
      "qac-index", ["build", "--preset", "shell", "--log", log, "--out", home.files.index])
    #expect(built.code == 0, "\(built.errors)")
    let first = try LabelIndex(opening: home.files.index).identity
    let daemon = try home.files.start(["--preset", "shell"])
    for command in Self.commands { try home.files.client().record(command, session: "me") }
    let night = try home.rebuild("--force")
    #expect(night.code == 0 && night.errors.contains("from now on"), "\(night.errors)")
    #expect(try home.served() != first)
    let back = try Programs.run(
      "qac-index", ["rollback", "--dir", home.store, "--socket", home.files.socket])
    #expect(back.code == 0, "\(back.errors)")
    #expect(try home.served() == first)
    daemon.stop()
  }

  @Test func eventsBeforeTheWindowAreNamed() throws {
    let home = try Home()
    #expect(try home.initialise("site").code == 0)
    let log = home.files.directory.file("old.tsv")
    try Data("a\t1500000000\tred shoes\n".utf8).write(to: URL(fileURLWithPath: log))
    let daemon = try home.files.start()
    let outcome = try home.rebuild("--log", log)
    #expect(outcome.code == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("days old, and look-back-days is 90"), "\(outcome.errors)")
    daemon.stop()
  }

  @Test(arguments: Preset.allCases) func theWrittenConfigurationIsUsedAsItIs(
    preset: Preset
  ) throws {
    let home = try Home()
    let outcome = try home.initialise(preset.rawValue)
    #expect(outcome.code == 0 && outcome.output.contains("qacd --preset \(preset.rawValue)"))
    let text = try String(contentsOfFile: home.configuration, encoding: .utf8)
    // It is not overwritten.
    let again = try home.initialise(preset.rawValue)
    #expect(again.code == 1 && again.errors.contains("exists and is not changed"))
    #expect(try String(contentsOfFile: home.configuration, encoding: .utf8) == text)
    // Every key that is commented out is known, and so are those that are not.
    let flags = Set(
      try Programs.run("qac-index", ["rebuild", "--help"]).output
        .matches(of: /--([a-z-]+)/).map { String($0.1) })
    let keys = text.matches(of: /\n(?:# )?([a-z-]+) =/).map { String($0.1) }
    #expect(keys.count > 8)
    for key in keys { #expect(flags.contains(key), "\(key)") }
    // With everything in force it is read.
    let all = text.replacing(/\n# ([a-z-]+ = )/) { "\n\($0.1)" }
      .replacing(/\n(titles|background|block-list|log) = .*/, with: "")
    try Data(all.utf8).write(to: URL(fileURLWithPath: home.configuration))
    let daemon = try home.files.start(["--preset", preset.rawValue])
    let rebuilt = try home.rebuild()
    #expect(rebuilt.code == 0, "\(rebuilt.errors)")
    daemon.stop()
  }

  @Test(arguments: [
    (#"look-back-days = "ninety""#, "look-back-days must be a number"),
    ("look-back-days = ninety", "look-back-days must be a number"),
    ("minimum-users = 1.5", "minimum-users must be a whole number"),
    ("keep = true", "keep must be a whole number"),
    ("dir = 7", "dir must be a text in quotes"),
    ("log = [1]", "log must be a list of texts in quotes"),
    ("personal-data = \"maybe\"", "personal-data must be \"on\" or \"off\""),
    ("preset = \"bar\"", "preset must be \"shop\", \"site\", \"shell\""),
  ])
  func aWrongValueIsNamedWithItsLine(_ line: String, _ problem: String) throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("rebuild.toml")
    try Data("# a comment\n\n\(line)\n".utf8).write(to: URL(fileURLWithPath: file))
    let outcome = try Programs.run("qac-index", ["rebuild", "--config", file])
    #expect(outcome.code == 78)
    #expect(outcome.errors.contains("\(file), line 3: \(problem)"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func flagsTakePrecedenceOverPresets() throws {
    let home = try Home()
    let wrong = try Programs.run("qacd", ["--preset", "sofa"])
    #expect(wrong.code == 64 && wrong.errors.contains("shell"), "\(wrong.errors)")
    let daemon = try home.files.start(["--preset", "shell", "--live-sessions", "2"])
    let client = home.files.client()
    #expect(
      try client.status()["profile"]?.utf8.map { String(decoding: $0, as: UTF8.self) }
        == "verbatim")
    try client.record("make love", session: "a")
    #expect(try client.texts("mak").isEmpty)
    try client.record("make love", session: "b")
    #expect(try client.texts("mak") == ["make love"])
    daemon.stop()
  }
}
