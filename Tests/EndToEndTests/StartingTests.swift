// Starts that must fail: one clear line, the documented exit code, and nothing changed.

import Foundation
import GRDB
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct StartingTests {
  private func run(_ files: DaemonFiles, _ more: [String] = []) throws -> Outcome {
    try Programs.run("qacd", files.arguments + more)
  }

  /// Checks that a start failed with `code` and one line that holds each of `parts`.
  private func expect(
    _ outcome: Outcome, code: Int32, _ parts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.code == code, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errors.hasPrefix("qacd: "), sourceLocation: sourceLocation)
    for part in parts {
      #expect(outcome.errors.contains(part), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [
    ["--limit", "0"], ["--limit", "101"], ["--limit", "ten"], ["--clock", "sundial"],
    ["--log-level", "loud"], ["--loops", "0"], ["--live-sessions", "0"], ["--live-events", "-1"],
    ["--socket", ""], ["--nonsense"], ["extra"],
  ]) func wrongFlags(flags: [String]) throws {
    let outcome = try Programs.run("qacd", flags)
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("Error: ") && outcome.errors.contains("Usage: qacd"))
  }

  @Test func helpNamesFlagsAndExitCodes() throws {
    let help = try Programs.run("qacd", ["--help"])
    #expect(help.code == 0)
    for part in [
      "--index", "--socket", "--database", "--limit", "--log-level", "--clock", "--block-list",
      "66",
    ] {
      #expect(help.output.contains(part))
    }
    #expect(try Programs.run("qacd", ["--version"]).code == 0)
  }

  @Test func defaultsFollowTheEnvironment() throws {
    let directory = try TemporaryDirectory()
    let index = directory.file(".local/share/qacd/current.qaci")
    try FileManager.default.createDirectory(atPath: index, withIntermediateDirectories: true)
    let outcome = try Programs.run(
      "qacd", [], environment: ["HOME": directory.path, "XDG_RUNTIME_DIR": directory.path])
    expect(outcome, code: 66, [index, "is a directory"])
  }

  @Test func badIndexes() throws {
    let files = try DaemonFiles()
    let path = files.index
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    func put(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    expect(try run(files), code: 66, [path, "is a directory"])
    try FileManager.default.removeItem(atPath: path)
    try put([])
    expect(try run(files), code: 66, [path, "too few"])
    try put(Array(repeating: 0x78, count: 5000))
    expect(try run(files), code: 66, [path, "not an index file"])
    var damaged = good
    damaged[good.count * 2 / 3] ^= 0x10
    try put(damaged)
    expect(try run(files), code: 66, [path, "damaged", "rebuild"])
    try put(Array(good.prefix(good.count / 2)))
    expect(try run(files), code: 66, [path, "rebuild"])
    // None of it left a socket or a database behind.
    #expect(!FileManager.default.fileExists(atPath: files.socket))
    #expect(!FileManager.default.fileExists(atPath: files.database))
  }

  @Test func badBlockLists() throws {
    let files = try DaemonFiles()
    let list = files.directory.file("blocks")
    expect(
      try run(files, ["--block-list", list]), code: 66, ["block list", list, "check the path"])
    try Data("word: a\nb\n".utf8).write(to: URL(fileURLWithPath: list))
    expect(try run(files, ["--block-list", list]), code: 66, ["line 2 of the block list \(list)"])
    #expect(!FileManager.default.fileExists(atPath: files.socket))
    #expect(!FileManager.default.fileExists(atPath: files.database))
  }

  @Test func badDatabases() throws {
    let files = try DaemonFiles()
    let path = files.database
    let directory = files.directory.file("state")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    expect(try run(files), code: 74, [path, "is a directory"])
    try FileManager.default.removeItem(atPath: directory)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try Data("no database, just words".utf8).write(to: URL(fileURLWithPath: path))
    expect(try run(files), code: 74, [path, "not an SQLite database"])
    try FileManager.default.removeItem(atPath: path)

    // Damaged where the start reads it.
    let daemon = try files.start()
    let client = files.client()
    for i in 0..<200 { try client.record("query number \(i)", session: "s") }
    daemon.stop()
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    try Data(good.prefix(8192)).write(to: URL(fileURLWithPath: path))
    expect(try run(files), code: 74, [path, "damaged", ".recover"])
    try Data(good).write(to: URL(fileURLWithPath: path))

    // Locked by another process.
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: path, configuration: configuration)
    try other.inDatabase { db in
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
    }
    expect(try run(files), code: 74, [path, "locked by another process"])
    try other.inDatabase { try $0.execute(sql: "COMMIT") }
    try other.close()
    // Nothing was lost.
    let again = try files.start()
    #expect(try files.client().status()["events"]?.wholeNumber == 200)
    again.stop()
  }

  @Test func badSockets() throws {
    let files = try DaemonFiles()
    func run(_ socket: String) throws -> Outcome {
      try Programs.run(
        "qacd", ["--index", files.index, "--database", files.database, "--socket", socket])
    }
    let long = files.directory.file(String(repeating: "x", count: 120))
    expect(try run(long), code: 73, ["\(long.utf8.count) bytes", "107", "--socket"])
    let open = files.directory.file("open")
    #expect(mkdir(open, 0o700) == 0 && chmod(open, 0o755) == 0)
    expect(try run(open + "/q.sock"), code: 73, [open, "0755", "chmod 700"])
    let note = files.directory.file("note")
    try Data("x".utf8).write(to: URL(fileURLWithPath: note))
    expect(try run(note), code: 73, [note, "not a socket"])
    expect(try run(note + "/q.sock"), code: 73, [note, "Not a directory"])
    #expect(Programs.text(note) == "x")
  }

  @Test func aSecondDaemonIsRefusedAndTheFirstServesOn() throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    let client = files.client()
    _ = try client.ping()
    let other = files.directory.file("other.sqlite")
    expect(
      try Programs.run(
        "qacd", ["--index", files.index, "--socket", files.socket, "--database", other]),
      code: 75, ["another daemon serves \(files.socket)"])
    expect(
      try Programs.run(
        "qacd",
        [
          "--index", files.index, "--database", files.database,
          "--socket", files.directory.file("run/other.sock"),
        ]),
      code: 74, ["served by another daemon"])
    _ = try client.ping()
    _ = try files.client().ping()
    daemon.stop()
  }

  @Test func aSocketLeftByACrashIsReplaced() throws {
    let files = try DaemonFiles()
    try files.start().crash()
    #expect(FileManager.default.fileExists(atPath: files.socket))
    let daemon = try files.start()
    _ = try files.client().ping()
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(files.socket) == 0o600)
    #expect(try mode(files.directory.file("run")) == 0o700)
    #expect(try mode(files.database) == 0o600)
    daemon.stop()
  }
}

