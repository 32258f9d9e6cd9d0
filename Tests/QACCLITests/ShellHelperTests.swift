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

  private func daemon(_ texts: [String]) throws -> FakeDaemon {
    try FakeDaemon(path: path) { request in
      guard case .complete = request else {
        return .result(.object([.init("id", .text("1.0.5f0c"))]))
      }
      let suggestions = texts.map { text in
        JSONValue.object([
          .init("text", .text(text)), .init("score", .double(0.5)),
          .init("source", .text("index")), .init("match", .text("prefix")),
        ])
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
