// A document's commands, run as a reader would run them, and what they print compared with it.
//
// The blocks of a Markdown file fenced with "```console" or "```sh" count, and all of them are one
// shell session. In a console block, a line that starts with "$ " is a command, lines that start
// with "> " continue it, and the lines after that are its output. In the output
//   - "…" stands for any text within a line, and a line that is "…" for any number of lines;
//   - numbers that change from run to run need no "…": those of "took_us", "at", "pid",
//     "uptime_seconds" and "loaded_at", and durations such as "2.8 s".
// An sh block has only commands, and their output is not compared. Every command has to succeed.
//
// A comment on the line above a block decides whether it is run: "<!-- not run: REASON -->", or
// "<!-- run with: PROGRAM -->" for a block that is run only where that program is installed.
//
// A command that ends in "&" runs on; its output is not compared, and the next command waits until
// the daemon answers. The session starts in an empty directory of its own that has the repository's
// `data`, with a home and a runtime directory of its own.

import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// The commands of a document and what they should print.
struct Transcript {
  struct Step: Equatable {
    var command: String
    /// The lines that it should print; nil if the document shows no output.
    var expected: [String]?

    var runsOn: Bool { command.hasSuffix("&") }

    /// The socket that the command names, as options of qac-cli.
    var socket: String {
      let words = command.split(whereSeparator: \.isWhitespace)
      guard let at = words.firstIndex(of: "--socket"), at + 1 < words.endIndex else { return "" }
      return "--socket \(words[at + 1])"
    }
  }

  /// What a command did.
  struct Result {
    var lines: [String]
    var status: Int32
  }

  var steps: [Step] = []
  /// The reasons of the blocks that are not run.
  var reasons: [String] = []

  /// Finds the commands of a Markdown text.
  init(markdown: String) {
    var isInside = false
    var comment = ""
    var block: [String] = []
    var info = ""
    for line in markdown.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        if isInside { add(block, info: info, comment: comment) }
        info = isInside ? "" : String(line.dropFirst(3))
        if isInside { comment = "" }
        isInside.toggle()
        block = []
      } else if isInside {
        block.append(line)
      } else {
        comment = line
      }
    }
  }

  private mutating func add(_ block: [String], info: String, comment: String) {
    guard info == "console" || info == "sh" else { return }
    if let reason = Self.value("not run", comment) {
      reasons.append(reason)
    } else if let program = Self.value("run with", comment), !Self.hasProgram(program) {
      reasons.append("there is no \(program)")
    } else if info == "console" {
      addConsole(block)
    } else {
      addShell(block)
    }
  }

  /// What the comment `<!-- name: value -->` says.
  private static func value(_ name: String, _ comment: String) -> String? {
    guard comment.hasPrefix("<!-- \(name): "), comment.hasSuffix(" -->") else { return nil }
    return String(comment.dropFirst(name.count + 7).dropLast(4))
  }

  private static func hasProgram(_ name: String) -> Bool {
    access("/usr/bin/\(name)", X_OK) == 0
  }

  private mutating func addConsole(_ block: [String]) {
    for line in block {
      if line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2)), expected: []))
      } else if let last = steps.indices.last {
        if line.hasPrefix("> ") && steps[last].expected?.isEmpty == true {
          steps[last].command += "\n" + line.dropFirst(2)
        } else {
          steps[last].expected?.append(line)
        }
      }
    }
    // Blank lines at the end of a step are layout.
    for i in steps.indices {
      while steps[i].expected?.last?.isEmpty == true { steps[i].expected?.removeLast() }
    }
  }

  /// Adds commands without output: a line each, except for continued lines, loops and `<<END`.
  private mutating func addShell(_ block: [String]) {
    var command: [String] = []
    var document: String?
    for line in block {
      command.append(line)
      if document != nil {
        if line == document { document = nil }
      } else if let start = line.range(of: "<<") {
        document = line[start.upperBound...].prefix { $0.isLetter }.description
      }
      let isLoop = command[0].hasPrefix("for ") && line != "done"
      if document != nil || line.hasSuffix("\\") || isLoop { continue }
      if !line.isEmpty { steps.append(Step(command: command.joined(separator: "\n"))) }
      command = []
    }
    if !command.isEmpty { steps.append(Step(command: command.joined(separator: "\n"))) }
  }
}