/// Limits of the process that are too low, or just high enough.
@Suite(.serialized, .timeLimit(.minutes(30))) struct MemoryLimitTests {
  /// Whatever the limit of the address space: one line, or a daemon that serves.
  @Test(
    .enabled(if: access("/usr/bin/prlimit", X_OK) == 0, "prlimit is needed"),
    arguments: [60, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1400, 2000])
  func aStartWithLittleAddressSpaceSaysSoOrServes(megabytes: Int) throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let bytes = megabytes << 20
    let daemon: RunningDaemon
    do {
      daemon = try files.start(launcher: ["/usr/bin/prlimit", "--as=\(bytes):\(bytes)"])
    } catch let ended as Ended {
      let lines = ended.description.split(separator: "\n")
      #expect(lines.count == 1, "\(megabytes) MiB: \(ended)")
      // Below that the program's own libraries cannot be loaded, which the system tells.
      if megabytes >= 200 {
        #expect(ended.description.contains("MiB of address space"), "\(megabytes): \(ended)")
      }
      #expect(megabytes < 1400, "\(ended)")
      return
    }
    #expect(megabytes >= 600)
    let load = Load(files, clients: 3)
    let client = files.client()
    for _ in 0..<20 { _ = try client.reload() }
    #expect(try load.stop() > 0)
    daemon.stop()
  }
}
