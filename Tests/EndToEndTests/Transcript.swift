// A document's commands, run as a reader would run them, and what they print held against it.
//
// Of a Markdown file every block fenced with "```console" counts, and all of them are one shell
// session. A line that starts with "$ " is a command, lines that start with "> " continue it, and
// what follows is its output. In the output
//   - "…" stands for any text within a line, and a line that is "…" for any number of lines;
//   - numbers that change from run to run need no "…": those of "took_us", "at", "pid",
//     "uptime_seconds" and "loaded_at", and durations such as "2.8 s".
// A command that ends in "&" runs on; its output is not compared, and the next command waits until
// the daemon answers on the default socket. The session starts in an empty directory of its own that
// has the repository's `data`, with a home and a runtime directory of its own.

import Foundation
import QACTestSupport
import Testing

/// The commands of a document and what they should print.
struct Transcript {
  struct Step: Equatable {
    var command: String
    var expected: [String]

    var runsOn: Bool { command.hasSuffix("&") }
  }

  var steps: [Step] = []

  /// Finds the commands of a Markdown text.
  init(markdown: String) {
    var isInside = false
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if !isInside {
        continue
      } else if line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2)), expected: []))
      } else if let last = steps.indices.last {
        if line.hasPrefix("> ") && steps[last].expected.isEmpty {
          steps[last].command += "\n" + line.dropFirst(2)
        } else {
          steps[last].expected.append(String(line))
        }
      }
    }
    // Blank lines at the end of a step are layout.
    for i in steps.indices {
      while steps[i].expected.last?.isEmpty == true { steps[i].expected.removeLast() }
    }
  }

  /// Runs the commands; returns what each printed, without blank lines at its end.
  func run() throws -> [[String]] {
    let directory = try TemporaryDirectory()
    for name in ["home", "run", "work"] {
      try FileManager.default.createDirectory(
        atPath: directory.file(name), withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
    }
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("work/data"), withDestinationPath: Programs.repository + "/data")
    var script = """
      cd '\(directory.file("work"))' || exit 1
      exec 2>&1
      ready() {
        for attempt in $(seq 600); do
          qac-cli status >/dev/null 2>&1 && return
          sleep 0.05
        done
        echo 'the daemon did not become ready:'; cat background.log
      }

      """
    for step in steps {
      script += "printf '\\001\\n'\n"
      if step.runsOn {
        script += "{ \(step.command.dropLast()) ; } >>background.log 2>&1 &\nready\n"
      } else {
        script += step.command + "\n"
      }
    }
    script += "printf '\\001\\n'\n"
    try Data(script.utf8).write(to: URL(fileURLWithPath: directory.file("script")))
    let outcome = try Programs.run(
      "/bin/bash", [directory.file("script")],
      environment: [
        "HOME": directory.file("home"), "XDG_RUNTIME_DIR": directory.file("run"), "USER": "you",
      ])
    var parts = outcome.output.components(separatedBy: "\u{1}\n")
    parts.removeFirst()
    return parts.prefix(steps.count).map { part in
      var lines = part.components(separatedBy: "\n")
      while lines.last?.isEmpty == true { lines.removeLast() }
      return lines
    }
  }

  /// Whether `actual` is what `expected` promises.
  static func matches(_ actual: [String], _ expected: [String]) -> Bool {
    let pattern = expected.map { line in
      line == "…"
        ? "(?:.*\n)*?"
        : normalized(line).components(separatedBy: "…")
          .map { NSRegularExpression.escapedPattern(for: $0) }.joined(separator: ".*") + "\n"
    }.joined()
    let text = actual.map { normalized($0) + "\n" }.joined()
    guard let expression = try? NSRegularExpression(pattern: "\\A\(pattern)\\z") else {
      return false
    }
    let whole = NSRange(text.startIndex..., in: text)
    return expression.firstMatch(in: text, range: whole) != nil
  }

  private static func normalized(_ line: String) -> String {
    var line = line
    for (pattern, template) in [
      ("(\"?(?:took_us|at|pid|uptime_seconds|loaded_at)\"?: ?)\\d+", "$1N"),
      ("\\b\\d+(?:\\.\\d+)? (ms|us|µs|s)\\b", "N $1"),
    ] {
      line = line.replacingOccurrences(of: pattern, with: template, options: .regularExpression)
    }
    return line
  }
}
