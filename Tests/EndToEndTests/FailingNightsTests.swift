// Nights that fail for real: a full disk, too little memory, an interruption in every phase. The
// served index is untouched, nothing half-written stays, and the next run goes through.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct FailingNightsTests {
  /// A store with a first version, and logs from which a second one would be made.
  final class Site {
    let directory: TemporaryDirectory
    let store: String
    private let log = SyntheticLog(seed: 5, events: 2600, users: 20, vocabulary: 300)
    private(set) var served: [UInt8] = []

    init(store: String? = nil) throws {
      directory = try TemporaryDirectory()
      self.store = store ?? directory.file("store")
      try write(0..<1300, to: "a.tsv")
    }

    /// Publishes a first version, and gives the next run something new.
    func publish() throws {
      let first = try Programs.run("qac-index", arguments)
      try #require(first.code == 0, "\(first.errors)")
      served = try current()
      try write(1300..<2600, to: "b.tsv")
    }

    var arguments: [String] {
      [
        "rebuild", "--dir", store, "--log", directory.file("*.tsv"), "--now", "1800000000",
        "--look-back-days", "36500", "--robot-minute", "0", "--fold-seconds=-1", "--epochs", "0",
        "--force", "--threads", "2",
      ]
    }

    func current() throws -> [UInt8] {
      Array(try Data(contentsOf: URL(fileURLWithPath: store + "/current.qaci")))
    }

    private func write(_ range: Range<Int>, to name: String) throws {
      let lines = log.events[range].map { "u\($0.user)\t\($0.time)\t\($0.query)\n" }
      try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: directory.file(name)))
    }

    /// The files in the store that no version, report or state needs.
    func debris() throws -> [String] {
      let manager = FileManager.default
      let all = manager.enumerator(atPath: store)?.compactMap { $0 as? String } ?? []
      let state = manager.contents(atPath: store + "/state/read.json") ?? Data()
      let named = String(decoding: state, as: UTF8.self)
      return all.filter { path in
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return name.contains(".new") || name.contains(".tmp-")
          || (name.hasSuffix(".seg") && !named.contains(name))
      }
    }

    /// Expects that the first version is served as before, and that everything else is whole.
    func expectUntouched(_ what: String) throws {
      #expect(try current() == served, "\(what)")
      #expect(try versions() == 1, "\(what)")
      _ = try LabelIndex(opening: store + "/current.qaci")
    }

    func versions() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: store + "/versions").filter {
        !$0.hasSuffix(".new")
      }.count
    }

    /// Expects that the next run publishes and leaves nothing behind.
    func expectRecovery(_ what: String) throws {
      let next = try Programs.run("qac-index", arguments)
      #expect(next.code == 0, "\(what): \(next.errors)")
      #expect(try current() != served, "\(what)")
      #expect(try debris().isEmpty, "\(what)")
    }
  }

  @Test(
    .enabled(if: SmallDisk.isPossible, "a file system must be mounted: run the tests as root"))
  func aFullDiskChangesNothing() throws {
    let disk = try SmallDisk(kibibytes: 4096)
    let site = try Site(store: disk.path + "/store")
    try site.publish()
    // Room for nothing, for what was read, for some of the index, for all but the report.
    let ballast = disk.path + "/ballast"
    var hasPublished = false
    for free in [0, 40, 100, 160, 220, 300, 400] where !hasPublished {
      try fill(ballast, leaving: free)
      let outcome = try Programs.run("qac-index", site.arguments)
      if outcome.code == 0 {
        hasPublished = true
        break
      }
      #expect(outcome.code == 1, "\(free) KiB: \(outcome.errors)")
      #expect(outcome.errors.contains("No space left"), "\(free) KiB: \(outcome.errors)")
      try site.expectUntouched("\(free) KiB")
      // A run that fails on a full disk does not leave it fuller than it was.
      #expect(try site.debris().isEmpty, "\(free) KiB")
    }
    #expect(hasPublished, "with room enough it goes through")
    #expect(try site.current() != site.served)
  }

  /// Fills the disk of the file `path` up to `free` KiB.
  private func fill(_ path: String, leaving free: Int) throws {
    unlink(path)
    var status = statvfs()
    try #require(statvfs((path as NSString).deletingLastPathComponent, &status) == 0)
    let bytes = Int(status.f_bavail) * Int(status.f_frsize) - free * 1024
    try #require(bytes > 0)
    let made = FileManager.default.createFile(
      atPath: path, contents: Data(repeating: 1, count: bytes))
    try #require(made)
  }

  @Test(.disabled(if: InheritedEnvironment.isSanitized, "a sanitizer reserves terabytes"))
  func tooLittleMemoryChangesNothing() throws {
    let site = try Site()
    try site.publish()
    // From almost no memory to all that the program needs; it ends wherever the system gives it no
    // more.
    var mebibytes = 6
    var refused = 0
    while true {
      let outcome = try Programs.run(
        "/bin/sh",
        ["-c", "ulimit -d \(mebibytes << 10) && exec \"$@\"", "sh", Programs.path("qac-index")]
          + site.arguments)
      if outcome.code == 0 { break }
      refused += 1
      try site.expectUntouched("\(mebibytes) MiB")
      mebibytes += max(1, mebibytes / 8)
      try #require(mebibytes < 4096, "\(outcome.errors)")
    }
    #expect(refused > 0)
    #expect(try site.current() != site.served)
    #expect(try site.debris().isEmpty)
  }

  @Test(arguments: [
    (SIGINT, "read"), (SIGTERM, "aggregate"), (SIGTERM, "build to judge"), (SIGHUP, "judge"),
  ])
  func anInterruptionLeavesNothing(_ signal: Int32, _ phase: String) throws {
    let site = try Site()
    try site.publish()
    let outcome = try interrupt(site.arguments, by: signal, in: phase, site.directory)
    #expect(outcome.code == 128 + signal, "\(outcome.errors)")
    #expect(outcome.errors.contains("interrupted; nothing was published"), "\(outcome.errors)")
    try site.expectUntouched(phase)
    #expect(try site.debris().isEmpty, "\(phase)")
    try site.expectRecovery(phase)
  }

  @Test func anInterruptionAfterPublishingSaysSo() throws {
    let site = try Site()
    try site.publish()
    // This daemon is asked and never answers.
    let daemon = try FakeDaemon(path: site.directory.file("s")) { _ in .silence }
    let outcome = try interrupt(
      site.arguments + ["--socket", site.directory.file("s")], by: SIGTERM, in: "tell the daemon",
      site.directory)
    #expect(outcome.code == 128 + SIGTERM, "\(outcome.errors)")
    #expect(outcome.errors.contains("was published; have the daemon load it"), "\(outcome.errors)")
    #expect(try site.current() != site.served)
    #expect(try site.debris().isEmpty)
    _ = daemon
  }

  /// Runs a rebuild, and sends `signal` when it says that `phase` has begun.
  private func interrupt(
    _ arguments: [String], by signal: Int32, in phase: String, _ directory: TemporaryDirectory
  ) throws -> Outcome {
    let pipe = directory.file("errors")
    try #require(mkfifo(pipe, 0o600) == 0)
    let reader = open(pipe, O_RDWR | O_CLOEXEC)
    defer { close(reader) }
    let child = try Child(
      program: Programs.path("qac-index"), arguments, output: "/dev/null", errors: pipe)
    var text = ""
    func readMore() throws {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(reader, &buffer, buffer.count)
      try #require(count > 0)
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    while !text.contains("\(phase): started") {
      try readMore()
      try #require(!text.contains("Error"), "\(text)")
    }
    child.signal(signal)
    let code = child.wait()
    // The pipe is kept open here, so everything in it has been written.
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(reader, &buffer, buffer.count)
    if count > 0 { text += String(decoding: buffer[..<count], as: UTF8.self) }
    return Outcome(code: code, output: "", errors: text)
  }
}
