// The histories that zsh, bash and fish themselves write are read as they were typed.

import Foundation
import QACLogs
import QACTestSupport
import Testing

struct ShellHistoryTests {
  private func contents(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// The commands in quotes that every shell of these tests reads literally.
  private func quoted(_ command: String) -> String {
    "'" + command.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  @Test(arguments: [true, false])
  func zsh(isExtended: Bool) throws {
    let home = try TemporaryDirectory()
    let zsh = try Shell("zsh")
    let file = home.file("history")
    var script = "HISTFILE=\(quoted(file)) HISTSIZE=1000 SAVEHIST=1000\n"
    if isExtended { script += "setopt extended_history\n" }
    // Raw, because print would undo backslashes.
    for command in difficultCommands { script += "print -rs -- \(quoted(command))\n" }
    script += "fc -W\n"
    let path = home.file("script")
    try Data(script.utf8).write(to: URL(fileURLWithPath: path))
    let now = Int64(Date().timeIntervalSince1970)
    // Only an interactive shell has a history.
    try zsh.run(["-f", "-i", "-c", "source \(quoted(path))"], home: home)
    let read = ReadHistory(try contents(file), ZshHistory.self)
    #expect(read.texts == difficultCommands)
    for command in read.commands {
      #expect(command.duration == (isExtended ? 0 : nil))
      #expect(command.time.map { abs($0 - now) < 3_600 } ?? !isExtended)
    }
  }

  @Test(arguments: [true, false])
  func bash(hasTimes: Bool) throws {
    let home = try TemporaryDirectory()
    let file = home.file("history")
    var script = "HISTFILE=\(quoted(file))\n"
    if hasTimes { script += "HISTTIMEFORMAT='%s '\n" }
    // Without times, a line end in a command cannot be told from the end of one.
    let commands = hasTimes ? difficultCommands : difficultCommands.filter { !$0.contains("\n") }
    for command in commands { script += "history -s -- \(quoted(command))\n" }
    script += "history -w\n"
    let now = Int64(Date().timeIntervalSince1970)
    try Shell("bash").run(["--norc", "-c", script], home: home)
    let read = ReadHistory(try contents(file), BashHistory.self)
    #expect(read.texts == commands)
    for command in read.commands {
      #expect(command.time.map { abs($0 - now) < 3_600 } ?? !hasTimes)
    }
  }

  @Test func fish() throws {
    let home = try TemporaryDirectory()
    // Without this directory fish would make completions of all manual pages in the background.
    try FileManager.default.createDirectory(
      atPath: home.file(".local/share/fish/generated_completions"),
      withIntermediateDirectories: true)
    // fish must find itself on a terminal, and reads a line that goes on until its quotes end.
    let commands = [
      "echo one", "echo 'a\nb\\nc'", #"echo back\\slash žćš 日本"#, "cd /tmp",
      "ls /etc/passwd /tmp", "for x in a b\necho $x\nend", "echo '# 1767225600'",
    ]
    let input = (commands + ["exit"]).joined(separator: "\n") + "\n"
    _ = try Shell("fish")
    let now = Int64(Date().timeIntervalSince1970)
    let output = try Shell("script").run(
      ["-qec", "fish", "/dev/null"], home: home, input: input)
    let path = home.file(".local/share/fish/fish_history")
    try #require(FileManager.default.fileExists(atPath: path), "\(output)")
    let read = ReadHistory(try contents(path), FishHistory.self)
    #expect(read.strays.isEmpty)
    // On a terminal fish indents the lines of a loop.
    #expect(
      read.texts.map { $0.replacingOccurrences(of: "\n    ", with: "\n") } == commands + ["exit"])
    for command in read.commands {
      #expect(command.time.map { abs($0 - now) < 3_600 } ?? false)
    }
  }
}
