// One connection: bytes to requests, requests to answers, and no more of either than fits.
//
// The protocol is a value (`ProtocolMachine`); the work is done in +Requests. What is here is flow:
// requests that were read but cannot be carried out yet wait in `backlog`, at most those of one
// read; while it is not empty, while the peer does not take its answers, or while too many requests
// wait for the database, nothing more is read, and the peer's writes block. So a connection binds
// one read's worth of requests, the answers of one request above the write buffer's mark, and
// `maximumRequestsInFlight` requests in the store.
//
// Invariant: all of it runs on the channel's event loop. A connection is closed by us when its peer
// has sent all (or the daemon stops) and every answer has been handed to the kernel.

internal import Logging
internal import NIOCore
internal import NIOExtras
internal import QACProtocol

/// Serves one connection.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Answers are handed on when they reach so many bytes, to see whether the peer takes them.
  static let outputBytes = 32 * 1024

  let core: ServerCore
  let loop: LoopState
  let eventLoop: any EventLoop
  var machine: ProtocolMachine
  /// Requests that wait for the store, answered or not.
  var inFlight = 0
  /// Whether the daemon stops: what is asked now is refused.
  private(set) var isQuiescing = false

  private var context: ChannelHandlerContext?
  private var backlog: [ProtocolMachine.Event] = []
  private var nextEvent = 0
  private var isPumping = false
  private var isReadHeld = false
  private var isInputClosed = false
  private var isClosing = false
  private var isFlushScheduled = false
  private var lastActivity: NIODeadline

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
  }

  func channelActive(context: ChannelHandlerContext) {
    watchIdle(after: .seconds(core.configuration.idleSeconds))
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastActivity = eventLoop.now
    unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
      machine.receive(bytes.assumingMemoryBound(to: UInt8.self), into: &backlog)
    }
    pump()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    pump()
    context.fireChannelWritabilityChanged()
  }

  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { isReadHeld = true }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      isInputClosed = true
      pump()
    case is ChannelShouldQuiesceEvent:
      isQuiescing = true
      pump()
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    core.logger.debug("connection failed", metadata: ["reason": "\(error)"])
    context.close(promise: nil)
  }

  private var mayRead: Bool {
    nextEvent == backlog.count && !isInputClosed
      && inFlight < core.configuration.maximumRequestsInFlight
      && context?.channel.isWritable ?? false
  }

  private func mayCarryOut(_ context: ChannelHandlerContext) -> Bool {
    nextEvent < backlog.count && context.channel.isWritable
      && (isQuiescing || inFlight < core.configuration.maximumRequestsInFlight)
  }

  /// Carries out what waits, as far as the peer and the store keep up.
  func pump() {
    // Writing may call back into here.
    guard !isPumping, let context else { return }
    isPumping = true
    repeat {
      while mayCarryOut(context) {
        let event = backlog[nextEvent]
        nextEvent += 1
        carryOut(event)
        if loop.output.count >= Self.outputBytes { write(context) }
      }
      if !loop.output.isEmpty { write(context) }
      context.flush()
      // The flush may have made room; its call back into here was turned away.
    } while mayCarryOut(context)
    if nextEvent == backlog.count {
      backlog.removeAll(keepingCapacity: backlog.capacity <= 64)
      nextEvent = 0
    }
    isPumping = false
    if isReadHeld && mayRead {
      isReadHeld = false
      context.read()
    }
    closeWhenDone()
  }

  private func write(_ context: ChannelHandlerContext) {
    lastActivity = eventLoop.now
    let buffer = context.channel.allocator.buffer(bytes: loop.output)
    loop.output.removeAll(keepingCapacity: loop.output.capacity <= 1 << 20)
    context.write(wrapOutboundOut(buffer), promise: nil)
  }

  /// Ends a request that waited: `answer` appends its reply. The flush is left to the end of the
  /// loop's turn, since a group of records is acknowledged all at once.
  func finish(_ answer: (ConnectionHandler) -> Void) {
    inFlight -= 1
    guard let context else { return }
    answer(self)
    if !loop.output.isEmpty { write(context) }
    guard !isFlushScheduled else { return }
    isFlushScheduled = true
    eventLoop.assumeIsolated().execute {
      self.isFlushScheduled = false
      self.pump()
    }
  }

  /// Closes once there is nothing more to answer and the kernel has taken every answer.
  private func closeWhenDone() {
    guard isInputClosed || isQuiescing, nextEvent == backlog.count, inFlight == 0, !isClosing,
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
