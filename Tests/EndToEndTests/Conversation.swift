// A recorded conversation with a daemon, and what of it a later version must say again.
//
// A line that begins with "> " is sent, one with "< " is its answer; a request without an answer is
// a notification. "= restart" stops the daemon and starts it anew, "= overlong" is a line longer
// than a frame may be, "# " begins a remark.

import Foundation
import QACProtocol

struct Conversation {
  enum Step {
    case say(String, answer: JSONValue?)
    case restart
  }

  /// Text that is no conversation.
  struct Malformed: Error {
    var line: String
  }

  private(set) var steps: [Step] = []

  init(_ text: String) throws {
    // By bytes: a carriage return before the newline is part of what was said.
    for bytes in text.utf8.split(separator: 0x0A) {
      let line = String(decoding: bytes, as: UTF8.self)
      switch line.prefix(2) {
      case "> ": steps.append(.say(String(line.dropFirst(2)), answer: nil))
      case "< ":
        guard case .say(let said, nil) = steps.popLast() else { throw Malformed(line: line) }
        let answer = try JSONValue(parsing: Array(line.utf8.dropFirst(2)))
        steps.append(.say(said, answer: answer))
      case "# ": continue
      case _ where line == "= restart": steps.append(.restart)
      case _ where line == "= overlong":
        let long = String(repeating: "x", count: ProtocolLimits.maximumFrameBytes + 1)
        steps.append(.say(long, answer: nil))
      default: throw Malformed(line: line)
      }
    }
  }

  /// What is wrong with `answer` where `recorded` was answered before, or nil.
  ///
  /// Members that are new are nobody's business; so is how an error is worded, how long it took,
  /// and what `status` and `metrics` count, but not that they do.
  static func difference(_ answer: JSONValue, from recorded: JSONValue) -> String? {
    guard case .array(let expected) = recorded else { return memberwise(answer, recorded, "") }
    // The answers to a batch come in any order.
    guard case .array(let answers) = answer, answers.count == expected.count else {
      return "not \(expected.count) answers"
    }
    var left = answers
    for element in expected {
      guard let found = left.firstIndex(where: { $0["id"] == element["id"] }) else {
        return "no answer to \(element["id"] ?? .null)"
      }
      if let wrong = memberwise(left.remove(at: found), element, "") { return wrong }
    }
    return nil
  }

  /// What of `status` is no count, no time and nothing of the process.
  private static let pinned = Set(
    ["protocol", "index", "labels", "profile", "clock", "sessions", "events"].map {
      "/result/\($0)"
    })

  private static func memberwise(
    _ new: JSONValue, _ old: JSONValue, _ path: String, counting: Bool = false
  ) -> String? {
    switch (new, old) {
    case (.object, .object(let members)):
      // Only `status` tells its version: nearly all of it counts something.
      let counting = counting || (path == "/result" && old["version"] != nil)
      for member in members {
        let name = String(decoding: member.name, as: UTF8.self)
        guard let value = new[name] else { return "no \(path)/\(name)" }
        let deeper = path + "/" + name
        let wrong: String?
        switch deeper {
        case "/result/took_us": wrong = value.wholeNumber == nil ? "\(deeper) is no number" : nil
        case "/error/message":
          wrong = value.utf8?.isEmpty != false ? "an error that says nothing" : nil
        case "/result/text": wrong = lostSeries(value, member.value)
        case "/result/rules": wrong = lostRules(value, member.value)
        case _ where pinned.contains(deeper): wrong = memberwise(value, member.value, deeper)
        default: wrong = memberwise(value, member.value, deeper, counting: counting)
        }
        if let wrong { return wrong }
      }
      return nil
    case (.array(let new), .array(let old)):
      if counting { return nil }
      // The ranker may have learned to weigh more.
      let isFeatures = path.hasSuffix("/features")
      let names = old.map { $0["name"] }
      let new = isFeatures ? new.filter { names.contains($0["name"]) } : new
      if new.count != old.count { return "\(new.count) and not \(old.count) in \(path)" }
      for (i, pair) in zip(new, old).enumerated() {
        if let wrong = memberwise(pair.0, pair.1, "\(path)/\(i)") { return wrong }
      }
      return nil
    default:
      let same = counting ? kind(new) == kind(old) : new == old
      return same ? nil : "\(path) is another"
    }
  }

  /// Rules are listed in any order.
  private static func lostRules(_ new: JSONValue, _ old: JSONValue) -> String? {
    guard var left = new.elements, let expected = old.elements, left.count == expected.count else {
      return "more or fewer rules"
    }
    for rule in expected {
      guard let found = left.firstIndex(where: { memberwise($0, rule, "") == nil }) else {
        return "a rule is lost"
      }
      left.remove(at: found)
    }
    return nil
  }

  /// The first series of Prometheus' text `old` that `new` lacks or has as another kind.
  private static func lostSeries(_ new: JSONValue, _ old: JSONValue) -> String? {
    func series(_ value: JSONValue) -> [Substring] {
      String(decoding: value.utf8 ?? [], as: UTF8.self).split(separator: "\n")
        .filter { $0.hasPrefix("# TYPE ") }
    }
    let there = Set(series(new))
    return series(old).first { !there.contains($0) }.map { "no \($0)" }
  }

  /// What kind of value this is: whole numbers are numbers like others.
  private static func kind(_ value: JSONValue) -> Int {
    switch value {
    case .null: 0
    case .bool: 1
    case .integer, .double: 2
    case .string: 3
    case .array: 4
    case .object: 5
    }
  }
}
