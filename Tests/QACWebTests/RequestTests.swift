// What pages and programs may send, and what they are answered.

import QACBinary
import QACJSON
import QACProtocol
import QACTestSupport
import Testing

@testable import QACWeb

@Suite struct RequestTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func query(_ text: String) throws -> WebQuery { try WebQuery(QueryString(bytes(text))) }

  @Test func parametersAreRead() throws {
    let asked = try query("q=r%C3%BCg+x%2B&limit=3&items=2&explain=true&other=1")
    #expect(asked.prefix == bytes("rüg x+") && asked.limit == 3 && asked.items == 2)
    #expect(asked.explain)
    let plain = try query("q=")
    #expect(plain.prefix.isEmpty && plain.limit == 8 && plain.items == 0 && !plain.explain)
    #expect(try query("q").prefix.isEmpty)
  }

  @Test(arguments: [
    "", "limit=3", "q=a&q=b", "q=a&limit=0", "q=a&limit=21", "q=a&limit=x", "q=a&limit=",
    "q=a&limit=+3", "q=a&limit=1e1", "q=a&items=-1", "q=a&explain=1", "q=%", "q=%2", "q=%GG",
    "q=%FF", "q=%ED%A0%80", "q=%00", "q=%C3", "q=a&limit=99999999999999999999",
  ])
  func whatIsWrongIsRefused(text: String) {
    #expect(throws: WebFault.self) { try query(text) }
  }

  @Test func textsAndParametersAreBounded() throws {
    #expect(try query("q=" + String(repeating: "a", count: 2048)).prefix.count == 2048)
    #expect(throws: WebFault.self) { try query("q=" + String(repeating: "a", count: 2049)) }
    #expect(throws: WebFault.self) { try query("q=a" + String(repeating: "&b=c", count: 32)) }
  }

  /// Any bytes are read or refused, and no fault repeats them.
  @Test(arguments: 0..<100) func anyBytes(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = bytes("q=&%+limtes{}\":,0123456789abcdefABCDEF\u{0}") + [0xC3, 0xFF, 0x80]
    let text = (0..<random.below(60)).map { _ in alphabet[random.below(alphabet.count)] }
    let marked = bytes("q=secret&limit=secret&") + text
    do throws(WebFault) {
      let asked = try WebQuery(QueryString(marked))
      #expect(asked.prefix.count <= 2048 && (1...20).contains(asked.limit), "seed \(seed)")
    } catch {
      #expect(!error.message.contains("secret"), "seed \(seed)")
    }
    for body in [text, bytes("{\"query\":\"secret\",") + text, bytes("{\"suggest\":{") + text] {
      do throws(WebFault) {
        _ = try WebRecord(body)
      } catch {
        #expect(!error.message.contains("secret") && error.status == 400, "seed \(seed)")
      }
      _ = try? WebForget(body)
      _ = try? SuggestSearch(body)
    }
  }

  @Test func recordsAreRead() throws {
    let record = try WebRecord(bytes("{\"query\":\"rug\",\"item\":\"p1\",\"kind\":\"cart\"}"))
    let session = try #require(SessionName("web:a"))
    #expect(
      record.request(of: session, person: bytes("net:1"))
        == .record(
          .init(
            session: session, query: bytes("rug"), item: ItemID(bytes: bytes("p1")), kind: .cart,
            circumstances: .init(person: bytes("net:1")))))
    for wrong in [
      "", "[]", "7", "{}", "{\"query\":7}", "{\"query\":\" \"}", "{\"query\":\"a\\u0000\"}",
      "{\"query\":\"a\",\"item\":\"\"}", "{\"query\":\"a\",\"kind\":\"cart\"}",
      "{\"query\":\"a\",\"item\":\"b\",\"kind\":\"love\"}", "{\"query\":\"a\"} x",
    ] {
      #expect(throws: WebFault.self, "\(wrong)") { try WebRecord(bytes(wrong)) }
    }
    // Who it is, is never in the body.
    let named = try WebRecord(bytes("{\"query\":\"a\",\"session\":\"ada\",\"person\":\"p\"}"))
    #expect(named == (try WebRecord(bytes("{\"query\":\"a\"}"))))
  }

  @Test func aPersonForgetsTheirOwn() throws {
    let session = try #require(SessionName("web:a"))
    for all in ["", "{}", "{\"query\":null}", "{\"everyone\":true}", "{\"session\":\"b\"}"] {
      #expect(
        try WebForget(bytes(all)).request(of: session) == .forget(.init(session: session)), "\(all)"
      )
    }
    #expect(try WebForget(bytes("{\"query\":\"a\"}")).query == bytes("a"))
    for wrong in ["[]", "x", "{\"query\":7}", "{\"query\":\"\"}"] {
      #expect(throws: WebFault.self, "\(wrong)") { try WebForget(bytes(wrong)) }
    }
  }

  @Test func originsAreThisSite() {
    let policy = OriginPolicy(allowed: ["https://Shop.example"])
    func accepts(_ origin: String?, _ site: String?, host: String? = "a.example") -> Bool {
      policy.accepts(origin: origin, fetchSite: site, host: host)
    }
    #expect(accepts(nil, nil) && accepts("https://a.example", "same-origin"))
    #expect(accepts("http://A.example", nil) && accepts("https://shop.example", "cross-site"))
    for (origin, site) in [
      ("https://evil.example", "cross-site"), ("https://evil.example", nil), ("null", nil),
      ("https://a.example", "cross-site"), (nil, "cross-site"), (nil, "same-site"), (nil, "none"),
      ("https://a.example.evil", nil), ("https://a.example:1", nil), ("", nil),
    ] {
      #expect(!accepts(origin, site), "\(origin ?? "-") \(site ?? "-")")
    }
    #expect(!accepts("https://", nil, host: nil) && !accepts("https://", nil, host: ""))
  }

  // MARK: answers

  private let result = """
    {"suggestions":[{"text":"rug","score":-1,"source":"index","match":"prefix","features":[]},
    {"text":"</script>","score":-2,"source":"index","match":"corrected","corrected":true}],
    "items":[{"id":"p","title":"Rug","score":1,"payload":{"price":1}}],"index":"x","took_us":5}
    """

  @Test func answersHoldWhatAPageNeeds() throws {
    let value = try JSONValue(parsing: bytes(result))
    let plain = """
      {"completions":[{"text":"rug","match":"prefix"},\
      {"text":"</script>","match":"corrected","corrected":true}],\
      "items":[{"id":"p","title":"Rug","payload":{"price":1}}]}
      """
    #expect(WebAnswers.completions(value, explain: false) == bytes(plain))
    let explained = try JSONValue(parsing: WebAnswers.completions(value, explain: true))
    #expect(explained["completions"]?.elements?.first?["source"] == .text("index"))
    #expect(explained["took_us"] == .integer(5) && explained["index"] == nil)
    #expect(
      WebAnswers.suggestions(of: bytes("r\""), value)
        == bytes("[\"r\\\"\",[\"rug\",\"</script>\"],[],[]]"))
    #expect(WebAnswers.suggestions(of: [], nil) == bytes("[\"\",[],[],[]]"))
    let description = String(
      decoding: WebAnswers.openSearch(
        name: "A & B", url: "https://a.example/x", results: "https://a.example/?a=1&q={searchTerms}"
      ),
      as: UTF8.self)
    #expect(description.contains("<ShortName>A &amp; B</ShortName>"))
    #expect(description.contains("?a=1&amp;q={searchTerms}"))
    #expect(description.contains("https://a.example/x/suggest?q={searchTerms}"))
  }

  @Test func elasticSearchsSuggesterIsRead() throws {
    let body = """
      {"suggest":{"text":"ru","a":{"completion":{"field":"f","size":3}},
      "b":{"prefix":"rü","completion":{"field":"f","fuzzy":{"fuzziness":1}}}}}
      """
    let search = try SuggestSearch(bytes(body))
    #expect(search.entries.map(\.prefix) == [bytes("ru"), bytes("rü")])
    #expect(search.entries.map(\.size) == [3, 5] && search.entries.map(\.fuzzy) == [false, true])
    let value = try JSONValue(parsing: bytes(result))
    let answer = try JSONValue(parsing: search.answer([value, value], milliseconds: 2))
    let found = answer["suggest"]?["a"]?.elements?.first
    #expect(found?["length"] == .integer(2))
    #expect(found?["options"]?.elements?.map { $0["text"] } == [.text("rug")])
    #expect(answer["suggest"]?["b"]?.elements?.first?["options"]?.elements?.count == 2)
    for wrong in [
      "{}", "{\"query\":{\"match_all\":{}}}", "{\"suggest\":{}}", "{\"suggest\":{\"a\":{}}}",
      "{\"suggest\":{\"a\":{\"prefix\":\"x\",\"term\":{}}}}",
      "{\"suggest\":{\"a\":{\"prefix\":\"x\",\"completion\":{\"field\":\"f\",\"size\":0}}}}",
      "{\"suggest\":{\"a\":{\"completion\":{\"field\":\"f\"}}}}",
      "{\"suggest\":{\"a\":{\"prefix\":\"x\",\"completion\":{\"field\":7}}}}",
    ] {
      #expect(throws: WebFault.self, "\(wrong)") { try SuggestSearch(bytes(wrong)) }
    }
    let many = (0..<5).map { "\"s\($0)\":{\"prefix\":\"x\",\"completion\":{\"field\":\"f\"}}" }
    #expect(throws: WebFault.self) {
      try SuggestSearch(bytes("{\"suggest\":{\(many.joined(separator: ","))}}"))
    }
  }
}
