// qac-cli import and export, with a daemon that is played.

import Foundation
import QACProtocol
import QACTestSupport
import Testing

@Suite struct ImportTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s")
  }

  /// A daemon that takes every event as new.
  private func daemon() throws -> FakeDaemon {
    try FakeDaemon(path: path) { request in
      guard case .importEvents(let events) = request else { return .error(-32601, "no; mend it") }
      return .result(
        .object([
          .init("recorded", .integer(Int64(events.count))), .init("known", .integer(0)),
          .init("ahead", .integer(0)),
        ]))
    }
  }

  private func events(_ daemon: FakeDaemon) -> [Request.ImportedEvent] {
    daemon.received.flatMap { request -> [Request.ImportedEvent] in
      guard case .importEvents(let events) = request else { return [] }
      return events
    }
  }

  private func lines(_ daemon: FakeDaemon) -> [String] {
    events(daemon).map {
      "\($0.session.string) \($0.at) \(String(decoding: $0.query, as: UTF8.self)) \($0.occurrence)"
    }
  }

  private func file(_ text: String, _ name: String = "log.tsv") throws -> String {
    try text.write(toFile: directory.file(name), atomically: true, encoding: .utf8)
    return directory.file(name)
  }

  private func run(_ arguments: String..., user: String = "ann") throws -> ProgramRun {
    try ProgramRun(arguments + ["--socket", path], environment: ["USER": user])
  }

  @Test func logsAreImportedInTheOrderOfTime() throws {
    let daemon = try daemon()
    let log = try file("b\t200\tsecond\na\t100\tfirst\nb\t200\tthird\nb\t200\tsecond\n")
    let result = try run("import", "--json", log, "--format", "events")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("{\"recorded\":4,\"known\":0,\"left_out\":{},"))
    #expect(
      lines(daemon) == ["a 100 first 1", "b 200 second 1", "b 200 third 1", "b 200 second 2"])
    #expect(try run("import", directory.file("none")).status == 1)
    #expect(try run("import").status == 64)
  }

  @Test func importKnowsUnitsOfTimeAndLeavesOutWhatIsAhead() throws {
    let daemon = try daemon()
    let log = try file(
      "a\t1767261600500\tfirst\na\t1767261610000\tsecond\na\t1767999999999\tahead\n")
    let result = try run("import", log, "--now", "1767261610")
    #expect(result.status == 0, "\(result.errors)")
    #expect(events(daemon).map(\.at) == [1_767_261_600, 1_767_261_610])
    #expect(result.errors.contains("times are read as milliseconds"))
    #expect(result.errors.contains("1 lines are bad: a time more than a day ahead"))
  }

  @Test func aHistoryGoesIntoOnesOwnSession() throws {
    let daemon = try daemon()
    let history = try file("#1767225600\nls\n#1767225600\nls\n", "history")
    #expect(try run("import", history).status == 0)
    #expect(try run("import", history, "--session", "bob").status == 0)
    #expect(
      lines(daemon) == [
        "ann 1767225600 ls 1", "ann 1767225600 ls 2", "bob 1767225600 ls 1",
        "bob 1767225600 ls 2",
      ])
  }

  @Test func secretsAndLongTextsStayHereAndAreCounted() throws {
    let daemon = try daemon()
    let long = String(repeating: "x", count: 3000)
    let history = try file(
      "#1767225600\nmysql -phunter2\n#1767225601\ncat <<END\n\(long)\nEND\n#1767225602\nls\n", "h")
    let result = try run("import", history)
    #expect(result.status == 0)
    #expect(lines(daemon) == ["ann 1767225602 ls 1"])
    #expect(result.output.contains("1 left out: with a secret\n"))
    #expect(result.output.contains("1 left out: longer than 2048 bytes\n"))
    #expect(!result.output.contains("hunter2") && !result.errors.contains("hunter2"))
    #expect(try run("import", history, "--keep-secrets").status == 0)
    #expect(lines(daemon).contains("ann 1767225600 mysql -phunter2 1"))
  }

  @Test func whatIsLeftOutIsShownOnATerminalAlone() throws {
    let daemon = try daemon()
    let history = try file("#1767225600\nmysql -phunter2\n#1767225602\nls\n", "h")
    #expect(try run("import", history, "--show-left-out").status == 64)
    let terminal = try TerminalRun(["import", "--socket", path, "--show-left-out", history])
    #expect(terminal.sees("left out (with a secret): mysql -phunter2"))
    #expect(terminal.sees("1 recorded"))
    #expect(terminal.end().status == 0)
    #expect(events(daemon).count == 1)
  }

  @Test func manyEventsGoInFewRequests() throws {
    let daemon = try daemon()
    let text = (0..<5_000).map { "s\($0 % 7)\t\(1_767_225_600 + $0)\tquery \"\($0)\"\n" }.joined()
    #expect(try run("import", try file(text)).status == 0)
    #expect(events(daemon).count == 5_000)
    #expect(daemon.received.count < 100)
  }

  @Test func anExportIsReadBackWithAllMembers() throws {
    let events = [
      #"{"session":"ann","at":5,"query":"a\tb\nc"}"#,
      #"{"session":"ann","at":5,"query":"a\tb\nc"}"#,
      #"{"session":"ann","at":6,"query":"q","item":"i","kind":"cart"}"#,
      #"{"session":"ann","at":7,"query":"q","thread":"t","place":"/p","outcome":"failed","typed":"q","taken":2,"source":"index"}"#,
    ]
    let exported = events.joined(separator: "\n") + "\n"
    let objects = try events.map { try JSONValue(parsing: Array($0.utf8)) }
    let daemon = try FakeDaemon(path: path) { request in
      switch request {
      case .exportEvents(let page):
        #expect(page.session.string == "ann")
        let isFirst = page.after == nil
        return .result(
          .object(
            [
              .init("events", .array(isFirst ? Array(objects[..<2]) : Array(objects[2...])))
            ] + (isFirst ? [.init("next", .text("5.1"))] : [])))
      case .importEvents(let events):
        return .result(
          .object([
            .init("recorded", .integer(Int64(events.count))), .init("known", .integer(0)),
            .init("ahead", .integer(0)),
          ]))
      default: return .hangUp
      }
    }
    let result = try run("export", "--session", "ann")
    #expect(result.status == 0 && result.output == exported, "\(result.errors)")
    #expect(try run("import", try file(exported, "ann.jsonl")).status == 0)
    var imported = self.events(daemon)
    #expect(imported.map(\.occurrence) == [1, 2, 1, 1])
    imported[1].occurrence = 1
    var again: [UInt8] = []
    for event in imported {
      event.append(to: &again)
      again.append(0x0A)
    }
    #expect(String(decoding: again, as: UTF8.self) == exported)
    let lines = try run("export", "--session", "ann", "--format", "events")
    #expect(lines.output == "ann\t7\tq\n")
    #expect(lines.errors.contains("3 events have no place in this format"))
  }
}
