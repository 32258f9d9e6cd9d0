// One connection: turns bytes into requests and requests into answers, and bounds both.
//
// The protocol is a value (`ProtocolMachine`). The requests are carried out in +Requests,
// +Complete, +Items and +Rules; what a connection may hold is in +Bounds. This file is the flow.
// Bytes that were read are decoded piece by piece, and their requests are carried out in turns with
// the other connections of the loop (`LoopTurns`). Everything that costs time happens in a turn:
// requests, and answers from the store. Nothing more is read while more than a piece is left, while
// the peer does not take its answers, or while too much waits for the database; then the peer's
// writes block. While at most a piece is left, the socket stays watched: its turn comes before the
// next poll, and to stop watching and begin again would cost two system calls per request.
//
// Bounds. A connection holds at most:
// - a piece, the bytes of one read (64 KiB) after it, and the unfinished line before them,
// - the requests of one piece,
// - the answers of one request beyond the mark of the write buffer,
// - `maximumRequestsInFlight` requests in the store, with answers of `maximumPromisedBytes` in all,
// - `maximumBatchBytes` of a batch's answer.
// The sum over all connections is bounded by `maximumHeldBytes`: above it, a client that holds a
// large part of it is told `busy`. A peer that takes nothing for `writeSeconds` is closed.
//
// Invariant: all of it runs on the channel's event loop.

internal import Logging
internal import NIOCore
internal import NIOExtras
internal import QACProtocol
internal import Synchronization

/// Serves one connection.
final class ConnectionHandler: ChannelDuplexHandler, TurnTaker {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Answers are handed on when they reach this many bytes, to see whether the peer takes them.
  static let outputBytes = 32 * 1024
  /// The output keeps its memory for the next answers unless it is larger than this.
  static let keptOutputBytes = 1 << 20
  /// How many bytes are decoded at once: bounds the decoded requests that wait.
  static let pieceBytes = 4096
  /// About the most bytes of answers that the store may be preparing.
  static let maximumPromisedBytes = 1 << 20
  /// A batch gets no more long answers when its answers have this many bytes.
  static let maximumBatchBytes = 4 << 20
  /// What a connection may hold, however much the others hold.
  static let fairShareBytes = 256 << 10

  let core: ServerCore
  let loop: LoopState
  let eventLoop: any EventLoop
  var machine: ProtocolMachine
  /// Requests that went to the store and have not been answered to the client.
  var inFlight = 0
  /// About the bytes of the answers that the store is preparing.
  var promisedBytes = 0
  var account = TurnAccount()
  /// The answer that is being written piece by piece; no other is written before it ends.
  var longAnswer: RulesAnswer?
  /// The completion or retrieval that is being prepared piece by piece; no other request is carried
  /// out before it.
  var longContext: PreviousContext?
  /// Whether the daemon is stopping and refuses new requests.
  private(set) var isQuiescing = false

  var context: ChannelHandlerContext?
  /// Bytes that were read and not decoded yet.
  private var input = ByteBuffer()
  private var backlog: [ProtocolMachine.Event] = []
  private var nextEvent = 0
  /// Answers from the store that wait for a turn.
  private var results: [((ConnectionHandler) -> Void)?] = []
  private var nextResult = 0
  private var isInTurn = false
  private var isReadHeld = false
  var isInputClosed = false
  var isClosing = false
  var isStallWatched = false
  var writtenBytes = 0
  /// What this connection has added to the daemon's `held`.
  var held = 0
  var lastActivity: NIODeadline
  /// When the bytes in `input` were read, in microseconds.
  private(set) var arrivedAt = 0

  init(core: ServerCore, loop: LoopState, eventLoop: any EventLoop) {
    self.core = core
    self.loop = loop
    self.eventLoop = eventLoop
    lastActivity = eventLoop.now
    machine = ProtocolMachine(acceptsClientTime: core.configuration.clock == .client)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    hold(0)
  }

  func channelActive(context: ChannelHandlerContext) {
    watchIdle(after: .seconds(core.configuration.idleSeconds))
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastActivity = eventLoop.now
    let bytes = unwrapInboundIn(data)
    if input.readableBytes == 0 {
      input = bytes
      arrivedAt = ServerClock.microseconds
    } else {
      bytes.withUnsafeReadableBytes { new in
        input.writeBytes(new)
        Self.overwrite(new)
      }
    }
    proceed()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    proceed()
    context.fireChannelWritabilityChanged()
  }

  func read(context: ChannelHandlerContext) {
    if mayRead || mayReadAhead { context.read() } else { isReadHeld = true }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      isInputClosed = true
      proceed()
    case is ChannelShouldQuiesceEvent:
      isQuiescing = true
      proceed()
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    core.logger.debug("connection failed", metadata: ["reason": "\(error)"])
    context.close(promise: nil)
  }

  /// Whether requests are left, or a part of an answer.
  var hasWork: Bool {
    nextEvent < backlog.count || input.readableBytes > 0 || longAnswer != nil
      || longContext != nil
  }

  var asksForMuch: Bool { input.readableBytes > Self.pieceBytes }

