// Every command that the README and docs/ show runs, in order, in a fresh home, as it is written.
//
// How a document marks a block that is not run, and why: `Transcript`.

import Foundation
import QACTestSupport
import Testing

extension Transcript {
  /// Runs the commands; each has to succeed and to print what the document says. Reports the first
  /// command that does not, because later ones depend on it.
  func check() throws {
    let results = try run()
    for (step, result) in zip(steps, results) {
      let printed = result.lines.joined(separator: "\n")
      try #require(result.status == 0, "$ \(step.command)\nfailed and printed\n\(printed)")
      guard let expected = step.expected, !step.runsOn else { continue }
      try #require(
        Transcript.matches(result.lines, expected),
        """
        $ \(step.command)
        printed
        \(printed)
        and not
        \(expected.joined(separator: "\n"))
        """)
    }
    if results.count < steps.count {
      Issue.record("$ \(steps[results.count].command)\nended the shell")
    }
  }
}

@Suite(.timeLimit(.minutes(10))) struct DocumentedCommandsTests {
  /// The README and all pages of docs/, by their paths in the repository.
  static let documents: [String] = {
    let pages =
      (try? FileManager.default.contentsOfDirectory(atPath: Programs.repository + "/docs"))
    return ["README.md"]
      + (pages ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }()

  private static func text(_ document: String) throws -> String {
    try String(contentsOfFile: "\(Programs.repository)/\(document)", encoding: .utf8)
  }

  @Test(arguments: documents) func everyShownCommandRuns(_ document: String) throws {
    try Transcript(markdown: Self.text(document)).check()
  }

  /// Commands are shown only in blocks that `Transcript` finds, and reasons are given.
  @Test func everyBlockIsRunOrHasAReason() throws {
    let names =
      "make|swift|qacd|qac-cli|qac-index|systemctl|systemd-analyze|journalctl|curl|dev/[a-z]+"
    let command = try Regex("^( *|\\$ |[A-Z_]+=\\S+ )(\(names))( .*|$)")
    var blocks = 0
    for document in Self.documents {
      let text = try Self.text(document)
      var info: String?
      var before = ""
      var isIndented = false
      for (i, line) in text.components(separatedBy: "\n").enumerated() {
        let place = "\(document):\(i + 1)"
        if line.hasPrefix("```") {
          info = info == nil ? String(line.dropFirst(3)) : nil
          if info == "sh" || info == "console" { blocks += 1 }
          continue
        }
        let isComment = line.hasPrefix("<!-- not run") || line.hasPrefix("<!-- run with")
        #expect(!isComment || line.hasSuffix(" -->"), "\(place) does not end in -->")
        // Four spaces begin a block after an empty line; otherwise they continue a list.
        isIndented = line.hasPrefix("    ") && (isIndented || before.isEmpty)
        before = line
        let mayShow = info == "sh" || info == "console" || info == "mermaid"
        if mayShow || (info == nil && !isIndented) { continue }
        let isCommand = line.wholeMatch(of: command) != nil
        #expect(!isCommand, "\(place) is a command, but not in a block of sh or console")
      }
      for reason in Transcript(markdown: text).reasons {
        #expect(reason.count >= 10, "\(document): \(reason) is no reason")
      }
    }
    #expect(blocks >= 10)
  }

  /// What prose calls a command is one: subcommands, targets of the Makefile, scripts of dev/.
  @Test func everyNamedCommandExists() throws {
    let makefile = try Self.text("Makefile")
    var known: [String: String] = [:]
    for program in ["qac-cli", "qac-index"] {
      known[program] = try Programs.run(program, ["--help"]).output
    }
    var count = 0
    for document in Self.documents {
      for match in try Self.text(document).matches(of: /`(qac-cli|qac-index|make) ([a-z][a-z-]*)/) {
        let name = String(match.2)
        let exists =
          match.1 == "make"
          ? makefile.contains("\n\(name):")
          : known[String(match.1)]?.contains("\n  \(name) ") == true
            || known[String(match.1)]?.contains("\n  \(name)\n") == true
        #expect(exists, "\(document) names \(match.1) \(name)")
        count += 1
      }
      for match in try Self.text(document).matches(of: /`(dev\/[a-z.-]+)/) {
        let path = "\(Programs.repository)/\(match.1)"
        #expect(access(path, F_OK) == 0, "\(document) names \(match.1)")
      }
    }
    #expect(count >= 20)
  }

  /// The table of flags in docs/operations.md has those of the daemon.
  @Test func everyFlagOfTheDaemonIsInTheTable() throws {
    let help = try Programs.run("qacd", ["--help"]).output
    let flags = Set(help.matches(of: /\n  (--[a-z-]+)/).map { String($0.1) })
    let section = try Self.text("docs/operations.md").components(separatedBy: "\n## ")
      .first { $0.hasPrefix("Flags and files") }
    let listed = Set(try #require(section).matches(of: /\n\| `(--[a-z-]+)/).map { String($0.1) })
    #expect(listed == flags.subtracting(["--version"]))
    #expect(listed.count > 10)
  }

  /// The units of data/systemd and the configuration that docs/operations.md shows fit together.
  @Test func theUnitsFitTheShownConfiguration() throws {
    func unit(_ name: String) throws -> String {
      try Self.text("data/systemd/\(name)").replacing("%i", with: "ada").replacing(
        "%E", with: "/etc"
      )
      .replacing("\\\n", with: " ")
    }
    let page = try Self.text("docs/operations.md")
    let toml = try #require(page.firstMatch(of: /```toml\n# (\S+)\n((?:.*\n)*?)```/))
    let values = Dictionary(
      uniqueKeysWithValues: toml.2.matches(of: /(\w+) = "(.*?)"/).map {
        (String($0.1), String($0.2))
      })
    let directory = try #require(values["dir"])
    let service = try unit("qacd@.service")
    #expect(service.contains("--index \(directory)/current.qaci "))
    #expect(service.contains("--database \(try #require(values["database"]))\n"))
    #expect(try unit("qacd@.socket").contains("ListenStream=\(try #require(values["socket"]))\n"))
    let rebuild = try unit("qac-rebuild@.service")
    #expect(rebuild.contains("--config \(toml.1)\n"))
    for text in [service, rebuild] {
      #expect(text.contains("User=ada\nStateDirectory=qacd/ada\n"))
    }
  }
}
