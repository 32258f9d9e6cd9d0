// The requests of a recorded session that the daemon refuses: each kind of error, in many forms.

import QACBinary

extension MixedRequests {
  /// Lines that are no JSON, or no request.
  private static let lines = [
    "nonsense", "7", "{}", "[]", "null", "\"text\"", "{", "[1,2",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":",
    "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", "{\"id\":1,\"method\":\"ping\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", "{\"jsonrpc\":\"2.0\",\"id\":1}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":7}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} x",
    "{\"jsonrpc\":\"2.0\",\"id\":01,\"method\":\"ping\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"block\",\"params\":{\"text\":\"a\",\"text\":1}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"complete\",\"params\":{\"prefix\":\"\\x\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"history\",\"params\":{\"session\":\"\\ud83d\"}}",
    " { \"jsonrpc\" : \"2.0\" , \"id\" : -7 , \"method\" : \"ping\" , \"params\" : null } \r",
    "{\"jsonrpc\":\"2.0\",\"id\":\"\\u00e9\",\"method\":\"ping\",\"more\":[{\"x\":null}]}",
    "{\"jsonrpc\":\"2.0\",\"id\":12345678901234567890,\"method\":\"ping\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":\"\(String(repeating: "i", count: 300))\",\"method\":\"ping\"}",
    String(repeating: "[", count: 40), String(repeating: "{\"a\":", count: 33),
  ]

  /// Parameters that are missing, of the wrong type, or out of range.
  private static let parameters: [(method: String, params: [(String, String)])] = [
    ("suggest", []), ("Complete", [("prefix", "\"a\"")]), ("", []),
    ("complete", []), ("complete", [("prefix", "7")]), ("complete", [("prefix", "null")]),
    ("complete", [("prefix", "\"a\""), ("limit", "0")]),
    ("complete", [("prefix", "\"a\""), ("limit", "101")]),
    ("complete", [("prefix", "\"a\""), ("limit", "1.5")]),
    ("complete", [("prefix", "\"a\""), ("limit", "\"1\"")]),
    ("complete", [("prefix", "\"a\""), ("explain", "1")]),
    ("complete", [("prefix", "\"a\\u0000\"")]),
    ("complete", [("prefix", "\"a\""), ("session", "\"\"")]),
    ("complete", [("prefix", "\"a\""), ("session", "\"s\""), ("previous", "[]")]),
    ("complete", [("prefix", "\"a\""), ("previous", "\"b\"")]),
    ("complete", [("prefix", "\"a\""), ("previous", "[7]")]),
    ("complete", [("prefix", "\"a\""), ("at", "-1")]),
    ("complete", [("prefix", "\"a\""), ("at", "253402300800")]),
    ("record", []), ("record", [("session", "\"s\"")]), ("record", [("query", "\"a\"")]),
    ("record", [("session", "\"s\""), ("query", "\"\"")]),
    ("record", [("session", "\"s\""), ("query", "\"  \\t\"")]),
    ("record", [("session", "\"a\\nb\""), ("query", "\"a\"")]),
    ("record", [("session", "\"s\""), ("query", "\"a\""), ("at", "true")]),
    ("history", []), ("history", [("session", "\"s\""), ("limit", "1000")]),
    ("forget", []), ("forget", [("everyone", "false")]),
    ("forget", [("session", "\"s\""), ("everyone", "true")]),
    ("forget", [("session", "\"s\""), ("since", "\"x\"")]),
    ("block", []), ("block", [("kind", "\"regex\""), ("text", "\"a\"")]),
    ("block", [("kind", "\"word\""), ("text", "\"\"")]),
    ("block", [("kind", "\"exact\""), ("text", "\"!!!\"")]),
    ("unblock", [("kind", "\"word\""), ("text", "\"mouse\"")]),
    ("unblock", [("kind", "\"exact\""), ("text", "\"Desk Lamp\"")]),
    ("unblock", [("kind", "\"exact\""), ("text", "\"never blocked\"")]),
    ("reload", [("force", "1")]),
  ]

  mutating func wrong() {
    switch random.below(24) {
    case 0..<10: ask(line: any(of: Self.lines))
    case 10: ask(line: "[\(Array(repeating: "7", count: 101).joined(separator: ","))]")
    case 11: ask("complete", [("prefix", "\"\(String(repeating: "a", count: 2049))\"")])
    case 12:
      let previous = Array(repeating: "\"b\"", count: 65).joined(separator: ",")
      ask("complete", [("prefix", "\"a\""), ("previous", "[\(previous)]")])
    case 13:
      ask("history", [("session", "\"\(String(repeating: "s", count: 129))\"")])
    case 14 where one(in: 4): ask(line: String(repeating: "x", count: 65_537))
    default:
      let request = any(of: Self.parameters)
      ask(request.method, request.params)
    }
  }
}