  private var hasResults: Bool { nextResult < results.count }

  private var mayRead: Bool {
    guard let context else { return false }
    return !hasWork && !isInputClosed && mayCarryOut(context)
  }

  /// Whether one more read may follow while requests are left: they are few and can be carried out,
  /// so their turn comes before the loop polls its sockets.
  private var mayReadAhead: Bool {
    guard let context else { return false }
    return nextEvent == backlog.count && !asksForMuch && longAnswer == nil && longContext == nil
      && !isInputClosed && mayCarryOut(context)
  }

  private func mayCarryOut(_ context: ChannelHandlerContext) -> Bool {
    context.channel.isWritable
      && (isQuiescing || longAnswer != nil
        || inFlight < core.configuration.maximumRequestsInFlight
          && promisedBytes < Self.maximumPromisedBytes)
  }

  /// Whether something can be done now.
  private func canGoOn(_ context: ChannelHandlerContext) -> Bool {
    hasResults && longAnswer == nil || hasWork && mayCarryOut(context)
  }

  /// Asks for a turn if there is work for one; else reads on or closes.
  private func proceed() {
    // A write may call back into here.
    guard !isInTurn, let context else { return }
    if canGoOn(context) { loop.turns.add(self) } else { settle(context) }
  }

  /// Carries out what waits, while the peer and the store keep up and the turn is not over.
  func take(_ turn: inout Turn) -> Bool {
    guard let context else { return false }
    isInTurn = true
    repeat {
      while longAnswer == nil, !turn.isOver, let result = nextStoreResult() {
        turn.count()
        result(self)
        if loop.output.count >= Self.outputBytes { write(context) }
      }
      while !turn.isOver, mayCarryOut(context), carryOutNext(&turn) {
        if loop.output.count >= Self.outputBytes { write(context) }
      }
      if !loop.output.isEmpty { write(context) }
      context.flush()
      // The flush may have made room; `isInTurn` turned its call back into here away.
    } while !turn.isOver && canGoOn(context)
    isInTurn = false
    settle(context)
    return canGoOn(context)
  }

  /// Does the next step: a piece of the long answer, a query of the long context, or a request.
  ///
  /// - Returns: False if there was nothing to do.
  private func carryOutNext(_ turn: inout Turn) -> Bool {
    if longAnswer != nil {
      appendPiece()
      return true
    }
    if longContext != nil {
      extendContext()
      return true
    }
    guard let event = nextRequest() else { return false }
    turn.count()
    carryOut(event)
    return true
  }

  private func nextStoreResult() -> ((ConnectionHandler) -> Void)? {
    guard hasResults else { return nil }
    let result = results[nextResult]
    // A result may hold long texts: it is freed now, not with the whole list.
    results[nextResult] = nil
    nextResult += 1
    if nextResult == results.count || nextResult >= core.configuration.maximumRequestsInFlight {
      results.removeFirst(nextResult)
      nextResult = 0
    }
    return result
  }

  /// Counts what is held; reads on or closes if nothing is left to do.
  private func settle(_ context: ChannelHandlerContext) {
    account(context)
    if !hasWork {
      backlog.removeAll(keepingCapacity: backlog.capacity <= 64)
      nextEvent = 0
      input = ByteBuffer()
      if isReadHeld && mayRead {
        isReadHeld = false
        context.read()
      }
    }
    closeWhenDone()
  }

  /// The next request of the peer, if all its bytes have come.
  private func nextRequest() -> ProtocolMachine.Event? {
    while nextEvent == backlog.count {
      guard input.readableBytes > 0 else { return nil }
      backlog.removeAll(keepingCapacity: true)
      nextEvent = 0
      input.readWithUnsafeReadableBytes { bytes in
        let piece = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.pieceBytes))
        machine.receive(piece.assumingMemoryBound(to: UInt8.self), into: &backlog)
        Self.overwrite(piece)
        return piece.count
      }
    }
    defer { nextEvent += 1 }
    return backlog[nextEvent]
  }

  /// Overwrites bytes that were decoded: until the next read, the buffer would hold what somebody
  /// typed.
  ///
  /// Writing into the buffer is safe: its memory is on the heap and belongs to this connection. The
  /// channel keeps it for its next read, which writes before anything is read from it.
  private static func overwrite(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    UnsafeMutableRawPointer(mutating: start)
      .initializeMemory(as: UInt8.self, repeating: 0, count: bytes.count)
  }

  private func write(_ context: ChannelHandlerContext) {
    lastActivity = eventLoop.now
    writtenBytes += loop.output.count
    let buffer = context.channel.allocator.buffer(bytes: loop.output)
    loop.output.removeAll(keepingCapacity: loop.output.capacity <= Self.keptOutputBytes)
    context.write(wrapOutboundOut(buffer), promise: nil)
  }

  /// Ends a request that waited: in this connection's next turn, `answer` appends the reply.
  func finish(_ answer: @escaping (ConnectionHandler) -> Void) {
    if context == nil { return }
    results.append { handler in
      handler.inFlight -= 1
      answer(handler)
    }
    proceed()
  }
}
