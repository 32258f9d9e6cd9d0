// One connection: bytes to requests, requests to answers, and no more of either than fits.
//
// The protocol is a value (`ProtocolMachine`); the work is done in +Requests. What is here is flow:
// bytes that were read are looked at piece by piece, and the requests in them carried out in turn with
// the other connections of the loop (`LoopTurns`): whatever costs something, requests and answers of the
// store, is done in a turn. While some are left, while the peer does not take its answers, or while too
// much waits for the database, nothing more is read, and the peer's writes block.
//
// Bounds: a connection binds what was read once (64 KiB) and the unfinished line before it, the requests of one
// piece, the answers of one request above the write buffer's mark, `maximumRequestsInFlight` requests in
// the store whose answers have at most `maximumPromisedBytes`, and `maximumBatchBytes` of a batch's answer. The
// sum over all connections is bounded by `maximumHeldBytes`: whoever holds a large part of a
// sum above that is told `busy`. A peer that takes nothing for `writeSeconds` is closed.
//
// Invariant: all of it runs on the channel's event loop. A connection is closed by us when its peer
// has sent all (or the daemon stops) and every answer has been handed to the kernel.

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

  /// Answers are handed on when they reach so many bytes, to see whether the peer takes them.
  static let outputBytes = 32 * 1024
  /// Bytes that are looked at together: bounds the requests that wait decoded.
  static let pieceBytes = 4096
  /// About the most bytes of answers that the store is preparing.
  static let maximumPromisedBytes = 1 << 20
  /// A batch whose answers have so many bytes gets no more long ones.
  static let maximumBatchBytes = 4 << 20
  /// What a connection may hold however much the others hold.
  static let fairShareBytes = 256 << 10

  let core: ServerCore
  let loop: LoopState
  let eventLoop: any EventLoop
  var machine: ProtocolMachine
  /// Requests that wait for the store, answered or not.
  var inFlight = 0
  /// About the bytes of the answers that the store is preparing.
  var promisedBytes = 0
  var account = TurnAccount()
  /// An answer that is being written piece by piece: no other is written before its end.
  var longAnswer: RulesAnswer?
  /// A completion that is prepared piece by piece: no other request is carried out before it.
  var longContext: PreviousContext?
  /// Whether the daemon stops: what is asked now is refused.
  private(set) var isQuiescing = false

  private var context: ChannelHandlerContext?
  /// What was read and not looked at yet.
  private var input = ByteBuffer()
  private var backlog: [ProtocolMachine.Event] = []
  private var nextEvent = 0
  /// What the store has answered, to be told in a turn.
  private var results: [((ConnectionHandler) -> Void)?] = []
  private var nextResult = 0
  private var isInTurn = false
  private var isReadHeld = false
  private var isInputClosed = false
  private var isClosing = false
  private var isStallWatched = false
  private var writtenBytes = 0
  /// What this connection has added to the daemon's `held`.
  private var held = 0
  private var lastActivity: NIODeadline
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
    if mayRead { context.read() } else { isReadHeld = true }
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

  /// Whether requests are left, or the rest of an answer.
  private var hasWork: Bool {
    nextEvent < backlog.count || input.readableBytes > 0 || longAnswer != nil
      || longContext != nil
  }

  var asksForMuch: Bool { input.readableBytes > Self.pieceBytes }

  private var hasResults: Bool { nextResult < results.count }

  private var mayRead: Bool {
    guard let context else { return false }
    return !hasWork && !isInputClosed && mayCarryOut(context)
  }

  private func mayCarryOut(_ context: ChannelHandlerContext) -> Bool {
    context.channel.isWritable
      && (isQuiescing || longAnswer != nil
        || inFlight < core.configuration.maximumRequestsInFlight
          && promisedBytes < Self.maximumPromisedBytes)
  }

  /// Whether there is something that can be done now.
  private func canGoOn(_ context: ChannelHandlerContext) -> Bool {
    hasResults && longAnswer == nil || hasWork && mayCarryOut(context)
  }

  /// Goes on with what waits when it is this connection's turn.
  private func proceed() {
    // Writing may call back into here.
    guard !isInTurn, let context else { return }
    if canGoOn(context) { loop.turns.add(self) } else { settle(context) }
  }

  /// Carries out what waits, as far as the peer and the store keep up, and not more than a turn's worth.
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
      // The flush may have made room; its call back into here was turned away.
    } while !turn.isOver && canGoOn(context)
    isInTurn = false
    settle(context)
    return canGoOn(context)
  }

  /// Writes a piece of the answer that is begun, or carries out the next request; false where there is none.
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
    // What it holds may be long.
    results[nextResult] = nil
    nextResult += 1
    if nextResult == results.count || nextResult >= core.configuration.maximumRequestsInFlight {
      results.removeFirst(nextResult)
      nextResult = 0
    }
    return result
  }

  /// Counts what is held, and reads or closes if there is nothing left to do.
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

  /// The next request that was sent, if all of it is here.
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

  /// Overwrites bytes that were read and are done with: the buffer is used again for what comes next, and until then
  /// would hold what somebody typed.
  ///
  /// The memory is the heap's and this connection's: the channel keeps it for its next read, which begins by
  /// writing, and nobody else reads it.
  private static func overwrite(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    UnsafeMutableRawPointer(mutating: start)
      .initializeMemory(as: UInt8.self, repeating: 0, count: bytes.count)
  }

  private func write(_ context: ChannelHandlerContext) {
    lastActivity = eventLoop.now
    writtenBytes += loop.output.count
    let buffer = context.channel.allocator.buffer(bytes: loop.output)
    loop.output.removeAll(keepingCapacity: loop.output.capacity <= 1 << 20)
    context.write(wrapOutboundOut(buffer), promise: nil)
  }

  /// Ends a request that waited: `answer`, which appends its reply, is called when it is this connection's turn.
  func finish(_ answer: @escaping (ConnectionHandler) -> Void) {
    if context == nil { return }
    results.append { handler in
      handler.inFlight -= 1
      answer(handler)
    }
    proceed()
  }

  // MARK: what is held

  /// Whether the daemon holds too much for its peers, and this one has more than its share of it.
  var holdsTooMuch: Bool {
    held > Self.fairShareBytes
      && core.held.load(ordering: .relaxed) > core.configuration.maximumHeldBytes
  }

  /// Brings the daemon's sum up to date, and has a peer watched that takes nothing.
  private func account(_ context: ChannelHandlerContext) {
    let isStalled = !context.channel.isWritable
    hold(promisedBytes + machine.heldBytes + (isStalled ? unsentBytes(context) : 0))
    if isStalled && !isStallWatched { watchStall(context) }
  }

  private func hold(_ bytes: Int) {
    if bytes == held { return }
    core.held.wrappingAdd(bytes - held, ordering: .relaxed)
    held = bytes
  }

  private func unsentBytes(_ context: ChannelHandlerContext) -> Int {
    (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }

  /// Closes the connection if the peer takes nothing for too long.
  private func watchStall(_ context: ChannelHandlerContext) {
    isStallWatched = true
    let taken = writtenBytes - unsentBytes(context)
    eventLoop.assumeIsolated().scheduleTask(in: .seconds(core.configuration.writeSeconds)) {
      [weak self] in
      guard let self, let context = self.context else { return }
      self.isStallWatched = false
      if context.channel.isWritable { return }
      if self.writtenBytes - self.unsentBytes(context) == taken {
        if let more = self.core.occasions.stall.isDue() {
          self.core.logger.notice(
            "connection closed: it takes no answers", metadata: ["suppressed": "\(more)"])
        }
        context.close(promise: nil)
      } else {
        self.watchStall(context)
      }
    }
  }

  /// Closes once there is nothing more to answer and the kernel has taken every answer.
  private func closeWhenDone() {
    guard isInputClosed || isQuiescing, !hasWork, inFlight == 0, !isClosing,
      let context
    else { return }
    isClosing = true
    // An empty write: its promise is kept when all before it was handed to the kernel.
    let done = eventLoop.makePromise(of: Void.self)
    let channel = context.channel
    done.futureResult.whenComplete { _ in channel.close(mode: .all, promise: nil) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: done)
  }

  private func watchIdle(after delay: TimeAmount) {
    eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
      guard let self, let context = self.context else { return }
      let limit = TimeAmount.seconds(self.core.configuration.idleSeconds)
      let idle = self.eventLoop.now - self.lastActivity
      if idle >= limit {
        context.close(promise: nil)
      } else {
        self.watchIdle(after: limit - idle)
      }
    }
  }
}
