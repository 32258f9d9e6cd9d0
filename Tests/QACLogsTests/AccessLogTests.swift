// Access logs: parameters, decoding, sessions, and the requests that are left out.

import QACBinary
import QACTestSupport
import Testing

@testable import QACLogs

struct AccessLogTests {
  private func line(
    _ target: String, from address: String = "203.0.113.9", method: String = "GET",
    status: Int = 200, agent: String = "Mozilla/5.0 (X11; Linux)", second: Int = 0
  ) -> String {
    "\(address) - - [01/Jan/2026:10:00:0\(second) +0000] \"\(method) \(target) HTTP/1.1\" \(status) 5"
      + " \"-\" \"\(agent)\"\n"
  }

  @Test func queriesAreDecoded() throws {
    let cases = [
      ("/?q=red+shoes", "red shoes"), ("/s?a=1&q=red%20shoes&b=2", "red shoes"),
      ("/?q=sch%C3%B6n", "schön"), ("/?q=100%25", "100%"), ("/?q=50%zz%4", "50%zz%4"),
      ("/?q=a%26b%3Dc#x", "a&b=c"), ("https://shop.example/find?x&q=red&q=blue", "blue"),
      ("/?q=a;b", "a;b"),
    ]
    for (target, query) in cases {
      let log = try read(line(target))
      #expect(log.report.files[0].firstRecords.map(\.query) == [query], "\(target)")
      #expect(log.observations.first?.time == 1_767_261_600)
    }
  }

  @Test func whatIsNoSearchOfAPersonIsLeftOut() throws {
    let log = try read(
      line("/?q=red") + line("/") + line("/?q=") + line("/?q=red", status: 500)
        + line("/?q=red", status: 404) + line("/?q=red&page=2") + line("/?q=red&start=10")
        + line("/?q=red&page=1&start=0") + line("/?q=red", method: "HEAD")
        + line("/?q=red", agent: "Googlebot/2.1") + line("/?q=red", agent: "curl/8.0")
        + line("/?q=red", agent: "python-requests/2"))
    #expect(log.report.observations + log.report.repeatsDropped == 2)
    #expect(
      log.report.omissions == [.noQuery: 3, .failedRequest: 2, .laterPage: 2, .robot: 3])
    #expect(log.report.badLines == 0)
    #expect(log.report.description.contains("left out: 3 robots"))
  }

  @Test func theParameterIsGuessedOrNamed() throws {
    let text = line("/?s=1") + line("/?k=red&s=1") + line("/?k=blue", second: 1)
    // `s` and `k` are as frequent, and `s` is more usual.
    #expect(try read(text).report.files[0].detail.contains("parameter s"))
    let most = text + line("/?k=green", second: 2)
    #expect(try read(most).report.files[0].detail.contains("parameter k"))
    var options = LogReadOptions()
    options.columns.parameter = "k"
    #expect(words(try read(text, options)) == ["- > red", "red > blue"])
    options.columns.parameter = "term"
    #expect(words(try read(line("/?q=x&term=red"), options)) == ["- > red"])
  }

  @Test func searchesThatComeLateAreFound() throws {
    let text = (0..<6_000).map { _ in line("/style.css") }.joined() + line("/?query=red&s=x")
    #expect(words(try read(text)) == ["- > red"])
  }

  @Test func sessionsAreAddressAndAgentHashedWithASalt() throws {
    let text =
      line("/?q=a") + line("/?q=b", second: 1) + line("/?q=c", from: "203.0.113.8", second: 2)
      + line("/?q=d", agent: "Mozilla/4", second: 3)
    func sessions(_ salt: String) throws -> [String] {
      var options = LogReadOptions()
      options.salt = salt
      let directory = try TemporaryDirectory()
      let path = try write(Array(text.utf8), in: directory)
      var names: [String] = []
      try LogReader.forEachEvent(paths: [path], options: options) { names.append($0.session) }
      return names
    }
    let names = try sessions("one")
    #expect(names[0] == names[1] && Set(names).count == 3)
    #expect(try sessions("one") == names && sessions("two")[0] != names[0])
    #expect(!names.contains { $0.contains("203") })
  }

  /// Test vector of the paper's authors: the key 00...0f and the message 00...0e.
  @Test func theHashIsSipHash() {
    let hash = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    let message = (0..<15).map { UInt8($0) }
    #expect(message.withUnsafeBufferPointer { hash.hash($0) } == 0xa129_ca61_49be_45e5)
  }

  @Test func linesThatAreNoRequestsAreBad() throws {
    let good = (0..<50).map { line("/?q=x\($0)") }.joined()
    for bad in [
      "garbage", "1 - - [x] \"GET / HTTP/1.1\" 200 5",
      "1 - - [01/Jan/2026:10:00:00 +0000] \"GET /", "1 - - [01/Foo/2026:10:00:00 +0000] \"x\" 200",
      "1 - - [01/Jan/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 999 5", "[", "\"", "][",
    ] {
      #expect(try read(good + bad + "\n").report.badReasons == [.request: 1], "\(bad)")
    }
    // An escaped quote ends no text; a request without a target has no query.
    let odd = line("/?q=a%22b\\\"c") + "1 - - [01/Jan/2026:10:00:00 +0000] \"\" 400 0\n"
    #expect(try read(good + odd).report.omissions == [.noQuery: 1])
  }
}
