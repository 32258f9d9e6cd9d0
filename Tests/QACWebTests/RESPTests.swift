// The decoder of the Redis protocol takes any bytes, in any pieces, within its bounds.

import QACBinary
import QACJSON
import QACProtocol
import QACTestSupport
import Testing

@testable import QACWeb

@Suite struct RESPTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func encoded(_ command: [[UInt8]]) -> [UInt8] {
    command.reduce(into: bytes("*\(command.count)\r\n")) { output, argument in
      output += bytes("$\(argument.count)\r\n") + argument + bytes("\r\n")
    }
  }

  private func decode(_ text: String) throws -> [[String]] {
    var decoder = RESPDecoder()
    decoder.append(bytes(text))
    var found: [[String]] = []
    while let command = try decoder.next() {
      found.append(command.map { String(decoding: $0, as: UTF8.self) })
    }
    return found
  }

  @Test func commandsAndLines() throws {
    #expect(try decode("*2\r\n$4\r\nPING\r\n$2\r\na\r\r\n") == [["PING", "a\r"]])
    #expect(
      try decode("PING\r\n  ECHO  x \n\r\n*0\r\n*1\r\n$0\r\n\r\n") == [
        ["PING"], ["ECHO", "x"], [""],
      ])
    #expect(try decode("*1\r\n$4\r\nPIN") == [])
  }

  @Test(arguments: [
    "*x\r\n", "*-1\r\n", "*1\r\n+OK\r\n", "*1\r\n$-1\r\n", "*1\r\n$1\r\nab\r\n", "*\r\n",
    "*1\n$4\n", "*33\r\n", "*1\r\n$99999999999999999999\r\n", "*1\r\n$16385\r\n", "*+1\r\n",
  ])
  func whatIsMalformedIsRefused(text: String) {
    #expect(throws: RESPFault.self) { try decode(text) }
  }

  @Test func aCommandIsBounded() {
    #expect(throws: RESPFault.tooLong) {
      try decode(String(repeating: "a", count: RESPDecoder.maximumBytes + 1))
    }
    let half = String(repeating: "a", count: RESPDecoder.maximumBytes / 2)
    #expect(throws: RESPFault.tooLong) {
      try decode("*3\r\n" + String(repeating: "$\(half.count)\r\n\(half)\r\n", count: 3))
    }
    #expect(throws: RESPFault.malformed) {
      try decode(String(repeating: "a ", count: 40) + "\r\n")
    }
  }

  /// Commands come back the same, however the stream is cut.
  @Test(arguments: 0..<50) func anyPieces(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let commands = (0..<20).map { _ in
      (0..<1 + random.below(5)).map { _ in
        (0..<random.below(40)).map { _ in UInt8(random.below(256)) }
      }
    }
    let stream = commands.flatMap { encoded($0) }
    var decoder = RESPDecoder()
    var found: [[[UInt8]]] = []
    var at = 0
    while at < stream.count {
      let end = min(stream.count, at + 1 + random.below(30))
      decoder.append(stream[at..<end])
      at = end
      while let command = try decoder.next() { found.append(command) }
    }
    #expect(found == commands, "seed \(seed)")
  }

  /// Any bytes give commands within the bounds or a fault, never more.
  @Test(arguments: 0..<200) func anyBytes(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = bytes("*$\r\n0123456789+-:PINGabc \u{0}") + [0xFF, 0x80]
    var stream = encoded([bytes("FT.SUGGET"), bytes("k:a"), bytes("ru")])
    for _ in 0..<1 + random.below(20) {
      let place = random.below(stream.count)
      switch random.below(3) {
      case 0: stream[place] = alphabet[random.below(alphabet.count)]
      case 1: stream.remove(at: place)
      default: stream.insert(alphabet[random.below(alphabet.count)], at: place)
      }
      if stream.isEmpty { stream = [0x2A] }
    }
    var decoder = RESPDecoder()
    var conversation = RESPConversation()
    do throws(RESPFault) {
      for byte in stream {
        decoder.append([byte])
        while let command = try decoder.next() {
          #expect((1...RESPDecoder.maximumArguments).contains(command.count), "seed \(seed)")
          if case .reply(let reply) = conversation.step(command) {
            var output: [UInt8] = []
            reply.append(to: &output, version: conversation.version)
            #expect(output.suffix(2) == [0x0D, 0x0A], "seed \(seed)")
          }
        }
      }
    } catch {
      // Refused, which ends the connection.
    }
  }

  // MARK: commands

  private func step(_ words: String...) -> RESPConversation.Step {
    var conversation = RESPConversation()
    return conversation.step(words.map(bytes))
  }

  private func error(_ step: RESPConversation.Step) -> String? {
    if case .reply(.error(let message)) = step { return message }
    return nil
  }

  @Test func suggestionsAreAskedFor() throws {
    guard
      case .complete(let asked) = step(
        "ft.sugget", "shop:ada", "ru", "FUZZY", "MAX", "3", "withscores")
    else { throw RESPFault.malformed }
    #expect(asked.fuzzy && asked.withScores && !asked.withPayloads)
    let ada = try #require(SessionName("ada"))
    #expect(
      asked.request == .complete(.init(context: .session(ada), prefix: bytes("ru"), limit: 3)))
    guard case .complete(let plain) = step("FT.SUGGET", "shop", "") else {
      throw RESPFault.malformed
    }
    #expect(plain.request == .complete(.init(context: .none, prefix: [], limit: 5)))
    let result = try JSONValue(
      parsing: bytes(
        """
        {"suggestions":[{"text":"rug","score":-1.5,"match":"prefix"},
        {"text":"rag","score":-2,"match":"corrected"}]}
        """))
    #expect(plain.reply(result) == .array([.text("rug")]))
    #expect(
      asked.reply(result) == .array([.text("rug"), .text("-1.5"), .text("rag"), .text("-2.0")]))
  }

  @Test func queriesAreRecorded() throws {
    guard case .record(let request) = step("FT.SUGADD", "shop:ada", "rug", "1", "INCR") else {
      throw RESPFault.malformed
    }
    let ada = try #require(SessionName("ada"))
    #expect(request == .record(.init(session: ada, query: bytes("rug"))))
    for wrong in [
      step("FT.SUGADD", "shop:ada", "rug", "1"), step("FT.SUGADD", "shop", "rug", "1", "INCR"),
      step("FT.SUGADD", "shop:ada", " ", "1", "INCR"),
      step("FT.SUGADD", "shop:ada", "rug", "x", "INCR"),
      step("FT.SUGADD", "shop:", "rug", "1", "INCR"), step("FT.SUGADD", "shop:ada", "rug"),
      step("FT.SUGGET", "k"), step("FT.SUGGET", "k", "p", "MAX"),
      step("FT.SUGGET", "k", "p", "MAX", "0"), step("FT.SUGGET", "k", "p", "NEAR"),
      step("FT.SUGGET", "k", "a\u{0}"), step("FLUSHALL"), step("CONFIG", "GET", "*"),
      step("FT.SUGDEL", "shop:ada", "rug"), step("CLIENT", "KILL"), step("SELECT", "1"),
    ] {
      #expect(error(wrong) != nil, "\(wrong)")
    }
  }

  @Test func theVersionIsAgreedOn() {
    var conversation = RESPConversation()
    let four = conversation.step([bytes("HELLO"), bytes("4")])
    #expect(error(four)?.hasPrefix("NOPROTO") == true)
    #expect(conversation.version == 2)
    _ = conversation.step([bytes("hello"), bytes("3")])
    #expect(conversation.version == 3)
    let password = conversation.step(["HELLO", "2", "AUTH", "a", "b"].map(bytes))
    #expect(error(password) != nil)
    var two: [UInt8] = []
    var three: [UInt8] = []
    let reply = RESPReply.map([("a", .null), ("b", .array([.integer(-1), .simple("x\r\ny")]))])
    reply.append(to: &two, version: 2)
    reply.append(to: &three, version: 3)
    #expect(two == bytes("*4\r\n$1\r\na\r\n$-1\r\n$1\r\nb\r\n*2\r\n:-1\r\n+xy\r\n"))
    #expect(three == bytes("%2\r\n$1\r\na\r\n_\r\n$1\r\nb\r\n*2\r\n:-1\r\n+xy\r\n"))
  }
}
