// Who a request comes from: cookies that nobody can make, networks that no day tells of another's,
// and limits that do not grow with those who try them.

import QACBinary
import QACProtocol
import QACTestSupport
import Testing

@testable import QACWeb

@Suite struct PeopleTests {
  private let keys = WebKeys(secret: Array(0..<32))

  @Test func aCookieComesBackAsItsSession() throws {
    let made = try #require(keys.newSession())
    for header in [
      "qac=\(made.cookie)", "a=b; qac=\(made.cookie); c=d", "qac=x;qac=\(made.cookie)",
    ] {
      #expect(keys.session(inCookies: header, name: "qac") == made, "\(header)")
    }
    #expect(made.name.string.hasPrefix("web:"))
    for header in ["", "qac=", "Qac=\(made.cookie)", "xqac=\(made.cookie)", "qac= \(made.cookie)"] {
      #expect(keys.session(inCookies: header, name: "qac") == nil, "\(header)")
    }
    let others = WebKeys(secret: Array(1..<33))
    #expect(others.session(inCookies: "qac=\(made.cookie)", name: "qac") == nil)
  }

  /// One bit of a cookie changed is no cookie, and neither is any other text.
  @Test(arguments: 0..<20) func noCookieCanBeMadeUp(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let made = try #require(keys.newSession())
    for _ in 0..<50 {
      var value = Array(made.cookie.utf8)
      value[random.below(value.count)] = UInt8(33 + random.below(94))
      let text = String(decoding: value, as: UTF8.self)
      if text == made.cookie { continue }
      #expect(keys.session(inCookies: "qac=\(text)", name: "qac") == nil, "seed \(seed): \(text)")
      let junk = String(decoding: (0..<32).map { _ in UInt8(random.below(256)) }, as: UTF8.self)
      #expect(keys.session(inCookies: "qac=\(junk)", name: "qac") == nil, "seed \(seed)")
    }
  }

  @Test func tenThousandCookiesInOneHeader() throws {
    let made = try #require(keys.newSession())
    let header = (0..<10_000).map { "qac=\($0)" }.joined(separator: "; ")
    #expect(keys.session(inCookies: header, name: "qac") == nil)
    #expect(keys.session(inCookies: "\(header); qac=\(made.cookie)", name: "qac") == made)
  }

  @Test func addressesHaveNetworks() throws {
    func network(_ text: String) -> [UInt8]? { NetworkAddress(text)?.network }
    #expect(network("192.0.2.7") == [4, 192, 0, 2])
    #expect(network("192.0.2.200:8080") == network("192.0.2.7"))
    #expect(network("::ffff:192.0.2.9") == network("192.0.2.7"))
    #expect(network("192.0.3.7") != network("192.0.2.7"))
    let six = try #require(network("2001:db8:1:2200::1"))
    #expect(six == [16, 0x20, 0x01, 0x0D, 0xB8, 0, 1, 0x22])
    #expect(network("[2001:db8:1:22ff:9::2]:443") == six)
    #expect(network("2001:db8:1:2300::1") != six)
    for wrong in ["", "x", "1.2.3", "1.2.3.4.5", "[::1", ":::", "1.2.3.4\u{0}", "999.1.1.1"] {
      #expect(NetworkAddress(wrong) == nil, "\(wrong)")
    }
    // A client may have sent the header, too: what the proxy added stands last.
    #expect(NetworkAddress(header: "9.9.9.9, 192.0.2.7")?.network == network("192.0.2.7"))
    #expect(NetworkAddress(header: "192.0.2.7, unknown") == nil)
    #expect(NetworkAddress(header: "192.0.2.7,") == nil)
    for (text, isLoopback) in [("127.0.0.2", true), ("::1", true), ("10.0.0.1", false)] {
      #expect(NetworkAddress(text)?.isLoopback == isLoopback)
    }
  }

  @Test func aNetworkHasAnotherNameEveryDay() throws {
    let one = try #require(NetworkAddress("192.0.2.7"))
    let other = try #require(NetworkAddress("192.0.2.8"))
    let far = try #require(NetworkAddress("192.0.3.8"))
    let name = keys.person(of: one, at: 86_400 * 5)
    #expect(keys.person(of: other, at: 86_400 * 6 - 1) == name)
    #expect(keys.person(of: one, at: 86_400 * 6) != name)
    #expect(keys.person(of: far, at: 86_400 * 5) != name)
    #expect(WebKeys(secret: Array(1..<33)).person(of: one, at: 86_400 * 5) != name)
    #expect(SessionName(bytes: name) != nil)
  }

  @Test func bucketsFillAtTheirRate() {
    var buckets = TokenBuckets(rate: 10, burst: 3, places: 64)
    let key: UInt64 = 0xABCD_EF01
    let first = (0..<5).map { _ in buckets.take(key, at: 1000) }
    #expect(first == [true, true, true, false, false])
    let second = [1050, 1110, 1110].map { buckets.take(key, at: $0) }
    #expect(second == [false, true, false])
    let third = (0..<4).map { _ in buckets.take(key, at: 90_000) }
    #expect(third == [true, true, true, false])
    // Another's bucket is its own, and without a rate there is no limit.
    let other = buckets.take(key << 3, at: 90_000)
    var unlimited = TokenBuckets(rate: 0, burst: 1)
    let all = (0..<1000).allSatisfy { _ in unlimited.take(1, at: 0) }
    #expect(other && all)
  }

  /// A bucket gives what one would that counts exactly; many keys take no memory of their own.
  @Test(arguments: 0..<20) func bucketsGiveTheirRate(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let (rate, burst) = (Double(1 + random.below(50)), Double(1 + random.below(20)))
    var buckets = TokenBuckets(rate: rate, burst: burst, places: 16)
    var time: UInt64 = 0
    var (given, tokens, expected) = (0.0, burst, 0.0)
    for _ in 0..<2000 {
      let pause = random.below(100)
      time += UInt64(pause)
      tokens = min(burst, tokens + rate * Double(pause) / 1000)
      if tokens >= 1 {
        tokens -= 1
        expected += 1
      }
      if buckets.take(42, at: time) { given += 1 }
    }
    #expect(abs(given - expected) <= 2 + expected / 100, "seed \(seed)")
    // A key that was forgotten begins anew.
    for key in 0..<1000 { _ = buckets.take(UInt64(key) &* 0x9E37_79B9_7F4A_7C15, at: time) }
    let again = buckets.take(42, at: time + 1)
    #expect(again, "seed \(seed)")
  }
}
