// What is deleted is gone: from answers at once, from the raw files, and after a restart.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct ForgettingTests {
  /// The names of the daemon's files that hold `text`, its index left out.
  private func files(_ files: DaemonFiles, holding text: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: files.directory.path).filter { name in
      let path = files.directory.file(name)
      let content = FileManager.default.contents(atPath: path) ?? Data()
      return path != files.index && content.range(of: Data(text.utf8)) != nil
    }
  }

  private static let sessions = ["who-a", "who-b", "who-c"]

  /// A daemon that knows, of each of three sessions, three queries that nobody else has.
  private func prepare() throws -> (DaemonFiles, RunningDaemon, Client) {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start(["--live-sessions", "1"])
    let client = files.client()
    for session in Self.sessions {
      for word in ["one", "two", "three"] { try client.record("zebra \(word)", session: session) }
    }
    #expect(Set(try client.texts("zebra")) == ["zebra one", "zebra two", "zebra three"])
    #expect(try !self.files(files, holding: "zebra two").isEmpty)
    return (files, daemon, client)
  }

  /// That nobody is told any of `texts`, now and after a restart, and no file holds them.
  private func expectGone(
    _ texts: [String], _ files: DaemonFiles, _ daemon: RunningDaemon, _ client: Client
  ) throws {
    func ask() throws {
      for session in Self.sessions + [nil] {
        for prefix in ["zebra", "zebra t", ""] {
          let got = try client.texts(prefix, session: session, limit: 100)
          #expect(!got.contains { texts.contains($0) }, "\(got)")
        }
      }
    }
    try ask()
    for text in texts { #expect(try self.files(files, holding: text) == []) }
    daemon.crash()
    let again = try files.start(["--live-sessions", "1"])
    try ask()
    again.stop()
  }

  @Test func oneQueryOfEveryone() throws {
    let (files, daemon, client) = try prepare()
    #expect(try client.forget(.everyone(query: Array("ZEBRA  two".utf8))) == 3)
    #expect(try client.queries("who-a") == ["zebra three", "zebra one"])
    try expectGone(["zebra two"], files, daemon, client)
  }

  @Test func aSession() throws {
    let (files, daemon, client) = try prepare()
    try client.record("zebra four", session: "who-b")
    #expect(try client.forget(.init(session: #require(SessionName("who-b")))) == 4)
    #expect(try self.files(files, holding: "who-b") == [])
    try expectGone(["zebra four"], files, daemon, client)
  }

  @Test func everything() throws {
    let (files, daemon, client) = try prepare()
    #expect(try client.forget(.everyone()) == 9)
    #expect(try client.status()["events"]?.wholeNumber == 0)
    #expect(try self.files(files, holding: "who-") == [])
    try expectGone(["zebra one", "zebra two", "zebra three"], files, daemon, client)
  }

  /// By time, with a clock that the client sets.
  @Test func aTimeRange() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start(["--clock", "client", "--live-sessions", "1"])
    let client = files.client()
    let session = try #require(SessionName("s"))
    for at in 2000..<2010 {
      try client.record(
        .init(session: session, query: Array("zebra \(at)".utf8), at: Int64(at)))
    }
    #expect(try client.forget(.everyone(since: 2003, until: 2006)) == 4)
    let left = [2000, 2001, 2002, 2007, 2008, 2009].map { "zebra \($0)" }
    #expect(try client.queries("s") == left.reversed())
    #expect(Set(try client.texts("zebra", limit: 100)) == Set(left))
    for at in 2003...2006 { #expect(try self.files(files, holding: "zebra \(at)") == []) }
    // The command line says it in hours ago; all of this was long ago.
    let cli = try Programs.run(
      "qac-cli", ["forget", "--everyone", "--until", "1h", "--socket", files.socket])
    #expect(cli.output == "6 forgotten\n", "\(cli.errors)")
    daemon.stop()
    #expect(try self.files(files, holding: "zebra") == [])
  }

  @Test func whatIsTooOldOrTooMuch() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    // Old by the client's clock, then looked at by a daemon that keeps thirty days.
    let replay = try files.start(["--clock", "client"])
    let session = try #require(SessionName("s"))
    try files.client().record(.init(session: session, query: Array("zebra old".utf8), at: 2000))
    try files.client().record("zebra new", session: "s")
    replay.stop()
    let daemon = try files.start(["--keep-days", "30", "--live-sessions", "1"])
    let client = files.client()
    // A clock is trusted after an hour (HousekeeperTests); until then an operator can say what is
    // old.
    #expect(try client.queries("s") == ["zebra new", "zebra old"])
    #expect(try client.forget(.everyone(until: 1_000_000_000)) == 1)
    #expect(try client.queries("s") == ["zebra new"])
    try expectGone(["zebra old"], files, daemon, client)

    let few = try files.start(["--keep-events", "16"])
    let last = files.client()
    for i in 0..<40 { try last.record("zebra \(i)", session: "s") }
    while try #require(try last.status()["events"]?.wholeNumber) > 16 {}
    few.stop()
  }
}
