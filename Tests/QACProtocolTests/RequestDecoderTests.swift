// Which lines are requests, which are not, and what their errors say.

import QACBinary
import QACProtocol
import QACTestSupport
import Testing

@Suite struct RequestDecoderTests {
  private func rpc(_ rest: String) -> String { "{\"jsonrpc\":\"2.0\",\"id\":1,\(rest)}" }

  private func name(_ text: String) throws -> SessionName { try #require(SessionName(text)) }

  @Test func everyMethod() throws {
    let session = try name("s")
    let expected: [(String, Request)] = [
      (
        #""method":"complete","params":{"prefix":"ne"}"#,
        .complete(.init(prefix: bytes("ne")))
      ),
      (
        #""method":"complete","params":{"session":"s","prefix":"","limit":3,"explain":true,"at":5}"#,
        .complete(
          .init(context: .session(session), prefix: [], limit: 3, explain: true, at: 5))
      ),
      (
        #""params":{"previous":["a","\u00e9"],"prefix":"x","explain":false},"method":"complete""#,
        .complete(.init(context: .previous([bytes("a"), bytes("é")]), prefix: bytes("x")))
      ),
      (
        #""method":"record","params":{"session":"s","query":"q","at":0}"#,
        .record(.init(session: session, query: bytes("q"), at: 0))
      ),
      (
        #""method":"history","params":{"session":"s","limit":100}"#,
        .history(.init(session: session, limit: 100))
      ),
      (
        #""method":"search","params":{"session":"s","query":"","limit":100}"#,
        .search(.init(session: session, query: [], limit: 100))
      ),
      (
        #""method":"search","params":{"place":"/p","before":"1.2.3","session":"s","query":"a b"}"#,
        .search(
          .init(
            session: session, query: bytes("a b"), before: bytes("1.2.3"), place: Place("/p")))
      ),
      (
        #""method":"complete","params":{"session":"s","prefix":"","last":true}"#,
        .complete(.init(context: .session(session), prefix: [], last: true))
      ),
      (#""method":"forget","params":{"session":"s"}"#, .forget(.init(session: session))),
      (
        #""method":"forget","params":{"session":"s","query":"q"}"#,
        .forget(.init(session: session, query: bytes("q")))
      ),
      (
        #""method":"forget","params":{"everyone":true,"until":9,"since":9}"#,
        .forget(.everyone(since: 9, until: 9))
      ),
      (
        #""method":"forget","params":{"everyone":false,"session":"s"}"#,
        .forget(.init(session: session))
      ),
      (
        #""method":"block","params":{"kind":"exact","text":"q"}"#,
        .block(.init(kind: .exact, text: bytes("q")))
      ),
      (
        #""method":"unblock","params":{"text":"*","kind":"pattern","prefix":1}"#,
        .unblock(.init(kind: .pattern, text: bytes("*")))
      ),
      (
        #""method":"block","params":{"kind":"item","text":"i 1"}"#,
        .block(.init(kind: .item, text: bytes("i 1")))
      ),
      (
        #""method":"complete","params":{"prefix":"ne","items":100}"#,
        .complete(.init(prefix: bytes("ne"), items: 100))
      ),
      (
        #""method":"record","params":{"session":"s","query":"q","item":"i"}"#,
        .record(.init(session: session, query: bytes("q"), item: ItemID("i")))
      ),
      (
        #""method":"record","params":{"kind":"cart","session":"s","query":"q","item":"i"}"#,
        .record(.init(session: session, query: bytes("q"), item: ItemID("i"), kind: .cart))
      ),
      (
        #""method":"retrieve","params":{"query":"","previous":["a"],"limit":1}"#,
        .retrieve(.init(context: .previous([bytes("a")]), query: [], limit: 1))
      ),
      (
        #""method":"items.add","params":{"items":[{"x":[],"title":"t","id":"i","weight":null}]}"#,
        .itemsAdd([.init(id: try #require(ItemID("i")), title: bytes("t"))])
      ),
      (
        "\"method\":\"items.add\",\"params\":{\"items\":[{\"id\":\"i\",\"title\":\"t\","
          + "\"payload\": [ 1,\t\"\\u0041\"] }]}",
        .itemsAdd([
          .init(
            id: try #require(ItemID("i")), title: bytes("t"), payload: bytes(#"[ 1,"\u0041"]"#))
        ])
      ),
      (
        #""method":"items.remove","params":{"ids":["i","j"]}"#,
        .itemsRemove([try #require(ItemID("i")), try #require(ItemID("j"))])
      ),
      (#""method":"items","params":{}"#, .items()),
      (#""method":"blocks""#, .blocks), (#""method":"status""#, .status),
      (#""method":"metrics""#, .metrics),
      (#""method":"reload","params":{}"#, .reload()),
      (#""method":"reload","params":{"force":true}"#, .reload(force: true)),
      (#""method":"ping","params":null"#, .ping),
      (#""\u006dethod":"p\u0069ng""#, .ping),
    ]
    for (line, request) in expected {
      let decoded = try QACProtocolTests.request(rpc(line))
      #expect(decoded.request == request, "\(line)")
      #expect(decoded.id == RequestID(1), "\(line)")
    }
  }

  @Test func nullParametersAreAbsentOnes() throws {
    let line = #""method":"complete","params":{"prefix":"x","session":null,"limit":null,"at":null}"#
    #expect(try request(rpc(line)).request == .complete(.init(prefix: bytes("x"))))
    #expect(
      refusal(rpc(#""method":"complete","params":{"prefix":null}"#))?.fault
        == .missingParameter(name: "prefix"))
  }

  @Test func unknownMembersArePassedOver() throws {
    let line =
      #"{"x":[{"id":2}],"jsonrpc":"2.0","id":1,"method":"ping","params":{"prefix":7,"y":{}}}"#
    #expect(try request(line).request == .ping)
  }

  @Test(arguments: [
    "1", "-7", "null", "\"a\"", "\"\\u0041\\\"é\"", "9223372036854775807", "-0",
    "123456789012345678901234567890",
  ])
  func idsAreEchoedAsTheyWereWritten(id: String) throws {
    let decoded = try request("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"ping\"}")
    var output: [UInt8] = []
    ResponseEncoder.recorded(id: try #require(decoded.id), into: &output)
    #expect(text(output) == "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{}}")
  }

  @Test(arguments: ["1.5", "1e3", "true", "[]", "{}"])
  func otherIDsAreRefused(id: String) {
    let error = refusal("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"ping\"}")
    #expect(error?.fault.code == .invalidRequest)
    #expect(error?.id == .null)
  }

  @Test func aLongIDIsRefused() {
    let room = ProtocolLimits.maximumIDBytes - 2
    for (length, isAccepted) in [(room, true), (room + 1, false)] {
      let id = String(repeating: "i", count: length)
      let error = refusal("{\"jsonrpc\":\"2.0\",\"id\":\"\(id)\",\"method\":\"ping\"}")
      #expect((error == nil) == isAccepted)
    }
  }

  @Test(arguments: [
    (#"{"jsonrpc":"2.0","id":1,"method":"ping""#, ErrorCode.parseError, RequestID?.some(.null)),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#, .parseError, .null),
    (#"7"#, .invalidRequest, .null), (#""ping""#, .invalidRequest, .null),
    (#"{}"#, .invalidRequest, .null), (#"{"id":1,"method":"ping"}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","id":1}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","id":1,"method":7}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","method":7}"#, .invalidRequest, .null),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":7}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[ ]}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}"#, .invalidRequest, RequestID(1)),
    (#"{"jsonrpc":"2.0","id":1,"method":"Ping"}"#, .methodNotFound, RequestID(1)),
    (#"{"jsonrpc":"2.0","method":"pong"}"#, .methodNotFound, nil),
    (#"{"jsonrpc":"2.0","method":"complete"}"#, .invalidParams, nil),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"record","params":{"session":"s"}}"#, .invalidParams,
      RequestID(1)
    ),
    (#"{"jsonrpc":"2.0","id":"x","method":"forget"}"#, .invalidParams, RequestID("x")),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"forget","params":{"everyone":false}}"#, .invalidParams,
      RequestID(1)
    ),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"forget","params":{"everyone":true,"session":"s"}}"#,
      .invalidParams, RequestID(1)
    ),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"forget","params":{"session":"s","since":2,"until":1}}"#,
      .invalidParams, RequestID(1)
    ),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"forget","params":{"everyone":true,"since":-1}}"#,
      .invalidParams, RequestID(1)
    ),
  ])
  func errorsCarryCodeAndID(line: String, code: ErrorCode, id: RequestID?) {
    let error = refusal(line)
    #expect(error?.fault.code == code, "\(line)")
    #expect(error?.id == id, "\(line)")
    #expect(error?.description.contains(";") == true, "no remedy: \(error?.description ?? "")")
  }

  /// A notification is never answered, whatever is wrong with it, as long as it is a request.
  @Test(arguments: [
    #""method":"ping","params":7"#, #""method":"ping","params":[]"#,
    #""method":"record","params":"x""#, #""params":true,"method":"pong""#,
    #""method":"ping","method":"ping""#, #""method":"ping","params":{},"params":{}"#,
    #""jsonrpc":"2.0","method":"ping""#, #""method":"complete","params":{"limit":0}"#,
  ])
  func aRequestWithoutAnIDIsNeverAnswered(rest: String) throws {
    let line = "{\"jsonrpc\":\"2.0\",\(rest)}"
    let error = try #require(refusal(line))
    #expect(error.id == nil, "\(line)")
    var machine = ProtocolMachine(acceptsClientTime: false)
    var events: [ProtocolMachine.Event] = []
    machine.receive(bytes(line + "\n[" + line + "]\n"), into: &events)
    var output: [UInt8] = []
    for event in events {
      guard case .refused(let error, let ticket) = event else {
        Issue.record("\(line) is no request")
        continue
      }
      machine.refuse(error.fault, ticket, into: &output)
    }
    #expect(events.count == 2 && output.isEmpty)
  }

  /// A line without an id that is not a request of this protocol is answered, because its sender
  /// may wait for it.
  @Test(arguments: [
    #"{"jsonrpc":"1.0","method":"ping"}"#, #"{"method":"ping"}"#, #"{"jsonrpc":"2.0"}"#,
    #"{"jsonrpc":"2.0","method":7,"params":[]}"#,
    #"{"jsonrpc":"2.0","id":{},"method":"ping","params":7}"#,
  ])
  func whatIsNoRequestIsAnswered(line: String) {
    #expect(refusal(line)?.id == .null)
  }

  @Test(arguments: ["", " ", "\\t \\n\\r\\u000b\\f"])
  func aQueryIsMoreThanWhiteSpace(query: String) throws {
    let line = rpc("\"method\":\"record\",\"params\":{\"session\":\"s\",\"query\":\"\(query)\"}")
    #expect(refusal(line)?.fault.code == .invalidParams)
    // A text that normalises to nothing under one profile is a query under another, so it is
    // accepted.
    let marks = rpc(#""method":"record","params":{"session":"s","query":" ! "}"#)
    #expect(try request(marks).request.method == .record)
    // A query that was recorded before this rule can be deleted.
    if query.isEmpty { return }
    let forget = rpc(
      "\"method\":\"forget\",\"params\":{\"session\":\"s\",\"query\":\"\(query)\"}")
    #expect(try request(forget).request.method == .forget)
  }

  @Test(arguments: [
    #""limit":0"#, #""limit":101"#, #""limit":1.5"#, #""limit":"1""#, #""limit":1e1"#,
    #""limit":99999999999999999999"#,
    #""limit":-0"#, #""explain":1"#, #""explain":"true""#, #""at":-1"#, #""at":253402300800"#,
    #""at":1.5"#, #""at":"5""#,
    #""previous":"a""#, #""previous":[1]"#, #""previous":[null]"#, #""previous":["\u0000"]"#,
    #""session":"""#, #""session":"a\nb""#, #""session":"a\u0085b""#, #""session":5"#,
    #""session":"s","previous":[]"#, #""limit":1,"limit":1"#,
  ])
  func badParametersAreRefused(parameters: String) {
    let line = rpc("\"method\":\"complete\",\"params\":{\"prefix\":\"x\",\(parameters)}")
    #expect([.invalidParams, .invalidRequest].contains(refusal(line)?.fault.code), "\(parameters)")
    #expect(refusal(line)?.id == RequestID(1))
  }

  @Test(arguments: [
    #""kind":"word""#, #""text":"q""#, #""kind":"regex","text":"q""#, #""kind":"Word","text":"q""#,
    #""kind":7,"text":"q""#, #""kind":"word","text":"""#, #""kind":"word","text":"\u0000""#,
    #""kind":"word","text":["q"]"#, #""kind":"word","kind":"word","text":"q""#,
  ])
  func badRulesAreRefused(parameters: String) {
    for method in ["block", "unblock", "unboost"] {
      let line = rpc("\"method\":\"\(method)\",\"params\":{\(parameters)}")
      #expect([.invalidParams, .invalidRequest].contains(refusal(line)?.fault.code), "\(line)")
    }
  }

  @Test(arguments: [
    (#""pin""#, #""text":"q""#), (#""pin""#, #""prefix":"q""#),
    (#""pin""#, #""prefix":7,"text":"q""#), (#""pin""#, #""prefix":"q","text":"""#),
    (#""pin""#, #""prefix":"q","text":"q","until":-1"#),
    (#""pin""#, #""prefix":"q","text":"q","until":"soon""#),
    (#""unpin""#, #""prefix":"q""#),
    (#""boost""#, #""kind":"word","text":"q""#),
    (#""boost""#, #""kind":"word","text":"q","factor":0"#),
    (#""boost""#, #""kind":"word","text":"q","factor":-2"#),
    (#""boost""#, #""kind":"word","text":"q","factor":1000.1"#),
    (#""boost""#, #""kind":"word","text":"q","factor":1e999"#),
    (#""boost""#, #""kind":"word","text":"q","factor":"2""#),
    (#""boost""#, #""kind":"word","text":"q","factor":null"#),
    (#""boost""#, #""kind":"no","text":"q","factor":2"#), (#""boost""#, #""text":"q","factor":2"#),
  ])
  func badPinsAndBoostsAreRefused(method: String, parameters: String) {
    let line = rpc("\"method\":\(method),\"params\":{\(parameters)}")
    #expect(refusal(line)?.fault.code == .invalidParams, "\(line)")
  }

  @Test(arguments: [
    (#""record""#, #""session":"s","query":"q","item":"""#),
    (#""record""#, #""session":"s","query":"q","item":"a\nb""#),
    (#""record""#, #""session":"s","query":"q","item":7"#),
    (#""record""#, #""session":"s","query":"q","item":"i","kind":"view""#),
    (#""record""#, #""session":"s","query":"q","kind":"click""#),
    (#""record""#, #""session":"s","item":"i""#),
    (#""retrieve""#, #""session":"s""#), (#""retrieve""#, #""query":"q","limit":0"#),
    (#""retrieve""#, #""query":"q","session":"s","previous":[]"#),
    (#""complete""#, #""prefix":"q","items":0"#), (#""complete""#, #""prefix":"q","items":101"#),
    (#""complete""#, #""prefix":"q","items":[]"#),
    (#""block""#, #""kind":"item","text":"a\u007f""#),
    (#""boost""#, #""kind":"item","text":"a","factor":2"#),
    (#""unboost""#, #""kind":"item","text":"a""#),
    (#""items""#, #""limit":101"#), (#""items.remove""#, ""), (#""items.remove""#, #""ids":[]"#),
    (#""items.remove""#, #""ids":"a""#), (#""items.remove""#, #""ids":[1]"#),
    (#""items.remove""#, #""ids":["a","a"]"#), (#""items.add""#, ""),
    (#""items.add""#, #""items":[]"#), (#""items.add""#, #""items":{}"#),
    (#""items.add""#, #""items":["a"]"#), (#""items.add""#, #""items":[{"id":"a"}]"#),
    (#""items.add""#, #""items":[{"title":"a"}]"#),
    (#""items.add""#, #""items":[{"id":"","title":"a"}]"#),
    (#""items.add""#, #""items":[{"id":"a","title":""}]"#),
    (#""items.add""#, #""items":[{"id":"a","title":"\u0000"}]"#),
    (#""items.add""#, #""items":[{"id":"a","title":"t","text":[]}]"#),
    (#""items.add""#, #""items":[{"id":"a","title":"t","weight":0}]"#),
    (#""items.add""#, #""items":[{"id":"a","title":"t","weight":"1"}]"#),
    (#""items.add""#, #""items":[{"id":"a","title":"t","weight":1e999}]"#),
    (#""items.add""#, #""items":[{"id":"a","title":"t"},{"id":"a","title":"u"}]"#),
  ])
  func badItemsAreRefused(method: String, parameters: String) {
    let line = rpc("\"method\":\(method),\"params\":{\(parameters)}")
    let error = refusal(line)
    #expect(error?.fault.code == .invalidParams, "\(line)")
    #expect(error?.description.contains(";") == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    #""query":"q","thread":"""#, #""query":"q","thread":7"#, #""query":"q","thread":"a\nb""#,
    #""query":"q","place":"""#, #""query":"q","place":"a\u0000""#, #""query":"q","place":[]"#,
    #""query":"q","outcome":"OK""#, #""query":"q","outcome":true"#, #""query":"q","outcome":1"#,
    #""query":"q","typed":7"#, #""query":"q","typed":"\u0000""#,
    #""query":"q","taken":-1"#, #""query":"q","taken":101"#, #""query":"q","taken":"1""#,
    #""query":"q","taken":0.5"#, #""query":"q","taken":99999999999999999999"#,
    #""query":"q","source":"index""#, #""query":"q","taken":0,"source":"index""#,
    #""query":"q","taken":1,"source":"Index""#, #""query":"q","taken":1,"source":"""#,
    #""query":"q","taken":1,"source":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa""#,
    #""query":"q","item":"i","outcome":"ok""#, #""query":"q","item":"i","typed":"""#,
    #""query":"q","item":"i","taken":0"#,
    #""id":"1.0.0000""#, #""id":"1.0.0000","outcome":"maybe""#,
    #""id":"1.0.0000","outcome":"ok","query":"q""#, #""id":"","outcome":"ok""#,
    #""id":"1.0","outcome":"ok""#, #""id":"1.0.000","outcome":"ok""#,
    #""id":"1.0.00AF","outcome":"ok""#, #""id":"+1.0.0000","outcome":"ok""#,
    #""id":"01.0.0000","outcome":"ok""#, #""id":"-1.0.0000","outcome":"ok""#,
    #""id":"1.-1.0000","outcome":"ok""#, #""id":"1.0.0000.","outcome":"ok""#,
    #""id":"9223372036854775808.0.0000","outcome":"ok""#, #""id":"1.0.+000","outcome":"ok""#,
    #""id":5,"outcome":"ok""#, #""outcome":"ok""#,
  ])
  func badCircumstancesAreRefused(parameters: String) {
    let line = rpc("\"method\":\"record\",\"params\":{\"session\":\"s\",\(parameters)}")
    let error = refusal(line)
    #expect(error?.fault.code == .invalidParams, "\(line)")
    #expect(error?.description.contains(";") == true, "\(error?.description ?? "")")
  }

  @Test func aPlaceIsBounded() throws {
    let most = ProtocolLimits.maximumPlaceBytes
    for (count, isAccepted) in [(most, true), (most + 1, false)] {
      let place = String(repeating: "p", count: count)
      let line = rpc("\"method\":\"complete\",\"params\":{\"prefix\":\"\",\"place\":\"\(place)\"}")
      #expect((refusal(line) == nil) == isAccepted)
    }
  }

  @Test func aThreadIsOfASession() throws {
    for method in ["complete", "retrieve"] {
      let rest = #""query":"q","prefix":"q","thread":"t""#
      let line = rpc("\"method\":\"\(method)\",\"params\":{\(rest)}")
      #expect(refusal(line)?.fault == .missingParameter(name: "session"))
      let other = rpc("\"method\":\"\(method)\",\"params\":{\(rest),\"previous\":[]}")
      #expect(refusal(other)?.fault == .missingParameter(name: "session"))
    }
  }

  @Test func aMemberOfAnItemIsGivenOnce() {
    let line = rpc(#""method":"items.add","params":{"items":[{"id":"a","title":"t","id":"b"}]}"#)
    #expect(refusal(line)?.fault.code == .invalidRequest)
  }

  @Test func itemsAreBounded() throws {
    func add(_ members: String) -> String {
      rpc("\"method\":\"items.add\",\"params\":{\"items\":[{\"id\":\"i\",\(members)}]}")
    }
    func text(_ count: Int) -> String { String(repeating: "x", count: count) }
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    func list(_ method: String, _ name: String, _ elements: [String]) -> String {
      let list = elements.joined(separator: ",")
      return rpc("\"method\":\"\(method)\",\"params\":{\"\(name)\":[\(list)]}")
    }
    let bounds: [(Int, (Int) -> String)] = [
      (ProtocolLimits.maximumTitleBytes, { add("\"title\":\"\(text($0))\"") }),
      (
        ProtocolLimits.maximumItemTextBytes,
        { add("\"title\":\"t\",\"text\":\"\(text($0))\"") }
      ),
      (
        ProtocolLimits.maximumPayloadBytes - 2,
        { add("\"title\":\"t\",\"payload\":\"\(text($0))\"") }
      ),
      (27, { add("\"title\":\"t\",\"payload\":\(nested($0))") }),
      (
        ProtocolLimits.maximumItemIDBytes, { list("items.remove", "ids", ["\"\(text($0))\""]) }
      ),
      (
        ProtocolLimits.maximumItems,
        { list("items.remove", "ids", (0..<$0).map { "\"\($0)\"" }) }
      ),
      (
        ProtocolLimits.maximumItems,
        { list("items.add", "items", (0..<$0).map { "{\"id\":\"\($0)\",\"title\":\"t\"}" }) }
      ),
    ]
    for (limit, line) in bounds {
      #expect(refusal(line(limit)) == nil, "\(limit)")
      let error = try #require(refusal(line(limit + 1)), "\(limit)")
      #expect(error.fault.code == .invalidParams, "\(limit)")
    }
  }

  @Test func textsAreBounded() {
    let exact = String(repeating: "é", count: ProtocolLimits.maximumTextBytes / 2)
    for method in ["complete", "record", "forget"] {
      let key = method == "complete" ? "prefix" : "query"
      func line(_ text: String) -> String {
        rpc("\"method\":\"\(method)\",\"params\":{\"session\":\"s\",\"\(key)\":\"\(text)\"}")
      }
      #expect(refusal(line(exact)) == nil)
      #expect(refusal(line(exact + "x"))?.fault.code == .invalidParams)
      #expect(refusal(line("a\\u0000"))?.fault.code == .invalidParams)
      #expect((refusal(line("")) == nil) == (method == "complete"))
    }
    func previous(_ count: Int) -> String {
      let list = [String](repeating: "\"a\"", count: count).joined(separator: ",")
      return rpc("\"method\":\"complete\",\"params\":{\"prefix\":\"\",\"previous\":[\(list)]}")
    }
    #expect(refusal(previous(ProtocolLimits.maximumPreviousQueries)) == nil)
    #expect(
      refusal(previous(ProtocolLimits.maximumPreviousQueries + 1))?.fault.code == .invalidParams)
  }

  @Test func theTextsOfErrorsTellTheLimits() throws {
    let named: [(String, Int)] = [
      (#""limit":0"#, ProtocolLimits.maximumLimit),
      (#""prefix":1"#, ProtocolLimits.maximumTextBytes),
      (#""session":"""#, ProtocolLimits.maximumSessionBytes),
    ]
    for (parameters, limit) in named {
      let error = try #require(refusal(rpc("\"method\":\"complete\",\"params\":{\(parameters)}")))
      #expect(error.description.contains("\(limit)"), "\(error)")
    }
    let list = [String](repeating: "\"\"", count: 65).joined(separator: ",")
    let error = refusal(rpc("\"method\":\"complete\",\"params\":{\"previous\":[\(list)]}"))
    #expect(error?.description.contains("\(ProtocolLimits.maximumPreviousQueries)") == true)
    #expect(Time.lastSecond == ProtocolLimits.maximumTime)
  }

  /// 9999-12-31T23:59:59Z by the days from 1970 (Gregorian: 365 per year and the leap days).
  private enum Time {
    static let lastSecond: Int64 = {
      let leapDays = (1970...9999).count { $0 % 4 == 0 && ($0 % 100 != 0 || $0 % 400 == 0) }
      return Int64(8030 * 365 + leapDays) * 86_400 - 1
    }()
  }

  @Test func timeIsRefusedWithoutTheClientsClock() {
    let complete = rpc(#""method":"complete","params":{"prefix":"","at":5}"#)
    let record = rpc(#""method":"record","params":{"session":"s","query":"q","at":5}"#)
    let retrieve = rpc(#""method":"retrieve","params":{"query":"","at":5}"#)
    for line in [complete, record, retrieve] {
      #expect(refusal(line, acceptsClientTime: true) == nil)
      let error = refusal(line, acceptsClientTime: false)
      #expect(error?.fault == .clientTimeRefused)
      #expect(error?.description.contains("--clock client") == true)
    }
    let null = rpc(#""method":"complete","params":{"prefix":"","at":null}"#)
    #expect(refusal(null, acceptsClientTime: false) == nil)
  }

  @Test func noErrorRepeatsWhatWasSent() {
    let canary = "canary-1f9"
    let lines = [
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(canary)\"}", "\(canary)", "\"\(canary)",
      rpc("\"method\":\"complete\",\"params\":{\"prefix\":[\"\(canary)\"]}"),
      rpc("\"method\":\"complete\",\"params\":{\"\(canary)\":1}"),
      rpc(
        "\"method\":\"record\",\"params\":{\"session\":\"\(canary)\\n\",\"query\":\"\(canary)\"}"),
      rpc("\"method\":\"record\",\"params\":{\"session\":\"s\",\"query\":\"\(canary)\\x\"}"),
      rpc("\"method\":\"items.add\",\"params\":{\"items\":[{\"id\":\"\(canary)\"}]}"),
      rpc("\"method\":\"items.remove\",\"params\":{\"ids\":[\"\(canary)\",\"\(canary)\"]}"),
    ]
    for line in lines {
      let error = refusal(line)
      #expect(error != nil)
      #expect(error?.description.contains(canary) == false)
    }
  }

  @Test func whatIsEncodedDecodes() throws {
    try withEvery("seed", in: 0..<2000 as Range<UInt64>) { seed in
      var random = SplitMix64(seed: seed)
      let sent = random.request()
      let id = random.below(3) == 0 ? nil : RequestID(Int64(random.below(1000)))
      var line: [UInt8] = []
      RequestEncoder.append(sent, id: id, to: &line)
      #expect(line.last == 0x0A && line.dropLast().allSatisfy { $0 != 0x0A })
      let decoded = try request(text(line.dropLast()))
      #expect(decoded.request == sent, "seed \(seed): \(text(line))")
      #expect(decoded.id == id, "seed \(seed)")
    }
  }
}
