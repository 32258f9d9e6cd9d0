// What a connection may hold and for how long, and when it is closed.
//
// Invariant: `held` is this connection's part of the daemon's sum. A connection is closed by us
// when its peer has sent all (or the daemon stops) and the kernel has taken every answer, when the
// peer takes nothing for `writeSeconds`, or when no byte comes or goes for `idleSeconds`.
// Cost: one relaxed atomic addition per turn; one timer per connection, and one per stalled peer.

internal import Logging
internal import NIOCore
internal import QACProtocol
internal import Synchronization

extension ConnectionHandler {
  /// Whether the daemon holds too much for its peers, and this connection more than its share.
  var holdsTooMuch: Bool {
    held > Self.fairShareBytes
      && core.held.load(ordering: .relaxed) > core.configuration.maximumHeldBytes
  }

  /// Brings the daemon's sum up to date, and watches a peer that takes nothing.
  func account(_ context: ChannelHandlerContext) {
    let isStalled = !context.channel.isWritable
    hold(promisedBytes + machine.heldBytes + (isStalled ? unsentBytes(context) : 0))
    if isStalled && !isStallWatched { watchStall(context) }
  }

  func hold(_ bytes: Int) {
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

  /// Closes when nothing is left to answer and the kernel has taken every answer.
  func closeWhenDone() {
    guard isInputClosed || isQuiescing, !hasWork, inFlight == 0, !isClosing,
      let context
    else { return }
    isClosing = true
    // The promise of this empty write is kept when the kernel has everything that was written
    // before.
    let done = eventLoop.makePromise(of: Void.self)
    let channel = context.channel
    done.futureResult.whenComplete { _ in channel.close(mode: .all, promise: nil) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: done)
  }

  func watchIdle(after delay: TimeAmount) {
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
