// Ten thousand mixed requests are answered as they were when the answers were recorded.
//
// Fixtures/recorded holds two indexes, the vocabulary of the requests and the answers.
// `MixedRequests` makes the requests from a seed, and `CanonicalAnswer` says what of an answer does
// not count. A change that is meant to change answers records them anew:
//
//     QAC_RECORD=Tests/EndToEndTests/Fixtures/recorded/answers.gz \
//       swift test --skip-build --filter RecordedSessionTests
//
// That run fails, so no recording is made unnoticed. Review the difference of the unpacked files.

import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct RecordedSessionTests {
  @Test func answersAreThoseThatWereRecorded() throws {
    let exchanges = try Recording.run(try Recording.steps())
    if let path = ProcessInfo.processInfo.environment["QAC_RECORD"], !path.isEmpty {
      try Recording.keep(exchanges, at: path)
      Issue.record("recorded \(exchanges.count) answers in \(path); unset QAC_RECORD to compare")
      return
    }
    let kept = try Recording.kept()
    try #require(kept.count == exchanges.count, "other requests than recorded: record them anew")
    let wrong = exchanges.indices.filter { kept[$0] != exchanges[$0].line }
    for i in wrong.prefix(5) {
      let (old, new) = (kept[i], exchanges[i].line)
      Issue.record(
        """
        request \(i) of \(exchanges.count): \(exchanges[i].request.prefix(1000))
        \(old.prefix(8) == new.prefix(8) ? "" : "is another than recorded: record them anew\n")\
        was answered \(old.dropFirst(9).prefix(4000))
        and is now   \(new.dropFirst(9).prefix(4000))
        """)
    }
    #expect(wrong.isEmpty, "\(wrong.count) answers differ")
  }

  /// A recording that lacks a source or an error would not hold it.
  @Test func theRecordingHoldsEverySourceMethodAndError() throws {
    let kept = Data(try Recording.kept().joined(separator: "\n").utf8)
    func occurrences(_ text: String) -> Int {
      var (count, start) = (0, kept.startIndex)
      while let found = kept.range(of: Data(text.utf8), in: start..<kept.endIndex) {
        count += 1
        start = found.upperBound
      }
      return count
    }
    for source in [
      "session", "followers", "index", "popular", "recent", "composed", "words", "corrected",
    ] {
      #expect(occurrences("\"source\":\"\(source)\"") > 50, "\(source)")
    }
    for member in [
      "\"corrected\":true", "\"features\":[", "\"queries\":[{", "\"forgotten\":1",
      "\"in_file\":true", "\"new\":true", "\"existed\":true", "\"rules\":[", "\"clock\":\"client\"",
      "# TYPE ",
      "\"profile\":\"search\"", "\"profile\":\"verbatim\"",
    ] {
      #expect(occurrences(member) > 5, "\(member)")
    }
    for code in [-32700, -32600, -32601, -32602, -32000, -32001, -32005, -32007, -32008] {
      #expect(occurrences("\"error\":{\"code\":\(code),") > 0, "\(code)")
    }
    var requests = 0
    for step in try Recording.steps() {
      switch step {
      case .ask, .tell: requests += 1
      default: break
      }
    }
    #expect(requests >= 10_000)
  }

  /// What a canonical answer leaves out, and nothing more.
  @Test(arguments: [
    (#"{"id":1,"result":{"took_us":12}}"#, #"{"id":1,"result":{"took_us":0}}"#),
    (#"{"error":{"code":-1,"message":"a \"b\" c"}}"#, #"{"error":{"code":-1,"message":"…"}}"#),
    (#"{"error":{"code":-1,"message":""}}"#, #"{"error":{"code":-1,"message":""}}"#),
    (#"{"result":{"pid":7,"events":3}}"#, #"{"result":{"pid":0,"events":3}}"#),
    (
      #"{"latency_us":{"ping":{"count":1,"mean":1.5},"record":{"count":0}},"x":{"count":2}}"#,
      #"{"latency_us":{},"x":{"count":2}}"#
    ),
    (
      ##"{"text":"# HELP a_b c d.\n# TYPE a_b gauge\na_b 12\nqacd_events 3\na{version=\"1.2\"} 4\n"}"##,
      ##"{"text":"# HELP a_b …\n# TYPE a_b gauge\na_b N\nqacd_events 3\na{version=\"\"} N\n"}"##
    ),
    (
      #"[{"id":2},{"id":1,"result":{"score":-1.5}}]"#,
      #"[{"id":1,"result":{"score":-1.5}},{"id":2}]"#
    ),
    (
      #"{"jsonrpc":"2.0","id":1,"result":{"suggestions":[{"text":"a","score":-0.50}]}}"#,
      #"{"jsonrpc":"2.0","id":1,"result":{"suggestions":[{"text":"a","score":-0.50}]}}"#
    ),
  ])
  func canonicalAnswers(answer: String, canonical: String) throws {
    #expect(try CanonicalAnswer.of(Array(answer.utf8)) == canonical)
  }
}
