// Decides whether a new connection is served at all: the peer's user, and how many there are.

internal import Logging
internal import NIOCore
internal import QACProtocol

#if canImport(Glibc)
  import Glibc
#endif

/// Stands first in a connection's pipeline; what it refuses never reaches the handler behind it.
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

  /// Says that there are too many connections, then closes this one.
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

  /// The user at the other end, if that is one who may not connect.
  static func stranger(on channel: any Channel, _ core: ServerCore) -> uid_t? {
    guard let user = peerUser(of: channel), user != geteuid(), user != 0,
      !core.configuration.allowedUsers.contains(user)
    else { return nil }
    return user
  }

  /// The user id of the process at the other end, or nil where the channel is no socket.
  private static func peerUser(of channel: any Channel) -> uid_t? {
    // Completes at once: the socket is asked on its own event loop.
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    let future: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
      level: .init(rawValue: SOL_SOCKET), name: .init(rawValue: SO_PEERCRED))
    var user: uid_t? = uid_t.max
    future.assumeIsolated().whenSuccess { user = $0.user }
    return user
  }
}

extension ServerCore {
  /// Counts a connection of another user, and tells the log now and then.
  func tellOfStranger(_ user: uid_t) {
    connections.refuseUser()
    guard let more = occasions.stranger.isDue() else { return }
    logger.warning(
      "connection of another user refused", metadata: ["uid": "\(user)", "suppressed": "\(more)"])
  }

  /// Tells the log now and then that there are too many connections.
  fileprivate func tellOfCrowd() {
    guard let more = occasions.crowd.isDue() else { return }
    logger.warning(
      "connection refused: too many",
      metadata: [
        "limit": "\(configuration.maximumConnections)", "suppressed": "\(more)",
      ])
  }
}
