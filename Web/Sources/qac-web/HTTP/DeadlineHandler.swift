// Ends connections whose client sends a request, or takes an answer, too slowly.
//
// From the beginning of a connection, or the end of the last request, a client may take `idle` for
// the next head; between a head and the end of its body, `body`. While an answer waits to be taken,
// `idle` counts from when the last byte was taken.
// Cost: one scheduled task per connection, which is moved only when it fires.

import NIOCore
import NIOHTTPTypes

/// Watches one connection.
final class DeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let first: TimeAmount
  private let idle: TimeAmount
  private let body: TimeAmount
  private var deadline = NIODeadline.distantFuture
  private var task: Scheduled<Void>?
  private var isAnswering = false

  /// Makes a handler: the most time to the first head, to a later one, and for a body.
  init(first: TimeAmount, idle: TimeAmount, body: TimeAmount) {
    self.first = first
    self.idle = idle
    self.body = body
  }

  func handlerAdded(context: ChannelHandlerContext) {
    deadline = .now() + first
    check(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    task?.cancel()
    task = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: deadline = .now() + body
    case .body: break
    // The program's own time to answer is bounded by the pool.
    case .end: deadline = .now() + idle
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { deadline = .now() + idle }
    context.write(data, promise: promise)
  }

  private func check(_ context: ChannelHandlerContext) {
    if deadline <= .now() { return context.close(promise: nil) }
    task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
      self.check(context)
    }
  }
}
