// What the programs say about themselves: help of every command, versions, man pages.

import Foundation
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(10))) struct HelpTests {
  private static let programs = ["qacd", "qac-cli", "qac-index"]

  /// A command with its path, as `--experimental-dump-help` has it.
  private struct Command {
    var path: [String]
    var value: JSONValue

    func text(_ name: String) -> String {
      value[name]?.utf8.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// This one and all below it, except the parser's own `help`.
    var all: [Command] {
      let below = (value["subcommands"]?.elements ?? []).compactMap { value -> Command? in
        let name = String(decoding: value["commandName"]?.utf8 ?? [], as: UTF8.self)
        return name == "help" ? nil : Command(path: path + [name], value: value)
      }
      return [self] + below.flatMap(\.all)
    }
  }

  private static func commands(of program: String) throws -> [Command] {
    let outcome = try Programs.run(program, ["--experimental-dump-help"])
    let value = try JSONValue(parsing: Array(outcome.output.utf8))
    return Command(path: [program], value: try #require(value["command"])).all
  }

  @Test(arguments: programs) func everyCommandAndFlagIsDescribed(program: String) throws {
    let commands = try Self.commands(of: program)
    var count = 0
    for command in commands {
      let name = command.path.joined(separator: " ")
      let abstract = command.text("abstract")
      #expect(abstract.hasSuffix(".") && abstract.first?.isUppercase == true, "\(name)")
      for argument in command.value["arguments"]?.elements ?? [] {
        let text = String(decoding: argument["abstract"]?.utf8 ?? [], as: UTF8.self)
        let value = String(decoding: argument["valueName"]?.utf8 ?? [], as: UTF8.self)
        #expect(text.count > 8, "\(name) has no help for \(value)")
        // A sentence, perhaps with the default behind it.
        #expect(text.hasSuffix(".") || text.hasSuffix(")"), "\(name), \(value): \(text)")
        #expect(!text.contains("  ") && !text.contains(".."), "\(name), \(value): \(text)")
        count += 1
      }
    }
    #expect(count > 20)
  }

  /// A terminal has 80 columns. The parser wraps text, but neither what is indented nor the usage.
  @Test(arguments: programs) func noLineIsTooLong(program: String) throws {
    for command in try Self.commands(of: program) {
      let path = Array(command.path.dropFirst())
      let help = try Programs.run(program, path + ["--help"])
      #expect(help.code == 0, "\(command.path)")
      for line in help.output.split(separator: "\n") where !line.hasPrefix("USAGE: ") {
        #expect(line.count <= 80, "\(command.path): \(line)")
      }
    }
  }

  @Test(arguments: programs) func theVersionIsOne(program: String) throws {
    let text = try Programs.run(program, ["--version"]).output
    let start = "\(program) \(ProgramVersion.number)"
    #expect(text == start + "\n" || text.hasPrefix(start + " (commit "), "\(text)")
  }

  @Test func theClientsHaveTheSameVersion() throws {
    let release = "\(Programs.repository)/dev/release"
    #expect(
      try Programs.run("/usr/bin/python3", [release, "show"]).output == ProgramVersion.number + "\n"
    )
    // What is not committed is none of a test's business.
    let check = try Programs.run("/usr/bin/python3", [release, "check"])
    #expect(!check.errors.contains("dev/release set"), "\(check.errors)")
    #expect(!check.errors.contains("CHANGELOG.md"), "\(check.errors)")
  }

  @Test(.enabled(if: access("/usr/bin/mandoc", X_OK) == 0, "needs mandoc: apt-get install mandoc"))
  func manPagesPassTheLinter() throws {
    let directory = try TemporaryDirectory()
    let outcome = try Programs.run(
      "/usr/bin/python3",
      [
        "\(Programs.repository)/dev/manual/manual.py", "--programs", Programs.directory, "--out",
        directory.path, "--lint",
      ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    for page in ["man8/qacd.8", "man1/qac-cli-complete.1", "man5/qacd.toml.5"] {
      #expect(FileManager.default.fileExists(atPath: directory.file(page)), "\(page)")
    }
    let page = Programs.text(directory.file("man5/qacd.toml.5"))
    // Nothing of this machine or its user is in a page.
    #expect(!page.contains("/root") && !page.contains(FileManager.default.currentDirectoryPath))
    // Every key is there, and no flag that is none.
    #expect(page.contains("\n.It Ic limit No = 10\n") && page.contains("\n.It Ic block-list No = "))
    #expect(!page.contains(".It Ic check"))
  }

  /// The completion scripts are read by the shells that they are for.
  @Test(arguments: ["bash", "zsh", "fish"]) func completionScriptsAreRead(shell: String) throws {
    let places = ["/usr/bin/\(shell)", "/bin/\(shell)"]
    let found = places.first { access($0, X_OK) == 0 }
    let program = try #require(found, "needs \(shell): apt-get install \(shell)")
    let directory = try TemporaryDirectory()
    for name in Self.programs {
      let script = try Programs.run(name, ["--generate-completion-script", shell])
      try Data(script.output.utf8).write(to: URL(fileURLWithPath: directory.file(name)))
      let check = try Programs.run(program, ["-n", directory.file(name)])
      #expect(check.code == 0 && check.errors.isEmpty, "\(name): \(check.errors)")
    }
  }
}
