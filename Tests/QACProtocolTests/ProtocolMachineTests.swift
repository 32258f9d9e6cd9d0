// A connection as a value: its requests, its answers, and the lines that they come in.

import QACBinary
import QACProtocol
import QACTestSupport
import Testing

@Suite struct ProtocolMachineTests {
  /// Feeds `pieces` and answers every request at once with the shortest result of its method.
  private func answers(_ pieces: [[UInt8]], clock: Bool = true) -> [String] {
    var machine = ProtocolMachine(acceptsClientTime: clock)
    var output: [UInt8] = []
    var events: [ProtocolMachine.Event] = []
    for piece in pieces {
      machine.receive(piece, into: &events)
      for event in events { answer(event, &machine, into: &output) }
      events.removeAll()
    }
    #expect(machine.pendingReplies == 0)
    #expect(output.isEmpty || output.last == 0x0A)
    return text(output).split(separator: "\n").map(String.init)
  }

  private func answer(
    _ event: ProtocolMachine.Event, _ machine: inout ProtocolMachine, into output: inout [UInt8]
  ) {
    switch event {
    case .refused(let error, let ticket):
      machine.refuse(error.fault, ticket, into: &output)
    case .request(let request, let ticket):
      machine.reply(to: ticket, into: &output) { id, output in
        switch request {
        case .ping: ResponseEncoder.pong(id: id, into: &output)
        case .forget: ResponseEncoder.forgotten(0, id: id, into: &output)
        default: ResponseEncoder.recorded(id: id, into: &output)
        }
      }
    }
  }

  private let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
  private let pong = #"{"jsonrpc":"2.0","id":1,"result":{"protocol":1}}"#

  private func error(_ answer: String?) throws -> (code: Int?, id: RequestID) {
    let response = try #require(try Response.decode(bytes(answer ?? "")).first)
    guard case .failure(let error) = response.outcome else { return (nil, response.id) }
    return (error.code, response.id)
  }

  @Test func pipelinedRequestsAreAnsweredOneByOne() {
    everyWay(bytes("\(ping)\n\(ping)\r\n\n  \n\(ping)\n")) { pieces in
      #expect(answers(pieces) == [pong, pong, pong])
    }
  }

  @Test func aBadLineCostsNothingElse() throws {
    let stream = "\(ping)\nnot json\n\u{00}\n[]\n\(ping)\n{\"jsonrpc\":\n7\n\(ping)\n"
    try everyWay(bytes(stream)) { pieces in
      let lines = answers(pieces)
      #expect(lines.count == 8)
      #expect(lines[0] == pong && lines[4] == pong && lines[7] == pong)
      let codes = try [1, 2, 3, 5, 6].map { try error(lines[$0]).code }
      #expect(codes == [-32700, -32700, -32600, -32700, -32600])
    }
  }

  @Test func anOversizedLineIsRefusedOnceAndSkipped() throws {
    let long = [UInt8](repeating: 0x7B, count: ProtocolLimits.maximumFrameBytes + 1)
    let stream = bytes(ping + "\n") + long + bytes("\n" + ping + "\n")
    for size in [1, 1000, 65_536, stream.count] {
      let pieces = stride(from: 0, to: stream.count, by: size).map {
        Array(stream[$0..<min(stream.count, $0 + size)])
      }
      let lines = answers(pieces)
      #expect(lines.count == 3)
      #expect(lines.first == pong && lines.last == pong)
      #expect(try error(lines[1]).code == ErrorCode.frameTooLarge.rawValue)
      #expect(try error(lines[1]).id == .null)
    }
  }

  @Test func aRequestAtTheCapIsCarriedOut() {
    let room = ProtocolLimits.maximumFrameBytes - ping.utf8.count
    let stream = ping + String(repeating: " ", count: room) + "\n"
    #expect(answers([bytes(stream)]) == [pong])
    #expect(answers([bytes(" " + stream)]) != [pong])
  }

