// The bytes of this version of the protocol. A change here is a change that other people's programs
// see: if it breaks an old client, `ProtocolLimits.protocolVersion` rises.

import Foundation
import QACProtocol
import QACTestSupport
import Testing

@Suite struct GoldenTests {
  private func lines(_ name: String) throws -> [String] {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let content = try String(
      contentsOf: directory.appendingPathComponent("Fixtures/\(name)"), encoding: .utf8)
    return content.split(separator: "\n").map(String.init)
  }

  @Test func requestsOfVersion1() throws {
    let session = try #require(SessionName("ada é"))
    func id(_ text: String) throws -> ItemID { try #require(ItemID(text)) }
    let requests: [(Request, RequestID?)] = [
      (.complete(.init(prefix: [])), RequestID(0)),
      (
        .complete(
          .init(
            context: .session(session), prefix: bytes("ga\"r\\d\u{01}"), limit: 5, explain: true,
            at: 1_767_225_600)), RequestID(-1)
      ),
      (
        .complete(.init(context: .previous([bytes("a"), bytes("水😀")]), prefix: bytes("x"))),
        RequestID("k")
      ),
      (.record(.init(session: session, query: bytes("tab\there"), at: 5)), RequestID(7)),
      (.record(.init(session: session, query: bytes("q"))), nil),
      (.history(.init(session: session, limit: 100)), RequestID(.max)),
      (.forget(.init(session: session, query: bytes("q"))), RequestID.null),
      (.forget(.init(session: session)), RequestID(1)),
      (.block(.init(kind: .word, text: bytes("a\"b"))), RequestID(1)),
      (.unblock(.init(kind: .pattern, text: bytes("*\\*"))), RequestID(2)),
      (.blocks, RequestID(3)),
      (.status, RequestID(1)), (.reload(), RequestID(1)), (.ping, RequestID(1)),
      (.reload(force: true), RequestID(4)),
      (.forget(.everyone()), RequestID(5)),
      (.forget(.everyone(query: bytes("q"), since: 1, until: 2)), RequestID(6)),
      (.forget(.init(session: session, since: 3)), RequestID(7)),
      (.metrics, RequestID(8)),
      (.pin(.init(prefix: [], text: bytes("a\"b"))), RequestID(9)),
      (.pin(.init(prefix: bytes("a"), text: bytes("ab"), until: 5)), RequestID(10)),
      (.unpin(.init(prefix: bytes("a"), text: bytes("ab"))), RequestID(11)),
      (.pins, RequestID(12)),
      (.boost(.init(rule: .init(kind: .word, text: bytes("a")), factor: 2.5)), RequestID(13)),
      (.unboost(.init(kind: .word, text: bytes("a"))), RequestID(14)),
      (.boosts, RequestID(15)),
      (.complete(.init(prefix: bytes("a"), items: 5)), RequestID(16)),
      (
        .record(.init(session: session, query: bytes("q"), item: try id("i\"1"), kind: .purchase)),
        RequestID(17)
      ),
      (
        .record(.init(session: session, query: bytes("q"), item: try id("i"), at: 5)),
        RequestID(18)
      ),
      (.retrieve(.init(query: bytes("q"))), RequestID(19)),
      (
        .retrieve(
          .init(context: .session(session), query: bytes("q"), limit: 3, explain: true, at: 5)),
        RequestID(20)
      ),
      (
        .itemsAdd([
          .init(id: try id("1"), title: bytes("T")),
          .init(
            id: try id("2"), title: bytes("T\"é"), text: bytes("x"), weight: 0.5,
            payload: bytes(#"{"a": [1, null]}"#)),
        ]), RequestID(21)
      ),
      (.itemsRemove([try id("1"), try id("2")]), RequestID(22)),
      (.items(), RequestID(23)), (.items(limit: 7), RequestID(24)),
      (.block(.init(kind: .item, text: bytes("i"))), RequestID(25)),
    ]
    let golden = try lines("requests-v1.jsonl")
    let all = requests + (try circumstanced(session))
    try #require(golden.count == all.count)
    for ((request, id), line) in zip(all, golden) {
      var output: [UInt8] = []
      RequestEncoder.append(request, id: id, to: &output)
      #expect(text(output) == line + "\n")
      let decoded = try QACProtocolTests.request(line)
      #expect(decoded.request == request && decoded.id == id)
    }
  }

  private func circumstanced(_ session: SessionName) throws -> [(Request, RequestID?)] {
    let place = try #require(Place("/srv/\u{1}é"))
    let thread = try #require(SessionName("tty1"))
    return [
      (
        .complete(
          .init(context: .session(session), thread: thread, place: place, prefix: bytes("a"))),
        RequestID(26)
      ),
      (
        .record(
          .init(
            session: session, query: bytes("q"),
            circumstances: .init(
              thread: thread, place: place, outcome: .failed, typed: [],
              choice: Choice(taken: 3, source: bytes("index"))))), RequestID(27)
      ),
      (
        .record(
          .init(
            session: session, query: bytes("q"), at: 5,
            circumstances: .init(typed: bytes("q"), choice: Choice(taken: 0)))), RequestID(28)
      ),
      (
        .outcome(
          .init(
            session: session, id: RecordID(time: 1_767_225_600, sequence: 7, check: 0xAF),
            end: .ok)), RequestID(29)
      ),
      (
        .retrieve(.init(context: .session(session), thread: thread, query: bytes("q"))),
        RequestID(30)
      ),
    ]
  }

  @Test func answersOfVersion1() throws {
    var output: [UInt8] = []
    var suggestions = SuggestionsEncoder(id: RequestID(1), into: &output)
    for (text, score) in [("plain", 1.5), ("q\"\\\u{1B}é", -0.1), ("水😀", 1e-9), ("", 3)] {
      bytes(text).withUnsafeBufferPointer {
        suggestions.append(text: $0, score: score, source: "index", into: &output)
      }
    }
    bytes("c").withUnsafeBufferPointer {
      suggestions.append(
        text: $0, score: 2, source: "index", match: .corrected, into: &output)
    }
    suggestions.finish(index: "cafe".utf8, microseconds: 12, into: &output)
    output.append(0x0A)
    let empty = SuggestionsEncoder(id: RequestID("s"), into: &output)
    empty.finish(index: "cafe".utf8, microseconds: 0, into: &output)
    output.append(0x0A)
    var history = HistoryEncoder(id: RequestID(2), into: &output)
    history.append(query: bytes("b"), at: 2, into: &output)
    history.append(query: bytes("a"), at: 1, into: &output)
    history.finish(into: &output)
    output.append(0x0A)
    ResponseEncoder.ruleAdded(isNew: true, labels: 3, id: RequestID(3), into: &output)
    output.append(0x0A)
    ResponseEncoder.ruleRemoved(
      existed: true, isInFile: false, labels: 0, id: RequestID(4), into: &output)
    output.append(0x0A)
    var rules = RulesEncoder(id: RequestID(5), into: &output)
    rules.append(kind: .exact, text: bytes("a\"é"), isInFile: false, into: &output)
    rules.append(kind: .prefix, text: bytes("b"), isInFile: true, into: &output)
    rules.finish(into: &output)
    output.append(0x0A)
    ResponseEncoder.ruleRemoved(
      existed: false, isInFile: nil, labels: 1, id: RequestID(6), into: &output)
    output.append(0x0A)
    var pins = RulesEncoder(id: RequestID(7), into: &output)
    pins.append(prefix: [], text: bytes("a\"é"), until: nil, into: &output)
    pins.append(prefix: bytes("b"), text: bytes("bc"), until: 7, into: &output)
    pins.finish(into: &output)
    output.append(0x0A)
    var boosts = RulesEncoder(id: RequestID(8), into: &output)
    boosts.append(kind: .word, text: bytes("a"), factor: 2, into: &output)
    boosts.append(kind: .pattern, text: bytes("*"), factor: 0.25, into: &output)
    boosts.finish(into: &output)
    output.append(0x0A)
    appendItemAnswers(to: &output)
    try appendCircumstancedAnswers(to: &output)
    ResponseEncoder.error(.busy, message: "too much to do; try again", id: .null, into: &output)
    output.append(0x0A)
    #expect(text(output).split(separator: "\n").map(String.init) == (try lines("answers-v1.jsonl")))
  }

  private func appendCircumstancedAnswers(to output: inout [UInt8]) throws {
    ResponseEncoder.recorded(
      RecordID(time: 5, sequence: 0, check: 0xBEEF), id: RequestID(16), into: &output)
    output.append(0x0A)
    ResponseEncoder.outcomeRecorded(found: false, id: RequestID(17), into: &output)
    output.append(0x0A)
    var history = HistoryEncoder(id: RequestID(18), into: &output)
    history.append(
      query: bytes("b"), at: 2,
      .init(
        thread: SessionName("tty1"), place: Place("/"), outcome: .ok, typed: bytes("\""),
        choice: Choice(taken: 1, source: bytes("index"))), into: &output)
    history.finish(into: &output)
    output.append(0x0A)
  }

  private func appendItemAnswers(to output: inout [UInt8]) {
    func with(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
      bytes(text).withUnsafeBufferPointer(body)
    }
    var items = ItemsEncoder(id: RequestID(9), into: &output)
    with("i\"1") { id in
      with("T\u{1B}é") { title in
        with(#"{"a": 1}"#) { payload in
          items.append(id: id, title: title, payload: payload, score: 1.5, into: &output)
          items.append(
            id: title, title: id, payload: .init(rebasing: payload[..<0]), score: -1e-9,
            arm: "lexical", features: [("bm25", 0.5, 2), ("weight", 1, 0)], into: &output)
        }
      }
    }
    items.finish(index: "cafe".utf8, microseconds: 12, into: &output)
    output.append(0x0A)
    let suggestions = SuggestionsEncoder(id: RequestID(10), into: &output)
    let none = ItemsEncoder(after: suggestions, into: &output)
    none.finish(index: "cafe".utf8, microseconds: 0, into: &output)
    output.append(0x0A)
    ResponseEncoder.itemsAdded(
      .init(added: 2, replaced: 1, indexed: 0), id: RequestID(11), into: &output)
    output.append(0x0A)
    ResponseEncoder.itemsRemoved(3, id: RequestID(12), into: &output)
    output.append(0x0A)
    var list = RulesEncoder(itemsFor: RequestID(13), into: &output)
    for state in ListedItem.State.allCases {
      list.append(item: bytes("i"), title: bytes("T\"é"), state, into: &output)
    }
    list.finish(into: &output)
    output.append(0x0A)
    ResponseEncoder.ruleAdded(isNew: true, labels: 3, items: 2, id: RequestID(14), into: &output)
    output.append(0x0A)
    ResponseEncoder.ruleRemoved(
      existed: true, isInFile: false, labels: 0, items: 1, id: RequestID(15), into: &output)
    output.append(0x0A)
  }
}
