// docs/protocol.md is true: its examples are lines of this protocol, and its numbers are those of
// `ProtocolLimits`.

import Foundation
import QACProtocol
import QACTestSupport
import Testing

@Suite struct DocumentationTests {
  private func document() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: root.appendingPathComponent("docs/protocol.md"), encoding: .utf8)
  }

  /// The examples: each request and its answer.
  private func examples() throws -> [(request: String, answer: String)] {
    let lines = try document().split(separator: "\n")
    var examples: [(request: String, answer: String)] = []
    for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("→ ") {
      try #require(next.hasPrefix("← "), "no answer below \(line)")
      examples.append((String(line.dropFirst(2)), String(next.dropFirst(2))))
    }
    try #require(lines.count { $0.hasPrefix("← ") } == examples.count)
    return examples
  }

  @Test func everyExampleIsALineOfTheProtocol() throws {
    let examples = try examples()
    var methods: Set<Method> = []
    for (line, answer) in examples {
      var machine = ProtocolMachine(acceptsClientTime: true)
      var events: [ProtocolMachine.Event] = []
      machine.receive(bytes(line + "\n"), into: &events)
      var expected = try Response.decode(bytes(answer))
      var output: [UInt8] = []
      for event in events {
        switch event {
        case .refused(let error, let ticket):
          machine.refuse(error.fault, ticket, into: &output)
        case .request(let request, let ticket):
          guard let id = ticket.id else { continue }
          let at = try #require(expected.firstIndex { $0.id == id }, "\(line)")
          try check(expected.remove(at: at), answers: request, "\(line)")
          methods.insert(request.method)
          machine.reply(to: ticket, into: &output) { ResponseEncoder.pong(id: $0, into: &$1) }
        }
      }
      // The refusals have the same messages as in the document.
      let refusals = expected.map { response -> String in
        guard case .failure(let error) = response.outcome else { return "a result" }
        return error.message
      }
      for refusal in refusals {
        let message = JSONValue.text(refusal).json
        #expect(text(output).contains(text(message)), "\(line): \(text(output))")
      }
    }
    #expect(methods == Set(Method.allCases))
  }

  private func check(_ response: Response, answers request: Request, _ line: String) throws {
    let result = try response.outcome.get()
    switch request {
    case .complete(let parameters):
      #expect(try Completion(result).items?.count == parameters.items, "\(line)")
    case .retrieve: #expect(!(try Retrieval(result).items.isEmpty), "\(line)")
    case .itemsAdd(let items):
      let counts = try AddedCounts(result)
      #expect(counts.added + counts.replaced == items.count, "\(line)")
    case .itemsRemove: #expect(result["removed"]?.wholeNumber != nil, "\(line)")
    case .items: #expect(try ListedItem.list(result).allSatisfy { $0.state != nil }, "\(line)")
    case .record(let parameters):
      #expect((RecordID(result) != nil) == (parameters.item == nil), "\(line)")
    case .outcome: #expect(result["found"] == .bool(true), "\(line)")
    case .history: _ = try RecordedQuery.list(result)
    case .search: #expect(!(try SearchPage(result).hits.isEmpty), "\(line)")
    case .importEvents(let events):
      let counts = try ImportCounts(result)
      #expect(counts.recorded + counts.known + counts.ahead == events.count, "\(line)")
    case .exportEvents(let page):
      #expect(try !ExportPage(result, session: page.session).events.isEmpty, "\(line)")
    case .forget: #expect(result["forgotten"]?.wholeNumber != nil, "\(line)")
    case .block, .unblock, .pin, .unpin, .boost, .unboost: _ = try RuleChange(result)
    case .blocks: _ = try ListedRule.list(result)
    case .pins: _ = try ListedPin.list(result)
    case .boosts: _ = try ListedBoost.list(result)
    case .reload: #expect(result["index"]?.utf8 != nil, "\(line)")
    case .metrics: #expect(result["text"]?.utf8 != nil, "\(line)")
    case .status, .ping:
      #expect(result["protocol"]?.wholeNumber == Int64(ProtocolLimits.protocolVersion), "\(line)")
    }
  }

  @Test func everyErrorCodeIsInTheTable() throws {
    let document = try document()
    for code in ErrorCode.allCases {
      let row = document.split(separator: "\n").first {
        $0.hasPrefix("| \(code.rawValue) | \(code.name) |")
      }
      let found = try #require(row, "\(code)")
      #expect(found.hasSuffix(code.isTransient ? "| yes |" : "| no |"), "\(code)")
    }
  }

  @Test func everyLimitIsNamed() throws {
    // A phrase may be wrapped.
    let document = try document().replacing(/\n */, with: " ")
    let phrases = [
      "at most \(ProtocolLimits.maximumFrameBytes) bytes",
      "at most \(ProtocolLimits.maximumDepth) levels",
      "1 to \(ProtocolLimits.maximumBatchRequests) requests",
      "at most \(ProtocolLimits.maximumIDBytes) bytes as written",
      "1 to \(ProtocolLimits.maximumSessionBytes) bytes",
      "1 to \(ProtocolLimits.maximumPlaceBytes) bytes",
      "1 to \(ProtocolLimits.maximumSourceBytes) letters",
      ProtocolLimits.features.map { "`\($0)`" }.joined(separator: ", "),
      "at most \(ProtocolLimits.maximumTextBytes) bytes",
      "at most \(ProtocolLimits.maximumPreviousQueries) texts",
      "from 1 to \(ProtocolLimits.maximumLimit) ",
      "1 to \(ProtocolLimits.maximumItemIDBytes) bytes",
      "1 to \(ProtocolLimits.maximumTitleBytes) bytes",
      "at most \(ProtocolLimits.maximumItemTextBytes) bytes without",
      "at most \(ProtocolLimits.maximumPayloadBytes) bytes, as",
      "1 to \(ProtocolLimits.maximumItems) items",
      "1 to \(ProtocolLimits.maximumImportedEvents) events",
      "1 to \(ProtocolLimits.maximumItems) different ids",
      "`--limit` (\(ProtocolLimits.defaultLimit) unless told)",
      "\(ProtocolLimits.defaultHistoryLimit) unless `limit`",
      "0 to \(ProtocolLimits.maximumTime) ",
      "at most \(ProtocolLimits.maximumSocketPathBytes) bytes",
      "`protocol`, now \(ProtocolLimits.protocolVersion).",
    ]
    for phrase in phrases {
      #expect(document.contains(phrase), "\(phrase)")
    }
  }
}
