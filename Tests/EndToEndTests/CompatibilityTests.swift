// What version 0.1 left: its databases and indexes open, and its clients are answered as they were.
//
// Fixtures/0.1 says what is there. A version that cannot read the indexes any more says so here:
// then they must be refused with the line that says to build them anew, which their log allows.

import Foundation
import QACProtocol
import QACTestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CompatibilityTests {
  private static let fixtures = Programs.repository + "/Tests/EndToEndTests/Fixtures/0.1"

  /// Files of a daemon that was one of version 0.1.
  private func files(_ name: String) throws -> DaemonFiles {
    let files = try DaemonFiles(copyOf: "\(Self.fixtures)/\(name).index")
    try #require(mkdir(files.directory.file("state"), 0o700) == 0)
    for suffix in ["", "-wal"] {
      let golden = "\(Self.fixtures)/\(name).database\(suffix)"
      if suffix == "-wal" && !FileManager.default.fileExists(atPath: golden) { continue }
      try FileManager.default.copyItem(atPath: golden, toPath: files.database + suffix)
    }
    return files
  }

  /// Requests of the conversation `search` that have the same texts in their answers, but other
  /// sources and scores, since differences in accents are no corrections any more.
  private static let accented: Set<Int64> = [12, 31]

  private static func isAccented(_ name: String, _ recorded: JSONValue) -> Bool {
    guard name == "search", case .integer(let id)? = recorded["id"] else { return false }
    return accented.contains(id)
  }

  private static func texts(_ answer: JSONValue) -> [JSONValue?]? {
    guard case .array(let suggestions)? = answer["result"]?["suggestions"] else { return nil }
    return suggestions.map { $0["text"] }
  }

  /// Says all of a recorded conversation to today's daemon.
  private func replay(_ name: String, _ flags: [String]) throws {
    let conversation = try Conversation(
      String(contentsOfFile: "\(Self.fixtures)/\(name).conversation", encoding: .utf8))
    try #require(conversation.steps.count > 30)
    let files = try files(name)
    var daemon = try files.start(["--clock", "client"] + flags)
    var connection = try RawConnection(files.socket)
    for step in conversation.steps {
      switch step {
      case .restart:
        daemon.stop()
        daemon = try files.start(["--clock", "client"] + flags)
        connection = try RawConnection(files.socket)
      case .say(let line, nil): try connection.send(line + "\n")
      case .say(let line, let recorded?):
        let answer = try connection.ask(line)
        if Self.isAccented(name, recorded) {
          #expect(Self.texts(answer) == Self.texts(recorded))
          continue
        }
        let wrong = Conversation.difference(answer, from: recorded)
        #expect(
          wrong == nil,
          "\(wrong ?? ""): to \(line.prefix(300)) 0.1 answered \(text(recorded)), this one \(text(answer))"
        )
      }
    }
    daemon.stop()
  }

  private func text(_ value: JSONValue) -> String {
    var bytes: [UInt8] = []
    value.append(to: &bytes)
    return String(decoding: bytes.prefix(2000), as: UTF8.self)
  }

  @Test func aClosedDatabaseAndEveryMethod() throws {
    try replay("search", ["--block-list", "\(Self.fixtures)/block-list.txt"])
  }

  @Test func theDatabaseOfAKilledDaemonAndAVerbatimIndex() throws {
    try replay("verbatim", [])
  }

  @Test(arguments: ["search", "verbatim"]) func theIndexesOpen(name: String) throws {
    let outcome = try Programs.run("qac-index", ["verify", "\(Self.fixtures)/\(name).index"])
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  /// A comparison that finds nothing would hold nothing.
  @Test func whatDiffersIsFound() throws {
    func differs(_ new: String, _ old: String) throws -> Bool {
      try Conversation.difference(
        JSONValue(parsing: Array(new.utf8)), from: JSONValue(parsing: Array(old.utf8))) != nil
    }
    #expect(try !differs(#"{"id":1,"result":{"more":1}}"#, #"{"id":1,"result":{}}"#))
    #expect(try differs(#"{"id":1,"result":{}}"#, #"{"id":1,"result":{"more":1}}"#))
    #expect(try differs(#"{"id":2,"result":{}}"#, #"{"id":1,"result":{}}"#))
    #expect(try !differs(#"{"result":{"took_us":1}}"#, #"{"result":{"took_us":2}}"#))
    let one = #"{"result":{"suggestions":[{"text":"a","score":1}]}}"#
    #expect(try !differs(one, one))
    #expect(try differs(#"{"result":{"suggestions":[{"text":"b","score":1}]}}"#, one))
    #expect(try differs(#"{"result":{"suggestions":[{"text":"a","score":2}]}}"#, one))
    #expect(try differs(#"{"result":{"suggestions":[]}}"#, one))
    let explained = #"{"features":[{"name":"a","value":1},{"name":"b","value":2}]}"#
    #expect(
      try !differs(
        #"{"features":[{"name":"c","value":0},{"name":"a","value":1},{"name":"b","value":2}]}"#,
        explained))
    #expect(try differs(#"{"features":[{"name":"a","value":1}]}"#, explained))
    #expect(
      try differs(#"{"features":[{"name":"a","value":1},{"name":"b","value":3}]}"#, explained))
    let error = #"{"id":1,"error":{"code":-1,"message":"x"}}"#
    #expect(try !differs(#"{"id":1,"error":{"code":-1,"message":"y"}}"#, error))
    #expect(try differs(#"{"id":1,"error":{"code":-2,"message":"x"}}"#, error))
    #expect(try !differs(#"[{"id":2},{"id":1}]"#, #"[{"id":1},{"id":2}]"#))
    #expect(try differs(#"[{"id":2},{"id":2}]"#, #"[{"id":1},{"id":2}]"#))
    let status = #"{"result":{"version":"0.1","protocol":1,"connections":3}}"#
    #expect(try !differs(#"{"result":{"version":"2","protocol":1,"connections":4}}"#, status))
    #expect(try differs(#"{"result":{"version":"2","protocol":2,"connections":4}}"#, status))
    #expect(try differs(#"{"result":{"version":"2","protocol":1}}"#, status))
    let rules = #"{"result":{"rules":[{"text":"a"},{"text":"b"}]}}"#
    #expect(try !differs(#"{"result":{"rules":[{"text":"b"},{"text":"a"}]}}"#, rules))
    #expect(try differs(#"{"result":{"rules":[{"text":"b"},{"text":"b"}]}}"#, rules))
    let metrics = ##"{"result":{"text":"# TYPE a gauge\na 1\n"}}"##
    #expect(try !differs(##"{"result":{"text":"# TYPE a gauge\na 2\n"}}"##, metrics))
    #expect(try differs(##"{"result":{"text":"# TYPE a counter\na 1\n"}}"##, metrics))
  }
}
