// `qacd --check`: what is wrong before a start, each with its remedy, and nothing is changed.

import Foundation
import GRDB
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct CheckingTests {
  /// What a check said: its exit code, and its findings by name.
  private struct Answer {
    var code: Int32
    var findings: [String: JSONValue]

    func state(_ name: String) -> String? { text(name, "state") }
    func message(_ name: String) -> String { text(name, "message") ?? "no finding \(name)" }
    func remedy(_ name: String) -> String { text(name, "remedy") ?? "no remedy of \(name)" }

    private func text(_ name: String, _ member: String) -> String? {
      findings[name]?[member]?.utf8.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private func check(_ arguments: [String], environment: [String: String] = [:]) throws -> Answer {
    let outcome = try Programs.run(
      "qacd", arguments + ["--check", "--json"], environment: environment)
    let value = try JSONValue(parsing: Array(outcome.output.utf8))
    #expect(value["ok"] == .bool(outcome.code == 0))
    #expect(outcome.errors.isEmpty)
    var findings: [String: JSONValue] = [:]
    for finding in value["findings"]?.elements ?? [] {
      let name = String(decoding: finding["name"]?.utf8 ?? [], as: UTF8.self)
      findings[name] = finding
      // Everything that is wrong has a remedy.
      if finding["state"] == .text("wrong") { #expect(finding["remedy"] != nil, "\(name)") }
    }
    return Answer(code: outcome.code, findings: findings)
  }

  private func check(_ files: DaemonFiles, _ more: [String] = []) throws -> Answer {
    try check(["--config", "none"] + files.arguments + more)
  }

  /// The paths below a directory with modes, sizes and times.
  private func listing(_ directory: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: directory).sorted().map { path in
      var status = stat()
      lstat("\(directory)/\(path)", &status)
      return "\(path) \(status.st_mode) \(status.st_size) \(status.st_mtim.tv_nsec)"
    }
  }

  /// A database of two queries that no daemon has open.
  private func filesWithDatabase() throws -> DaemonFiles {
    let files = try DaemonFiles()
    let daemon = try files.start()
    let client = files.client()
    for query in ["garden hose", "lamp"] { try client.record(query, session: "s") }
    daemon.stop()
    return files
  }

  @Test func nothingIsMadeBeforeTheFirstStart() throws {
    let files = try DaemonFiles()
    let before = try listing(files.directory.path)
    let answer = try check(files)
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.message("index").contains("profile search, sound"))
    #expect(answer.message("socket").contains("a start makes its directory"))
    #expect(answer.message("database").contains("a start makes it"))
    #expect(try listing(files.directory.path) == before)
    // Without an index it is no error.
    try FileManager.default.removeItem(atPath: files.index)
    let without = try check(files)
    #expect(without.code == 0 && without.state("index") == "note")
    #expect(without.remedy("index").contains("qac-index build --log FILE --out \(files.index)"))
  }

  @Test func aDaemonThatRunsGoesOn() throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    try files.client().record("garden hose", session: "s")
    let answer = try check(files)
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.message("socket").contains("a daemon answers there"))
    #expect(answer.message("database").contains("1 query of 1 session"))
    #expect(try files.client().queries("s") == ["garden hose"])
    daemon.stop()
    // A crash leaves the socket and the log.
    let other = try files.start()
    try files.client().record("lamp", session: "s")
    other.crash()
    let crashed = try check(files)
    #expect(crashed.code == 0, "\(crashed)")
    #expect(crashed.message("socket").contains("a start replaces it"))
    #expect(crashed.message("database").contains("2 queries of 1 session"))
  }

  @Test func aSocketOfAServiceManagerIsRight() throws {
    let files = try DaemonFiles()
    let directory = files.directory.file("run")
    mkdir(directory, 0o755)
    let server = try listeningSocket(files.socket)
    defer { close(server) }
    #expect(try check(files).message("socket").contains("a daemon answers there"))
    // Others may put a socket there.
    chmod(directory, 0o777)
    #expect(try check(files).state("socket") == "wrong")
    // A daemon made it, and another start would refuse the directory.
    chmod(directory, 0o755)
    try Data().write(to: URL(fileURLWithPath: files.socket + ".lock"))
    #expect(try check(files).state("socket") == "wrong")
  }

  @Test func aDatabaseAtRestIsNotTouched() throws {
    let files = try filesWithDatabase()
    let before = try listing(files.directory.path)
    let answer = try check(files)
    #expect(answer.code == 0 && answer.message("database").contains("2 queries of 1 session"))
    #expect(try listing(files.directory.path) == before)
  }

  @Test func remediesMendModes() throws {
    let files = try filesWithDatabase()
    let places = [
      ("socket", files.directory.file("run")), ("database", files.directory.file("state")),
      ("database", files.database),
    ]
    for (name, path) in places {
      #expect(chmod(path, 0o755) == 0)
      let answer = try check(files)
      #expect(answer.code == 1 && answer.state(name) == "wrong", "\(path): \(answer)")
      let command = answer.remedy(name).components(separatedBy: "`").first {
        $0.hasPrefix("chmod ")
      }
      let words = try #require(command).split(separator: " ").map(String.init)
      #expect(try Programs.run("/bin/chmod", Array(words.dropFirst())).code == 0)
      #expect(try check(files).code == 0, "\(path)")
    }
    // Where others are allowed, they may enter the socket's directory.
    #expect(chmod(files.directory.file("run"), 0o711) == 0)
    #expect(try check(files).state("socket") == "wrong")
    #expect(try check(files, ["--allow-uid", "1"]).state("socket") == "ok")
  }

  @Test func spoiledIndexesAreFound() throws {
    let files = try DaemonFiles()
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: files.index)))
    bytes[bytes.count * 2 / 3] ^= 0x10
    try Data(bytes).write(to: URL(fileURLWithPath: files.index))
    let damaged = try check(files)
    #expect(damaged.code == 1 && damaged.message("index").contains("damaged"), "\(damaged)")
    #expect(damaged.remedy("index").contains("rebuild"))
    let list = files.directory.file("never.txt")
    let missing = try check(files, ["--block-list", list])
    #expect(missing.code == 1)
    try files.install(Programs.shopIndex.get())
    let without = try check(files, ["--block-list", list])
    #expect(without.code == 1 && without.message("block list").contains(list), "\(without)")
    // Another profile than that of the settings is the index's own business.
    let other = try check(files, ["--profile", "verbatim"])
    #expect(other.code == 0 && other.state("profile") == "note")
  }

  @Test func spoiledDatabasesAreFound() throws {
    let files = try filesWithDatabase()
    let good = try Data(contentsOf: URL(fileURLWithPath: files.database))
    func put(_ data: Data) throws {
      try data.write(to: URL(fileURLWithPath: files.database))
      chmod(files.database, 0o600)
    }
    func expect(_ part: String, _ sourceLocation: SourceLocation = #_sourceLocation) throws {
      let before = try Data(contentsOf: URL(fileURLWithPath: files.database))
      let answer = try check(files)
      #expect(
        answer.code == 1 && answer.message("database").contains(part), "\(answer)",
        sourceLocation: sourceLocation)
      #expect(try Data(contentsOf: URL(fileURLWithPath: files.database)) == before)
    }
    func change(_ sql: String) throws {
      let queue = try DatabaseQueue(path: files.database)
      try queue.inDatabase { try $0.execute(sql: sql) }
      try queue.close()
    }
    try put(Data("no database, just words, but more than a header has".utf8))
    try expect("not an SQLite database")
    try put(good.prefix(good.count / 2))
    try expect("damaged")
    try put(good)
    try change("INSERT INTO grdb_migrations VALUES ('99 of a later version')")
    try expect("was written by a newer version")
    try put(good)
    try change("PRAGMA application_id = 7")
    try expect("of another program")
    try FileManager.default.removeItem(atPath: files.database)
    symlink("elsewhere", files.database)
    let link = try check(files)
    #expect(link.code == 1 && link.message("database").contains("symbolic link"))
  }

  @Test func anEarlierVersionsDatabaseIsToldOf() throws {
    let files = try DaemonFiles()
    mkdir(files.directory.file("state"), 0o700)
    try FileManager.default.copyItem(
      atPath: "\(Programs.repository)/Tests/EndToEndTests/Fixtures/0.1/search.database",
      toPath: files.database)
    chmod(files.database, 0o600)
    let answer = try check(files)
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.message("database").contains("from an earlier version to this one"))
  }

  @Test func placesThatCannotBeMadeAreFound() throws {
    let files = try DaemonFiles()
    let note = files.directory.file("note")
    try Data("x".utf8).write(to: URL(fileURLWithPath: note))
    files.database = note + "/state/s.sqlite"
    let answer = try check(files, ["--metrics-socket", note])
    #expect(answer.code == 1 && answer.state("database") == "wrong", "\(answer)")
    #expect(answer.message("metrics").contains("not a socket"))
    let long = "/tmp/" + String(repeating: "x", count: 200)
    #expect(try check(["--config", "none", "--socket", long]).message("socket").contains("bytes"))
  }

  @Test func aConfigurationThatCannotBeUsedIsAFinding() throws {
    let files = try DaemonFiles()
    let path = files.directory.file("qacd.toml")
    try Data("limit = 5\nlimmit = 5\n".utf8).write(to: URL(fileURLWithPath: path))
    let answer = try check(files.arguments + ["--config", path])
    #expect(answer.code == 1 && answer.findings.count == 1)
    #expect(answer.message("configuration").contains("\(path), line 2 has the unknown key limmit"))
    #expect(answer.remedy("configuration") == "did you mean limit?")
  }

  @Test func aUnitOfAnotherProgramIsToldOf() throws {
    let home = try TemporaryDirectory()
    let directory = home.file("config/systemd/user")
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    func unit(_ program: String) throws -> Answer {
      try Data("[Service]\nExecStart=\(program) --watch\n".utf8).write(
        to: URL(fileURLWithPath: "\(directory)/qacd.service"))
      return try check(
        ["--config", "none"],
        environment: [
          "XDG_CONFIG_HOME": home.file("config"), "HOME": home.path,
          "XDG_RUNTIME_DIR": home.path,
        ])
    }
    #expect(try unit("/nowhere/qacd").state("unit") == "wrong")
    #expect(try unit("/bin/true").state("unit") == "note")
    #expect(try unit(Programs.path("qacd")).state("unit") == "ok")
  }
}
