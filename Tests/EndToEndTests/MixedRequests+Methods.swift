// The requests of a recorded session that are in order: each method with all its parameters.

import QACBinary

extension MixedRequests {
  private static let sessions =
    (0..<20).map { "s\($0)" } + ["Zoë ☂", "a session with a longer name", "園", "quote\"d"]

  /// A session's name: the first ones often.
  private mutating func session() -> String {
    Self.sessions[random.below(random.below(Self.sessions.count) + 1)]
  }

  /// `text` as a JSON string; now and then everything beyond ASCII is escaped.
  mutating func quoted(_ text: String) -> String {
    let escapesAll = one(in: 8)
    var result = "\""
    for unit in text.unicodeScalars {
      switch unit {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where unit.value < 0x20 || escapesAll && unit.value > 0x7E:
        for code in String(unit).utf16 {
          let digits = String(code, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: result.unicodeScalars.append(unit)
      }
    }
    return result + "\""
  }

  mutating func complete() {
    ask("complete", completion())
  }

  private mutating func completion() -> [(String, String)] {
    var params: [(String, String)] = [("prefix", quoted(typed()))]
    switch random.below(10) {
    case 0..<6: params.append(("session", quoted(session())))
    case 6..<8: break
    default:
      let count = one(in: 20) ? 64 : random.below(4)
      let previous = (0..<count).map { _ in quoted(query()) }.joined(separator: ",")
      params.append(("previous", "[\(previous)]"))
    }
    if one(in: 16) {
      params += [("explain", "true"), ("limit", "\(1 + random.below(3))")]
    } else if one(in: 40) {
      params.append(("limit", one(in: 2) ? "100" : "null"))
    } else if one(in: 3) {
      params.append(("limit", "\(1 + random.below(12))"))
    }
    // Mostly soon after the last submission, sometimes when that is no context any more, sometimes
    // before it.
    let later: Int64 = one(in: 12) ? 90_000 : one(in: 12) ? -3000 : Int64(random.below(900))
    params.append(("at", "\(now + later)"))
    return params
  }

  mutating func record() {
    ask("record", submission(in: session()))
  }

  private mutating func submission(in session: String) -> [(String, String)] {
    now += Int64(random.below(90))
    if one(in: 60) { now += 7200 }
    // Clients' clocks differ.
    let at = one(in: 40) ? now - Int64(random.below(4000)) : now
    let query = query()
    submitted.append(query)
    return [("session", quoted(session)), ("query", quoted(query)), ("at", "\(at)")]
  }

  mutating func history() {
    let limit = one(in: 3) ? [("limit", "\(1 + random.below(100))")] : []
    ask("history", [("session", quoted(session()))] + limit)
  }

  mutating func forget() {
    var params: [(String, String)] = []
    let isOfEveryone = one(in: 3)
    params.append(isOfEveryone ? ("everyone", "true") : ("session", quoted(session())))
    // Now and then all of a session, but never all of everyone: too little would be left to
    // complete from.
    if isOfEveryone || !one(in: 4) {
      if one(in: 2) {
        params.append(("query", quoted(any(of: submitted))))
      } else {
        let since = now - Int64(random.below(20_000))
        params += [("since", "\(since)"), ("until", "\(since + Int64(random.below(600)))")]
      }
    }
    ask("forget", params)
  }

  mutating func changeRule() {
    // A rule of the block list file may be made a second time.
    if one(in: 8) {
      for method in ["block", "unblock"] {
        ask(method, [("kind", "\"word\""), ("text", quoted("MOUSE"))])
      }
      return
    }
    let kind = any(of: ["exact", "prefix", "word", "pattern"])
    let query = any(of: Array(queries.prefix(120)) + fresh)
    let words = query.split(separator: " ").map(String.init)
    let text: String
    switch kind {
    case "exact": text = query
    case "prefix": text = String(query.prefix(8))
    case "word": text = words[words.count - 1].uppercased()
    default: text = "*" + words[0].prefix(4) + "?*"
    }
    // A rule that stays hides what could differ: most are taken back at once.
    let params = [("kind", quoted(kind)), ("text", quoted(text))]
    ask("block", params)
    if !one(in: 6) {
      complete()
      ask("unblock", params)
    }
  }

  mutating func batch() {
    let elements = (0..<(1 + random.below(6))).map { i -> String in
      switch random.below(8) {
      case 0: Self.line(nil, "record", submission(in: session()))
      case 1, 2: Self.line("\"b\(i)\"", "record", submission(in: session()))
      case 3: "7"
      case 4: Self.line("\"b\(i)\"", "nothing", [])
      default: Self.line("\"b\(i)\"", "ping", [])
      }
    }
    // The last one is a record with an answer: it says that those without were carried out.
    let last = Self.line("\"end\"", "record", submission(in: session()))
    ask(line: "[\((elements + [last]).joined(separator: ","))]")
  }

  mutating func notify() {
    let line: String
    switch random.below(4) {
    case 0: line = Self.line(nil, "no such method", [])
    case 1: line = Self.line(nil, "record", [("session", "7")])
    default: line = Self.line(nil, "record", submission(in: session()))
    }
    tell(line: line, barrier: Self.line("\(count)", "record", submission(in: session())))
  }
}
