// Imports with the built programs: twice is once, and so is one that was killed and repeated.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct ImportingTests {
  private func cli(
    _ files: DaemonFiles, _ arguments: String...
  ) throws -> (code: Int32, output: String, errors: String) {
    let outcome = try Programs.run("qac-cli", arguments + ["--socket", files.socket])
    return (outcome.code, outcome.output, outcome.errors)
  }

  private func daemon() throws -> (DaemonFiles, RunningDaemon) {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    return (files, try files.start())
  }

  private func count(_ files: DaemonFiles) throws -> Int64 {
    try #require(files.client().status()["events"]?.wholeNumber)
  }

  @Test func whatIsImportedCompletesAtOnce() throws {
    let (files, daemon) = try daemon()
    let client = files.client()
    // What the session knows before must not stay in memory.
    try client.record("zebra new", session: "ann")
    #expect(try client.texts("zebra", session: "ann") == ["zebra new"])
    let history = files.directory.file("history")
    try "#1767225600\nzebra old\n".write(toFile: history, atomically: true, encoding: .utf8)
    let result = try cli(files, "import", history, "--session", "ann")
    #expect(result.code == 0, "\(result.errors)")
    #expect(Set(try client.texts("zebra", session: "ann")) == ["zebra new", "zebra old"])
    #expect(try client.queries("ann") == ["zebra new", "zebra old"])
    daemon.stop()
  }

  @Test func exportForgetImportExportIsTheSame() throws {
    let (files, daemon) = try daemon()
    let client = files.client()
    for i in 0..<250 { try client.record("query \(i % 9)\n\t\"x\"", session: "ann") }
    _ = try client.call(
      .record(
        .init(
          session: #require(SessionName("ann")), query: Array("query 1".utf8), item: ItemID("i"),
          kind: .cart)))
    _ = try client.call(
      .record(
        .init(
          session: #require(SessionName("ann")), query: Array("query 2".utf8),
          circumstances: .init(
            thread: SessionName("t"), place: Place("/p"), outcome: .failed,
            typed: Array("qu".utf8), choice: Choice(taken: 2, source: Array("index".utf8))))))
    let first = try cli(files, "export", "--session", "ann")
    #expect(first.code == 0 && first.output.split(separator: "\n").count == 252)
    let path = files.directory.file("ann.jsonl")
    try first.output.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try cli(files, "import", path).output.hasPrefix("0 recorded, 252 known already"))
    #expect(try cli(files, "forget", "--session", "ann", "--all").code == 0)
    #expect(try cli(files, "export", "--session", "ann").output == "")
    #expect(try cli(files, "import", path).output.hasPrefix("252 recorded, 0 known already"))
    #expect(try cli(files, "export", "--session", "ann").output == first.output)
    daemon.stop()
  }

  @Test func anImportThatWasKilledGoesOn() throws {
    let (files, daemon) = try daemon()
    let log = files.directory.file("log.tsv")
    let lines = (0..<60_000).map { "s\($0 % 50)\t\(1_767_225_600 + $0 / 7)\tquery \($0 % 11)\n" }
    try lines.joined().write(toFile: log, atomically: true, encoding: .utf8)
    var recorded: Int64 = 0
    // The client is killed as soon as something is recorded; then the daemon, too.
    for kill in 0..<2 {
      let child = try Child(
        program: Programs.path("qac-cli"), ["import", log, "--socket", files.socket],
        output: files.directory.file("out\(kill)"), errors: files.directory.file("err\(kill)"))
      while try count(files) <= recorded, !child.hasEnded { usleep(1_000) }
      child.signal(SIGKILL)
      _ = child.wait()
      recorded = try count(files)
    }
    daemon.crash()
    let again = try files.start()
    let result = try cli(files, "import", log)
    #expect(result.code == 0, "\(result.errors)")
    #expect(try count(files) == 60_000)
    let twice = try cli(files, "import", log)
    #expect(twice.output.hasPrefix("0 recorded, 60000 known already"), "\(twice.output)")
    #expect(try count(files) == 60_000)
    again.stop()
  }

  @Test func timesAheadOfTheDaemonsClockAreRefused() throws {
    let (files, daemon) = try daemon()
    let log = files.directory.file("log.tsv")
    let soon = Int64(Date().timeIntervalSince1970) + 3_600
    try "a\t\(soon)\tx\na\t1767225600\ty\n".write(toFile: log, atomically: true, encoding: .utf8)
    let result = try cli(files, "import", log)
    #expect(result.output.hasPrefix("1 recorded, 0 known already"))
    #expect(result.output.contains("1 left out: later than the daemon's clock"))
    daemon.stop()
  }
}
