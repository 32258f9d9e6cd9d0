// What cron and systemd see of a night: the exit code of the built program and its last lines.

import Foundation
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct RebuildCodesTests {
  /// One good log and a configuration; few queries are enough to judge by.
  final class Site {
    private let directory: TemporaryDirectory
    private let log = SyntheticLog(seed: 5, events: 2000, users: 20, vocabulary: 100)

    init() throws {
      directory = try TemporaryDirectory()
      try write(events(0..<1000), to: "a.tsv")
      try configure()
    }

    func file(_ name: String) -> String { directory.file(name) }

    func events(_ range: Range<Int>) -> String {
      log.events[range].map { "u\($0.user)\t\($0.time)\t\($0.query)\n" }.joined()
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    /// Writes the configuration, with `more` at its end.
    func configure(_ more: String = "") throws {
      try write(
        """
        dir = "\(file("store"))"
        log = ["\(file("*.tsv"))"]
        now = 1800000000
        look-back-days = 36500
        robot-minute = 0
        fold-seconds = -1
        epochs = 0
        minimum-requests = 20
        maximum-requests = 40
        margin = 0.9

        """ + more, to: "rebuild.toml")
    }

    func rebuild(_ more: String...) throws -> Outcome {
      try run(["rebuild", "--config", file("rebuild.toml")] + more)
    }

    /// Runs the program, and kills it if it hangs.
    func run(_ arguments: [String]) throws -> Outcome {
      try Programs.run(
        "/usr/bin/timeout", ["-s", "KILL", "240", Programs.path("qac-index")] + arguments)
    }

    /// Makes a named pipe into which nobody writes; returns its path.
    func pipe(_ name: String) throws -> String {
      try #require(mkfifo(file(name), 0o600) == 0)
      return file(name)
    }
  }

  @Test func aNightThatLostALogHasACodeOfItsOwn() throws {
    let site = try Site()
    #expect(try site.rebuild().code == 0)
    #expect(try site.rebuild("--quiet").code == 0, "nothing to publish")
    // Random bytes; a third of bad lines; a path without a file. Published, and nothing to publish.
    var random = [UInt8](repeating: 0, count: 4096)
    getentropy(&random, 256)
    try site.write(random, to: "b.tsv")
    try site.write(site.events(1000..<2000), to: "c.tsv")
    let published = try site.rebuild("--force")
    #expect(published.code == 65 && published.errors.contains("\npublished: "))
    #expect(published.errors.contains("left out: "), "\(published.errors)")
    let unchanged = try site.rebuild("--quiet")
    #expect(unchanged.code == 65)
    for line in ["left out: ", "\nnothing published: ", "report.html"] {
      #expect(unchanged.errors.contains(line), "\(unchanged.errors)")
    }
    #expect(try site.rebuild("--count", "--quiet").code == 65)
    unlink(site.file("b.tsv"))
    #expect(try site.rebuild().code == 0)
    try site.write(site.events(0..<200) + String(repeating: "bad\n", count: 100), to: "d.tsv")
    #expect(try site.rebuild().code == 65)
    unlink(site.file("d.tsv"))
    let missing = try site.rebuild("--log", site.file("*.tsv"), "--log", site.file("gone"))
    #expect(missing.code == 65 && missing.errors.contains("no file fits"), "\(missing.errors)")
  }

  @Test func aGraverCodeGoesBefore() throws {
    let site = try Site()
    try site.write([0, 1, 2], to: "b.tsv")
    try site.configure("socket = \"\(site.file("none.sock"))\"\n")
    #expect(try site.rebuild().code == 69, "the daemon is not there")
    try site.write("\tzz\tno such label\n", to: "canaries")
    try site.configure("canaries = \"\(site.file("canaries"))\"\n")
    #expect(try site.rebuild().code == 20, "a canary is silent")
    unlink(site.file("a.tsv"))
    #expect(try site.rebuild().code == 1, "nothing can be read")
  }

  @Test func aPipeAmongTheLogsHangsNobody() throws {
    let site = try Site()
    let pipe = try site.pipe("b.tsv")
    let outcome = try site.rebuild()
    #expect(outcome.code == 65, "\(outcome.errors)")
    #expect(outcome.errors.contains("left out: \(pipe) is not a regular file"))
    // A build reads a pipe that is named explicitly, because it holds no lock.
    let log = try NamedPipe(path: site.file("log"), text: site.events(0..<1000))
    let built = try site.run(
      ["build", "--log", log.path, "--out", site.file("x.qaci"), "--epochs", "0"])
    #expect(built.code == 0, "\(built.errors)")
  }

  @Test(arguments: ["block-list", "canaries", "database"])
  func aPipeInThePlaceOfAFileHangsNobody(_ key: String) throws {
    let site = try Site()
    let pipe = try site.pipe("pipe")
    try site.configure("\(key) = \"\(pipe)\"\n")
    let outcome = try site.rebuild()
    #expect(outcome.code == 1 && outcome.errors.contains(pipe), "\(outcome.errors)")
  }

  @Test func aPipeInThePlaceOfTheConfigurationHangsNobody() throws {
    let site = try Site()
    let outcome = try site.run(["rebuild", "--config", site.pipe("pipe")])
    #expect(outcome.code == 78 && outcome.errors.contains("not a regular file"))
  }

  @Test func aPipeInTheStoreHangsNobody() throws {
    let site = try Site()
    #expect(try site.rebuild().code == 0)
    let store = site.file("store")
    let version = try #require(
      FileManager.default.contentsOfDirectory(atPath: store + "/versions").first)
    for path in ["state/read.json", "versions/\(version)/report.json"] {
      unlink("\(store)/\(path)")
      _ = try site.pipe("store/\(path)")
    }
    #expect(try site.run(["list", "--dir", store]).code == 0)
    // The logs are read again; a state that cannot be replaced is an error.
    #expect(try site.rebuild().code == 1)
  }

  @Test(arguments: [
    (#"canaries = "/etc/passwd\u0000.txt""#, "the key canaries"),
    (#"log = ["a.tsv", "b\U00000000.tsv"]"#, "the key log"),
    (#""canaries\u0000x" = "a""#, #"the key canaries\u0000x"#),
    ("canaries = \"/etc\0/passwd\"", "the text"),
    ("# \0", "the text"),
  ])
  func aConfigurationWithANULIsRefused(_ line: String, _ place: String) throws {
    let site = try Site()
    try site.write(line + "\n", to: "rebuild.toml")
    let outcome = try site.rebuild("--dir", site.file("store"))
    #expect(outcome.code == 78, "\(outcome.errors)")
    #expect(outcome.errors.contains("has a NUL character in \(place); remove it"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: site.file("store")))
  }

  @Test func aConfigurationIsTakenAsItStandsOrRefused() throws {
    let site = try Site()
    try site.write(Array("dir = \"/x".utf8) + [0xFF] + Array("\"\n".utf8), to: "rebuild.toml")
    let outcome = try site.rebuild()
    #expect(outcome.code == 78 && outcome.errors.contains("UTF-8"), "\(outcome.errors)")
    try site.configure("coverage-floor = nan\n")
    #expect(try site.rebuild().errors.contains("--coverage-floor must be"))
    // A character that is written as an escape is the same as one that is written out.
    try site.configure("canaries = \"\(site.file("caf\\u00e9"))\"\n")
    #expect(try site.rebuild().errors.contains("café"))
  }

  @Test func partialCountsAreRefusedWithWhatToDo() throws {
    let outcome = try Site().rebuild("--counts", "a.part", "b.part")
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("qac-index build --counts"), "\(outcome.errors)")
  }

  @Test func aFirstIndexThatIsNotJudgedSaysSo() throws {
    let site = try Site()
    try site.configure()
    let outcome = try site.rebuild("--minimum-requests", "5000", "--maximum-requests", "5000")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("its quality was not judged: "), "\(outcome.errors)")
    #expect(!outcome.errors.contains("all demands are met"))
  }
}
