// Answers that the daemon writes can be read by the client.

import QACBinary
import QACProtocol
import QACTestSupport
import Testing

@Suite struct ResponseTests {
  private func result(_ json: [UInt8]) throws -> JSONValue {
    let response = try #require(try Response.decode(json).first)
    return try response.outcome.get()
  }

  @Test func completionsReadBack() throws {
    try withEvery("seed", in: 0..<500 as Range<UInt64>) { seed in
      var random = SplitMix64(seed: seed)
      let id = RequestID(Int64(seed))
      var output: [UInt8] = []
      var encoder = SuggestionsEncoder(id: id, into: &output)
      var expected: [Completion.Suggestion] = []
      let matches = Completion.Match.allCases
      for _ in 0..<random.below(12) {
        let text = random.text(maximum: 20)
        let score = Double(random.below(2_000_001) - 1_000_000) / 65_536
        let match = matches[random.below(matches.count)]
        let hasFailed = random.below(4) == 0
        text.withUnsafeBufferPointer {
          encoder.append(
            text: $0, score: score, source: "index", match: match, hasFailed: hasFailed,
            into: &output)
        }
        expected.append(
          .init(text: text, score: score, source: "index", match: match, hasFailed: hasFailed))
      }
      encoder.finish(index: "cafe".utf8, microseconds: 17, into: &output)
      #expect(!output.contains(0x0A))
      let completion = try Completion(try result(output))
      #expect(
        completion.suggestions.map(\.text) == expected.map(\.text), "seed \(seed)")
      for (found, sent) in zip(completion.suggestions, expected) {
        #expect(abs(found.score - sent.score) <= abs(sent.score) * 5.1e-6, "seed \(seed)")
        #expect(found.source == "index" && found.features.isEmpty)
        #expect(found.match == sent.match, "seed \(seed)")
        #expect(found.hasFailed == sent.hasFailed, "seed \(seed)")
      }
      let listed = completion.failedLast
      let good = listed.prefix { !$0.hasFailed }
      #expect(good == completion.suggestions.filter { !$0.hasFailed }[...], "seed \(seed)")
      let failed = listed.dropFirst(good.count)
      #expect(failed == completion.suggestions.filter { $0.hasFailed }[...], "seed \(seed)")
      #expect(completion.index == "cafe")
      #expect(completion.microseconds == 17)
    }
  }

  /// What daemons of other versions say of how a suggestion matches.
  @Test(arguments: [
    ("", Completion.Match.prefix), (#","corrected":true"#, .corrected),
    (#","match":"words""#, .words), (#","match":"of a later version""#, nil),
  ])
  func matchesOfOtherVersions(member: String, match: Completion.Match?) throws {
    let json = #"{"suggestions":[{"text":"a","source":"b"\#(member)}],"index":"","took_us":1}"#
    let completion = try Completion(JSONValue(parsing: bytes(json)))
    #expect(completion.suggestions.map(\.match) == [match])
  }

  @Test func featuresReadBack() throws {
    var output: [UInt8] = []
    var encoder = SuggestionsEncoder(id: .null, into: &output)
    bytes("a").withUnsafeBufferPointer { text in
      encoder.append(
        text: text, score: 1, source: text,
        features: [
          (name: "log_count", value: 2.5, weight: -1e-7), (name: "n", value: 0, weight: 3),
        ],
        into: &output)
    }
    encoder.finish(index: [], microseconds: 0, into: &output)
    let suggestion = try #require(try Completion(try result(output)).suggestions.first)
    #expect(suggestion.features.map(\.name) == ["log_count", "n"])
    #expect(suggestion.features.map(\.value) == [2.5, 0])
    #expect(suggestion.features.map(\.weight) == [-1e-7, 3])
  }

  @Test func historiesReadBack() throws {
    var output: [UInt8] = []
    var encoder = HistoryEncoder(id: RequestID("h"), into: &output)
    let queries: [RecordedQuery] = [
      .init(query: bytes("ünï\"c"), at: 5), .init(query: bytes("b\n"), at: -1),
      .init(
        query: bytes("q"), at: 7,
        circumstances: .init(
          thread: SessionName("t"), place: Place("/é\n"), outcome: .failed, typed: [],
          choice: Choice(taken: 2, source: bytes("session")))),
    ]
    for entry in queries {
      encoder.append(query: entry.query, at: entry.at, entry.circumstances, into: &output)
    }
    encoder.finish(into: &output)
    #expect(try RecordedQuery.list(try result(output)) == queries)
    #expect(try Response.decode(output).first?.id == RequestID("h"))
  }

  @Test func rulesReadBack() throws {
    var output: [UInt8] = []
    var encoder = RulesEncoder(id: RequestID(1), into: &output)
    encoder.append(kind: .word, text: bytes("ü\"\n"), isInFile: true, into: &output)
    encoder.append(kind: .exact, text: bytes("b"), isInFile: false, into: &output)
    encoder.finish(into: &output)
    #expect(
      try ListedRule.list(try result(output)) == [
        .init(kind: "word", text: bytes("ü\"\n"), source: "file"),
        .init(kind: "exact", text: bytes("b"), source: "method"),
      ])
  }

  @Test func otherResults() throws {
    var output: [UInt8] = []
    ResponseEncoder.forgotten(3, id: RequestID(1), into: &output)
    #expect(try result(output)["forgotten"] == .integer(3))
    output = []
    ResponseEncoder.ruleAdded(isNew: false, labels: 7, id: RequestID(1), into: &output)
    #expect(
      try RuleChange(result(output)) == RuleChange(isChanged: false, isInFile: false, labels: 7))
    output = []
    ResponseEncoder.ruleRemoved(
      existed: true, isInFile: true, labels: 0, id: RequestID(1), into: &output)
    #expect(
      try RuleChange(result(output)) == RuleChange(isChanged: true, isInFile: true, labels: 0))
    output = []
    var pins = RulesEncoder(id: RequestID(1), into: &output)
    pins.append(prefix: bytes("ü"), text: bytes("ü\"\n"), until: 5, into: &output)
    pins.append(prefix: [], text: bytes("b"), until: nil, into: &output)
    pins.finish(into: &output)
    #expect(
      try ListedPin.list(result(output)) == [
        ListedPin(prefix: bytes("ü"), text: bytes("ü\"\n"), until: 5),
        ListedPin(prefix: [], text: bytes("b")),
      ])
    output = []
    var boosts = RulesEncoder(id: RequestID(1), into: &output)
    boosts.append(kind: .prefix, text: bytes("\u{1}"), factor: 0.3, into: &output)
    boosts.finish(into: &output)
    #expect(
      try ListedBoost.list(result(output))
        == [ListedBoost(kind: "prefix", text: bytes("\u{1}"), factor: 0.3)])
    output = []
    ResponseEncoder.reloaded(index: "ab".utf8, id: RequestID(1), into: &output)
    #expect(try result(output)["index"] == .text("ab"))
    output = []
    ResponseEncoder.status([.init("labels", .integer(5))], id: RequestID(1), into: &output)
    #expect(try result(output)["protocol"] == .integer(Int64(ProtocolLimits.protocolVersion)))
    #expect(try result(output)["labels"] == .integer(5))
    output = []
    ResponseEncoder.metrics(bytes("# a\n\"b\"\n"), id: RequestID(1), into: &output)
    #expect(try result(output)["text"] == .text("# a\n\"b\"\n"))
  }

  @Test func everyErrorCodeReadsBackAndUnknownOnesSurvive() throws {
    for code in ErrorCode.allCases {
      var output: [UInt8] = []
      ResponseEncoder.error(code, message: "what; \"remedy\"", id: .null, into: &output)
      let response = try #require(try Response.decode(output).first)
      guard case .failure(let error) = response.outcome else {
        Issue.record("\(code) is no error")
        continue
      }
      #expect(error.known == code)
      #expect(error.message == "what; \"remedy\"")
    }
    let line = #"{"jsonrpc":"2.0","id":1,"error":{"code":-32099,"message":"new","data":[1]}}"#
    guard case .failure(let error) = try #require(try Response.decode(bytes(line)).first).outcome
    else {
      Issue.record("no error")
      return
    }
    #expect(error.code == -32099)
    #expect(error.known == nil)
    #expect(Set(ErrorCode.allCases.map(\.rawValue)).count == ErrorCode.allCases.count)
    #expect(
      ErrorCode.allCases.allSatisfy {
        (-32099 ... -32000).contains($0.rawValue) || (-32768 ... -32600).contains($0.rawValue)
      })
  }

  @Test(arguments: [
    "x", "7", "{}", #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","result":1}"#,
    #"{"jsonrpc":"2.0","id":true,"result":1}"#, #"{"jsonrpc":"2.0","id":1,"error":{}}"#,
    #"[{"jsonrpc":"2.0","id":1}]"#,
  ])
  func whatIsNoAnswerIsRefused(line: String) {
    #expect(throws: ResponseFault.self) { try Response.decode(bytes(line)) }
  }

  @Test(arguments: [
    "{}", "[]", #"{"suggestions":[]}"#, #"{"suggestions":[{}],"index":"","took_us":1}"#,
    #"{"suggestions":[{"text":5,"source":""}],"index":"","took_us":1}"#,
    #"{"suggestions":[],"index":5,"took_us":1}"#, #"{"suggestions":[],"index":"","took_us":1.5}"#,
  ])
  func incompleteResultsAreRefused(json: String) throws {
    let value = try JSONValue(parsing: bytes(json))
    #expect(throws: ResponseFault.self) { try Completion(value) }
    #expect(throws: ResponseFault.self) { try RecordedQuery.list(value) }
    #expect(throws: ResponseFault.self) { try RuleChange(value) }
    #expect(throws: ResponseFault.self) { try ListedRule.list(value) }
  }
}
