// Runs the commands of a transcript in a fresh home, and compares output with what a document
// shows.

import Foundation
import QACTestSupport

extension Transcript {
  /// Runs the commands; returns what each did, without blank lines at the end of its output.
  ///
  /// A command that ends the shell is the last of the results.
  func run() throws -> [Result] {
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
          qac-cli status "$@" >/dev/null 2>&1 && return
          sleep 0.05
        done
        echo 'the daemon did not become ready:'; cat background.log
        return 1
      }

      """
    for step in steps {
      if step.runsOn {
        script += "\(step.command.dropLast()) >>background.log 2>&1 &\nready \(step.socket)\n"
      } else {
        script += step.command + "\n"
      }
      script += "printf '\\001%s\\001\\n' $?\n"
    }
    try Data(script.utf8).write(to: URL(fileURLWithPath: directory.file("script")))
    let outcome = try Programs.run(
      "/bin/bash", [directory.file("script")],
      environment: [
        "HOME": directory.file("home"), "XDG_RUNTIME_DIR": directory.file("run"), "USER": "you",
      ])
    // Output, status, output, status, ...
    let parts = outcome.output.components(separatedBy: "\u{1}")
    return stride(from: 0, to: parts.count - 1, by: 2).map { i in
      var lines = parts[i].components(separatedBy: "\n")
      if i > 0 { lines.removeFirst() }
      while lines.last?.isEmpty == true { lines.removeLast() }
      return Result(lines: lines, status: Int32(parts[i + 1]) ?? -1)
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
