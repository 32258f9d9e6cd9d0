// The order of turns: by a clock that the tests move, and once on a real event loop.

import NIOCore
import NIOPosix
import Testing

@testable import QACServer

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(30))) struct LoopTurnsTests {
  /// A clock, and the rounds that were asked for.
  private final class Loop {
    var now = 0
    var asked: [(moment: LoopTurns<Asker>.Moment, round: () -> Void)] = []
    /// The takers that had turns, in order.
    var had: [Int] = []

    func makeTurns() -> LoopTurns<Asker> {
      LoopTurns(now: { self.now }) { moment, round in self.asked.append((moment, round)) }
    }

    /// Runs the round that was asked for; returns when it was to run.
    @discardableResult
    func round() throws -> LoopTurns<Asker>.Moment {
      try #require(asked.count == 1)
      let (moment, round) = asked.removeFirst()
      round()
      return moment
    }
  }

  /// A taker whose requests all cost the same.
  private final class Asker: TurnTaker {
    var account = TurnAccount()
    var asksForMuch: Bool { left > 1 }
    let name: Int
    let cost: Int
    var left: Int
    private let loop: Loop

    init(_ name: Int, requests: Int, of cost: Int, _ loop: Loop) {
      self.name = name
      self.cost = cost
      self.loop = loop
      left = requests
    }

    func take(_ turn: inout Turn) -> Bool {
      loop.had.append(name)
      while left > 0, !turn.isOver {
        left -= 1
        turn.count()
        loop.now += cost
      }
      return left > 0
    }
  }

  @Test func aTurnEndsByWhatItCostsOrByItsRequests() throws {
    let loop = Loop()
    let turns = loop.makeTurns()
    let dear = Asker(0, requests: 100, of: 150, loop)
    let cheap = Asker(1, requests: 100, of: 1, loop)
    turns.add(dear)
    turns.add(cheap)
    try loop.round()
    #expect(Array(loop.had.prefix(2)) == [0, 1])
    let first = Asker(2, requests: 100, of: 150, loop)
    var turn = Turn(requests: 32, microseconds: TurnLimits.turnMicroseconds) { loop.now }
    #expect(first.take(&turn))
    #expect(first.left == 96)
    let second = Asker(3, requests: 100, of: 1, loop)
    turn = Turn(requests: 32, microseconds: TurnLimits.turnMicroseconds) { loop.now }
    #expect(second.take(&turn))
    #expect(second.left == 68)
  }

  /// However many takers flood, a round ends by time, and the loop polls before the next.
  @Test(arguments: [1, 6, 512]) func aRoundEndsByTimeHoweverManyFlood(count: Int) throws {
    let loop = Loop()
    let turns = loop.makeTurns()
    for i in 0..<count { turns.add(Asker(i, requests: .max, of: 100, loop)) }
    for number in 0..<100 {
      let before = loop.now
      let moment = try loop.round()
      #expect((moment == .soon) == (number == 0))
      #expect(
        loop.now - before < TurnLimits.roundMicroseconds + TurnLimits.turnMicroseconds + 100)
    }
  }

  @Test(arguments: [6, 512]) func whoAsksForLittleComesBeforeThoseWhoFlood(count: Int) throws {
    let loop = Loop()
    let turns = loop.makeTurns()
    let typist = Asker(-1, requests: 1, of: 300, loop)
    turns.add(typist)
    try loop.round()
    for i in 0..<count { turns.add(Asker(i, requests: .max, of: 100, loop)) }
    for _ in 0..<200 {
      // A key every 25 rounds.
      for _ in 0..<25 { try loop.round() }
      typist.left = 1
      turns.add(typist)
      loop.had = []
      try loop.round()
      #expect(loop.had.first == -1)
    }
  }

  /// Among new takers, one that asks for one thing comes before those that begin with a flood.
  @Test func aNewcomersQuestionComesBeforeANewcomersFlood() throws {
    let loop = Loop()
    let turns = loop.makeTurns()
    for i in 0..<512 { turns.add(Asker(i, requests: 400, of: 2000, loop)) }
    for number in 1...100 {
      turns.add(Asker(-number, requests: 1, of: 300, loop))
      loop.had = []
      try loop.round()
      #expect(loop.had.first == -number)
    }
  }

  /// Nor does connecting anew for every request help those that flood.
  @Test func connectingAnewWinsNothing() throws {
    let loop = Loop()
    let turns = loop.makeTurns()
    let typist = Asker(-1, requests: 1, of: 300, loop)
    turns.add(typist)
    try loop.round()
    for i in 0..<512 { turns.add(Asker(i, requests: 1, of: 500, loop)) }
    for _ in 0..<200 {
      for _ in 0..<25 {
        loop.had = []
        try loop.round()
        for name in loop.had { turns.add(Asker(name, requests: 1, of: 500, loop)) }
      }
      typist.left = 1
      turns.add(typist)
      loop.had = []
      try loop.round()
      #expect(loop.had.first == -1)
      for name in loop.had.dropFirst() { turns.add(Asker(name, requests: 1, of: 500, loop)) }
    }
  }

  @Test func whoFloodsHasAsMuchAsAnotherWhoDoes() throws {
    let loop = Loop()
    let turns = loop.makeTurns()
    for i in 0..<7 { turns.add(Asker(i, requests: .max, of: 40 + i * 30, loop)) }
    for _ in 0..<1000 { try loop.round() }
    var cost = [Int](repeating: 0, count: 7)
    for name in loop.had {
      let each = 40 + name * 30
      cost[name] += (TurnLimits.turnMicroseconds + each - 1) / each * each
    }
    let (least, most) = (cost.min() ?? 0, cost.max() ?? 0)
    #expect(most - least <= 2 * (TurnLimits.turnMicroseconds + 220))
  }

  /// Takers with one request at a time do not keep those that flood from their turns.
  @Test func whoFloodsIsNotForgotten() throws {
    let loop = Loop()
    let turns = loop.makeTurns()
    let flood = Asker(0, requests: .max, of: 100, loop)
    turns.add(flood)
    let typists = (1...40).map { Asker($0, requests: 0, of: 400, loop) }
    for _ in 0..<2000 {
      for typist in typists where typist.left == 0 {
        typist.left = 1
        turns.add(typist)
      }
      try loop.round()
    }
    let share = Double(loop.had.count { $0 == 0 }) / Double(loop.had.count)
    #expect(share > 0.0005)
  }

  /// An hour of silence does not earn an hour of turns.
  @Test func nobodySavesUp() throws {
    let loop = Loop()
    let turns = loop.makeTurns()
    let late = Asker(1, requests: .max, of: 100, loop)
    turns.add(Asker(0, requests: .max, of: 100, loop))
    for _ in 0..<10_000 { try loop.round() }
    turns.add(late)
    loop.had = []
    for _ in 0..<10 { try loop.round() }
    let counts = [0, 1].map { name in loop.had.count { $0 == name } }
    #expect(abs(counts[0] - counts[1]) <= 2)
  }

  /// A taker that is never done: unless the loop polls between rounds, this would not end.
  @Test func aLoopReadsItsSocketsWhileSomebodyFloods() async throws {
    final class Endless: TurnTaker {
      var account = TurnAccount()
      let asksForMuch = true
      func take(_ turn: inout Turn) -> Bool {
        turn.count()
        // Other threads may need the processor.
        poll(nil, 0, 1)
        return true
      }
    }
    final class Reader: ChannelInboundHandler {
      typealias InboundIn = ByteBuffer
      private let promise: EventLoopPromise<Void>
      init(_ promise: EventLoopPromise<Void>) { self.promise = promise }
      func channelRead(context: ChannelHandlerContext, data: NIOAny) { promise.succeed(()) }
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let read = loop.makePromise(of: Void.self)
    let (input, output) = try makePipe()
    let channel = try await NIOPipeBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Reader(read))
        }
      }
      .takingOwnershipOfDescriptor(input: input).get()
    let turns = try await loop.submit {
      let turns = LoopState.makeTurns(
        of: Endless.self, on: loop, pause: .microseconds(TurnLimits.pauseMicroseconds))
      turns.add(Endless())
      return NIOLoopBound(turns, eventLoop: loop)
    }.get()
    let byte: [UInt8] = [1]
    #expect(write(output, byte, 1) == 1)
    try await read.futureResult.get()
    close(output)
    try? await channel.close()
    _ = turns
    try await group.shutdownGracefully()
  }

  private func makePipe() throws -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    return (ends[0], ends[1])
  }
}