  @Test func aHalfLineIsNeverCarriedOut() {
    var machine = ProtocolMachine(acceptsClientTime: false)
    var events: [ProtocolMachine.Event] = []
    machine.receive(bytes(ping), into: &events)
    #expect(events.isEmpty)
    #expect(machine.isMidFrame)
    machine.receive([0x0A], into: &events)
    #expect(events.count == 1)
    #expect(!machine.isMidFrame)
  }

  @Test func notificationsAreCarriedOutAndNotAnswered() {
    let lines = [
      #"{"jsonrpc":"2.0","method":"ping"}"#, #"{"jsonrpc":"2.0","method":"nothing"}"#,
      #"{"jsonrpc":"2.0","method":"record","params":{}}"#, #"[{"jsonrpc":"2.0","method":"ping"}]"#,
    ]
    everyWay(bytes(lines.joined(separator: "\n") + "\n")) { pieces in
      #expect(answers(pieces).isEmpty)
    }
    var machine = ProtocolMachine(acceptsClientTime: false)
    var events: [ProtocolMachine.Event] = []
    machine.receive(bytes(lines.joined(separator: "\n") + "\n"), into: &events)
    #expect(events.count == 4)
  }

  @Test func aBatchIsAnsweredByOneLine() throws {
    let batch =
      "[\(ping),{\"jsonrpc\":\"2.0\",\"method\":\"ping\"},1,"
      + #"{"jsonrpc":"2.0","id":"b","method":"zip"}, "# + ping + "]\n"
    try everyWay(bytes(batch)) { pieces in
      let lines = answers(pieces)
      #expect(lines.count == 1)
      let responses = try Response.decode(bytes(lines[0]))
      #expect(responses.map(\.id) == [RequestID(1), .null, RequestID("b"), RequestID(1)])
      #expect(lines[0].hasPrefix("[\(pong),") && lines[0].hasSuffix(",\(pong)]"))
    }
  }

  @Test func aBatchWithABrokenElementIsRefusedAsAWhole() throws {
    let lines = answers([bytes("[\(ping),{\"jsonrpc\":}]\n")])
    #expect(lines.count == 1)
    #expect(try error(lines.first).code == ErrorCode.parseError.rawValue)
  }

  @Test func batchesAreBounded() throws {
    func batch(_ count: Int) -> [UInt8] {
      bytes("[" + [String](repeating: ping, count: count).joined(separator: ",") + "]\n")
    }
    let most = ProtocolLimits.maximumBatchRequests
    #expect(try Response.decode(bytes(answers([batch(most)])[0])).count == most)
    #expect(try error(answers([batch(most + 1)]).first).code == ErrorCode.batchTooLarge.rawValue)
    let many = bytes("[" + [String](repeating: "1", count: 30_000).joined(separator: ",") + "]\n")
    #expect(try error(answers([many]).first).code == ErrorCode.batchTooLarge.rawValue)
  }

  @Test func repliesMayComeInAnyOrder() throws {
    try withEvery("seed", in: 0..<200 as Range<UInt64>) { seed in
      var random = SplitMix64(seed: seed)
      var machine = ProtocolMachine(acceptsClientTime: false)
      var stream = ""
      var wanted = 0
      var batches = 0
      for line in 0..<6 {
        let size = random.below(4)
        let requests = (0..<max(1, size)).map { k -> String in
          let isNotification = random.below(4) == 0
          wanted += isNotification ? 0 : 1
          let id = isNotification ? "" : "\"id\":\(line * 10 + k),"
          return "{\"jsonrpc\":\"2.0\",\(id)\"method\":\"ping\"}"
        }
        batches += size == 0 ? 0 : 1
        stream += size == 0 ? requests[0] : "[" + requests.joined(separator: ",") + "]"
        stream += "\n"
      }
      var events: [ProtocolMachine.Event] = []
      machine.receive(bytes(stream), into: &events)
      #expect(machine.pendingReplies == wanted)
      events.shuffle(using: &random)
      var output: [UInt8] = []
      var written = 0
      for event in events {
        let before = (machine.heldBytes, output.count)
        answer(event, &machine, into: &output)
        written += max(0, machine.heldBytes - before.0)
        // The bytes held for a batch grow until its line is written.
        #expect(output.count > before.1 || machine.heldBytes >= before.0)
      }
      #expect(machine.pendingReplies == 0)
      #expect(machine.heldBytes == 0 && (batches == 0 || written <= output.count))
      var seen: Set<Int64> = []
      for line in text(output).split(separator: "\n") {
        let responses = try Response.decode(bytes(String(line)))
        // The answers of a batch are together in one line.
        #expect(Set(responses.map { ($0.id.integer ?? -1) / 10 }).count == 1, "seed \(seed)")
        seen.formUnion(responses.compactMap(\.id.integer))
      }
      #expect(seen.count == wanted, "seed \(seed)")
    }
  }

