// An answer of the daemon without what may differ from run to run, and from version to version.
//
// Replaced are: how long things took, when something was loaded, what tells of the process, the
// machine or the program's version, and the wording of errors and help. The rest stays the bytes
// that were sent. A batch's answers come in any order, so they are put into the order of their ids.

import Foundation
import QACProtocol

enum CanonicalAnswer {
  /// What is replaced in any answer, and by what. A quotation mark within a text is escaped, so no
  /// text looks like a member.
  private static let replacements = [
    (#""took_us":\d+"#, #""took_us":0"#),
    (#""message":"(?:[^"\\]|\\.)+""#, #""message":"…""#),
    // Of `record`: earlier versions told no id.
    (#""result":\{"id":"[0-9a-f.]+"\}"#, #""result":{}"#),
    // Of `status`. What a daemon knows differs between versions. Times are counted after an answer is sent, so another connection may not see the
    // count yet. The same holds for the bytes held for clients.
    (#""version":"[^"]+""#, #""version":"""#),
    (#""features":\[("[a-z]+",?)*\],"#, ""),
    (#""(pid|uptime_seconds|loaded_at|held_bytes|slow_requests)":\d+"#, #""$1":0"#),
    (#""(index|block_list|database)_path":"[^"]+""#, #""$1_path":"""#),
    (#""(complete|waiting|session)_us":\{"count":[^}]*\}"#, #""$1_us":{}"#),
    (#""latency_us":\{("[a-z.]+":\{"count":[^}]*\},?)*\}"#, #""latency_us":{}"#),
    // Of `metrics`: the program's version, each help text, and the value of each series that is not
    // listed below.
    (#"\{version=\\"[^"\\]+\\"\}"#, #"{version=\\"\\"}"#),
    (#"# HELP ([a-z_]+) .*?(?=\\n)"#, "# HELP $1 …"),
    (
      #"(?<=\\n)((?!\#(pinned))[a-z_]+(?:\{(?:[^}\\]|\\.)*\})?) [0-9.e+-]+(?=\\n)"#, "$1 N"
    ),
  ].compactMap { pattern, template in
    (try? NSRegularExpression(pattern: pattern)).map { ($0, template) }
  }

  /// The series of `metrics` whose values follow from the requests.
  private static let pinned =
    "qacd_(sessions|events|live_events|live_queries|index_labels|index_bytes|index_blocked_labels"
    + "|block_rules|reloads_total|requests_total|errors_total|index_log_end_timestamp_seconds)[ {]"

  /// The canonical form of `answer`, a line without its newline.
  static func of(_ answer: [UInt8]) throws -> String {
    var line = String(decoding: answer, as: UTF8.self)
    if line.hasPrefix("[") { line = try sorted(answer) }
    // Most answers have one number to replace; the rest is for the others.
    let isPlain = line.hasPrefix(#"{"jsonrpc":"2.0","id":"#) && line.contains(#""suggestions":["#)
    for (expression, template) in isPlain ? replacements[..<1] : replacements[...] {
      line = expression.stringByReplacingMatches(
        in: line, range: NSRange(line.startIndex..., in: line), withTemplate: template)
    }
    return line
  }

  private static func sorted(_ batch: [UInt8]) throws -> String {
    let elements = try JSONValue(parsing: batch).elements ?? []
    let lines = elements.map { element in
      (
        id: String(decoding: (element["id"] ?? .null).json, as: UTF8.self),
        line: String(decoding: element.json, as: UTF8.self)
      )
    }
    return "["
      + lines.sorted { ($0.id, $0.line) < ($1.id, $1.line) }.map(\.line)
      .joined(separator: ",") + "]"
  }
}
