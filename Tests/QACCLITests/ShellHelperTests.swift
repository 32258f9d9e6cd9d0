// The programs that the scripts of shells start, with a daemon that is played.

import Foundation
import Glibc
import QACProtocol
import QACTestSupport
import Testing

@Suite struct ShellHelperTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s")
  }

  /// A daemon that suggests `texts`, those with a `!` at their end as failed.
  private func daemon(_ texts: [String]) throws -> FakeDaemon {
    try FakeDaemon(path: path) { request in
      guard case .complete = request else {
        return .result(.object([.init("id", .text("1.0.5f0c"))]))
      }
      let suggestions = texts.map { text in
        JSONValue.object(
          [
            .init("text", .text(text.filter { $0 != "!" })), .init("score", .double(0.5)),
            .init("source", .text("index")), .init("match", .text("prefix")),
          ] + (text.hasSuffix("!") ? [.init("failed", .bool(true))] : []))
      }
      return .result(
        .object([
          .init("suggestions", .array(suggestions)), .init("index", .text("i")),
          .init("took_us", .integer(1)),
        ]))
    }
  }

  @Test func answersAreTheBestCompletionsThatBeginWithTheLine() throws {
    let daemon = try daemon(["other", "git", "git status", "git stash"])
    let run = try ProgramRun(
      ["answer", "--socket", path, "--session", "ada", "--thread", "t"],
      input: "/srv\0git\0/srv\0zzz\0/srv/pond\0\0half")
    #expect(run.output == "git status\0\0other\0")
    #expect(run.status == 0)
    let places = daemon.received.compactMap { request -> String? in
      guard case .complete(let complete) = request else { return nil }
      return complete.place.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
    #expect(places == ["/srv", "/srv", "/srv/pond"])
  }

  @Test func whatFailedIsNoAnswerAndIsMarked() throws {
    let daemon = try daemon(
      ["git push!", "git pull!", "git reset!", "other", "git stash!", "git status", "git show"])
    let run = try ProgramRun(
      ["answer", "--socket", path, "--session", "ada"], input: "/srv\0git\0/srv\0git p\0")
    #expect(run.output == "git status\0\0")
    let complete = try ProgramRun(["complete", "--socket", path, "--session", "ada", "git"])
    let lines = complete.output.split(separator: "\n")
    #expect(lines.first == "git push\t0.5\tindex\tfailed" && lines.last == "git show\t0.5\tindex")
    #expect(daemon.received.count == 3)
  }

  @Test(arguments: [
    (0, "ok"), (1, "failed"), (126, "failed"), (139, "failed"), (143, "failed"),
    // It was interrupted, lost its reader, was stopped.
    (130, nil), (141, nil), (148, nil),
  ])
  func aStatusSaysHowACommandEnded(status: Int, outcome: String?) throws {
    let daemon = try daemon([])
    let run = try ProgramRun(
      ["relay", "--socket", path, "--session", "ada", "--thread", "t"],
      input: "start\0/srv\0make\0end\0\(status)\0")
    #expect(run.status == 0)
    let ends = daemon.received.compactMap { request -> String? in
      guard case .outcome(let end) = request else { return nil }
      return end.end.rawValue
    }
    #expect(ends == (outcome.map { [$0] } ?? []))
    #expect(daemon.received.count == 1 + ends.count)
  }

  @Test func withoutADaemonThereIsNothingToPick() throws {
    let run = try ProgramRun(["pick", "--socket", path, "--session", "ada", "--search"])
    #expect(run.status == 69)
    #expect(run.output.isEmpty)
    let answer = try ProgramRun(
      ["answer", "--socket", path, "--session", "ada"], input: "/srv\0git\0")
    #expect(answer.output == "\0")
  }

  @Test func aSecretLeavesAFileThatSaysNothing() throws {
    let daemon = try daemon([])
    let notice = directory.file("notice")
    let pipes = (input: Pipe(), output: Pipe())
    let process = Process()
    process.executableURL = ProgramRun.program
    process.arguments = [
      "relay", "--socket", path, "--session", "ada", "--thread", "t", "--notice", notice,
    ]
    process.environment = InheritedEnvironment.variables
    process.standardInput = pipes.input
    process.standardOutput = pipes.output
    try process.run()
    for _ in 0..<2 {
      try pipes.input.fileHandleForWriting.write(
        contentsOf: Data("start\0/srv\0curl --password hunter2secret\0end\00\0".utf8))
    }
    var seen: Data?
    for _ in 0..<500 where seen == nil {
      seen = FileManager.default.contents(atPath: notice)
      usleep(10_000)
    }
    #expect(seen == Data())
    try pipes.input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(!FileManager.default.fileExists(atPath: notice))
    #expect(daemon.received.isEmpty)
  }
}