  @Test func mutatedFramesNeverTrap() {
    let seeds = [
      ping, "[\(ping),\(ping)]",
      #"{"jsonrpc":"2.0","id":"é\ud83d\ude00","method":"complete","params":{"session":"s","prefix":"n\u00e9","limit":5,"explain":true,"at":1700000000}}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"complete","params":{"previous":["a","b"],"prefix":"😀"}}"#,
      #"{"jsonrpc":"2.0","id":null,"method":"record","params":{"session":"s","query":"x","at":-1.5e3}}"#,
    ]
    let tokens = [
      "\"", "\\", "{", "}", "[", "]", ",", ":", "\\u", "\\ud800", "null", "-", "1e", "\n", "\u{00}",
      "é",
    ]
    for seed in 0..<20_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var frame = bytes(seeds[random.below(seeds.count)])
      for _ in 0...random.below(4) {
        let place = random.below(frame.count + 1)
        switch random.below(5) {
        case 0 where place < frame.count: frame[place] = UInt8(truncatingIfNeeded: random.next())
        case 1 where place < frame.count: frame.remove(at: place)
        case 2: frame.insert(contentsOf: bytes(tokens[random.below(tokens.count)]), at: place)
        case 3: frame.removeSubrange(place...)
        default: frame.insert(contentsOf: frame[..<place], at: place)
        }
      }
      let lines = answers([frame + bytes("\n\(ping)\n")])
      // Whatever came before, the next request is answered.
      #expect(lines.last == pong, "seed \(seed)")
      for line in lines {
        do {
          _ = try Response.decode(bytes(line))
        } catch {
          Issue.record("seed \(seed): \(error)")
        }
      }
    }
  }

  @Test func aLongReplyIsOneLineAndCountsOnce() throws {
    var machine = ProtocolMachine(acceptsClientTime: false)
    var events: [ProtocolMachine.Event] = []
    machine.receive(
      Array((#"{"jsonrpc":"2.0","id":1,"method":"blocks"}"# + "\n").utf8)
        + Array((#"{"jsonrpc":"2.0","method":"blocks"}"# + "\n").utf8), into: &events)
    let tickets = events.compactMap { event -> ProtocolMachine.Ticket? in
      guard case .request(.blocks, let ticket) = event else { return nil }
      return ticket
    }
    try #require(tickets.count == 2)
    #expect(machine.pendingReplies == 1)
    var output: [UInt8] = []
    let begun = machine.beginReply(to: tickets[0])
    let id = try #require(begun)
    var encoder = RulesEncoder(id: id, into: &output)
    encoder.append(kind: .word, text: Array("a".utf8), isInFile: true, into: &output)
    encoder.finish(into: &output)
    #expect(!output.contains(0x0A))
    machine.endReply(into: &output)
    #expect(output.count { $0 == 0x0A } == 1 && output.last == 0x0A)
    #expect(machine.pendingReplies == 0)
    let silent = machine.beginReply(to: tickets[1])
    #expect(silent == nil)
    #expect(machine.pendingReplies == 0)
  }
}
