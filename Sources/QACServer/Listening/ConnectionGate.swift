// Decides whether a new connection is served: by the peer's user and by the number of connections.

internal import Logging
internal import NIOCore
internal import QACProtocol

#if canImport(Glibc)
  import Glibc
#endif

/// Comes first in a connection's pipeline; the handler behind it never sees a refused connection.
final class ConnectionGate: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// `struct ucred` of unix(7), which Glibc's module shows under _GNU_SOURCE only.
  private struct Credentials {
    var process: pid_t = 0
    var user: uid_t = 0
    var group: gid_t = 0
  }

  private let core: ServerCore
  private var isOpen = false

  init(core: ServerCore) {
    self.core = core
  }

  func channelActive(context: ChannelHandlerContext) {
    if let user = Self.stranger(on: context.channel, core) {
      core.tellOfStranger(user)
      context.close(promise: nil)
      return
    }
    guard core.connections.add(context.channel, limit: core.configuration.maximumConnections)
    else {
      core.tellOfCrowd()
      refuse(context)
      return
    }
    isOpen = true
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isOpen { context.fireChannelRead(data) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if isOpen { core.connections.remove(context.channel) }
    context.fireChannelInactive()
  }

  /// Answers that there are too many connections, then closes this one.
  private func refuse(_ context: ChannelHandlerContext) {
    var line: [UInt8] = []
    ResponseEncoder.error(
      .busy, message: "too many connections; close some, or try again later", id: .null,
      into: &line)
    line.append(0x0A)
    let buffer = context.channel.allocator.buffer(bytes: line)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in
      channel.close(mode: .all, promise: nil)
    }
  }

  /// The user id at the other end, if that user may not connect; else nil.
  static func stranger(on channel: any Channel, _ core: ServerCore) -> uid_t? {
    guard let user = peerUser(of: channel), user != geteuid(), user != 0,
      !core.configuration.allowedUsers.contains(user)
    else { return nil }
    return user
  }

  /// The user id of the process at the other end; nil if the channel is not a socket.
  private static func peerUser(of channel: any Channel) -> uid_t? {
    // The future completes at once, since this is the socket's own event loop.
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    let future: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
      level: .init(rawValue: SOL_SOCKET), name: .init(rawValue: SO_PEERCRED))
    var user: uid_t? = uid_t.max
    future.assumeIsolated().whenSuccess { user = $0.user }
    return user
  }
}

extension ServerCore {
  /// Counts a refused connection of another user, and logs it now and then.
  func tellOfStranger(_ user: uid_t) {
    connections.refuseUser()
    guard let more = occasions.stranger.isDue() else { return }
    logger.warning(
      "connection of another user refused", metadata: ["uid": "\(user)", "suppressed": "\(more)"])
  }

  /// Logs now and then that there are too many connections.
  fileprivate func tellOfCrowd() {
    guard let more = occasions.crowd.isDue() else { return }
    logger.warning(
      "connection refused: too many",
      metadata: [
        "limit": "\(configuration.maximumConnections)", "suppressed": "\(more)",
      ])
  }
}
