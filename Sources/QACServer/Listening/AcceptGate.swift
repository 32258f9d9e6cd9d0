// Bounds how many accepted connections are open at a time, and pauses when the system gives no
// more.
//
// A connection that is refused also stays open until it was told so. So the listening socket is
// read only while fewer than `limit` accepted connections are open. Further ones wait in the
// kernel's queue, where their connect succeeds. If accepting fails for lack of descriptors or
// memory, SwiftNIO would try again at once and for ever. Here the next attempt waits until a
// connection is closed or `restMilliseconds` have passed.
// Source: accept(2), "Error handling".
//
// Invariant: used only on the listening channel's loop. `open` is the number of accepted channels
// that are not closed, as far as this loop knows.

internal import Logging
internal import NIOCore
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Stands in a listening channel's pipeline.
final class AcceptGate: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel
  typealias OutboundIn = Never

  /// The most connections accepted in one go.
  static let batch = 4
  /// How long accepting pauses after a failure.
  static let restMilliseconds: Int64 = 100

  private let core: ServerCore
  private let limit: Int
  private var open = 0
  private var isResting = false
  private var isReadHeld = false
  private var isPaused = false
  private var context: ChannelHandlerContext?

  /// Makes a gate for about `limit` open connections; up to `batch` - 1 more can be open.
  init(core: ServerCore, limit: Int) {
    self.core = core
    self.limit = limit
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  private var mayAccept: Bool { !isResting && open < limit }

  func read(context: ChannelHandlerContext) {
    if mayAccept { context.read() } else { isReadHeld = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    open += 1
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    unwrapInboundIn(data).closeFuture.hop(to: context.eventLoop).whenComplete { _ in
      bound.value.closed()
    }
    context.fireChannelRead(data)
  }

  private func closed() {
    open -= 1
    isResting = false
    goOn()
  }

  private func goOn() {
    guard mayAccept, let context else { return }
    if isPaused { pause(false, context) }
    if isReadHeld {
      isReadHeld = false
      context.read()
    }
  }

  /// Stops or resumes polling the socket. After a failed accept its read stays pending, so holding
  /// back the next `read` alone would not stop it.
  private func pause(_ isPaused: Bool, _ context: ChannelHandlerContext) {
    self.isPaused = isPaused
    try? context.channel.syncOptions?.setOption(.autoRead, value: !isPaused)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let code = (error as? IOError)?.errnoCode,
      [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    else { return context.fireErrorCaught(error) }
    core.connections.failToAccept()
    isResting = true
    pause(true, context)
    if let more = core.occasions.accept.isDue() {
      core.logger.error(
        "no connection can be accepted for a moment",
        metadata: ["reason": "\(String(cString: strerror(code)))", "suppressed": "\(more)"])
    }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: .milliseconds(Self.restMilliseconds)) {
      bound.value.isResting = false
      bound.value.goOn()
    }
  }
}
