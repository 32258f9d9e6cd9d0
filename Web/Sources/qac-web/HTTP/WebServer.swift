// Listens for HTTP, and serves each connection on its own event loop.
//
// Invariant: a connection that is one too many is closed before anything of it is read. On a
// graceful stop no further connection is accepted, and those that wait for an answer get it.

import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOPosix
import QACWeb
import ServiceLifecycle

/// A listening socket and what is answered on it.
struct WebServer: Service {
  /// Answers a request of a client at an address, which is nil if that is not known.
  typealias Respond =
    @Sendable (HummingbirdCore.Request, NetworkAddress?) async -> WebResponse

  let descriptor: CInt
  let group: MultiThreadedEventLoopGroup
  let crowd: Crowd
  /// Whether connections of one network are counted together.
  let countsNetworks: Bool
  let logger: Logger
  let respond: Respond

  private struct Connection: Sendable {
    let channel: HTTP1Channel
    let value: HTTP1Channel.Value
  }

  func run() async throws {
    let executors = Dictionary(
      uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), LoopExecutor($0)) })
    try await QuiescingListener(descriptor: descriptor, group: group).run(
      configure: {
        $0.childChannelOption(.allowRemoteHalfClosure, value: true)
          .childChannelOption(.maxMessagesPerRead, value: 4)
      },
      accept: { self.accept($0) },
      executor: { executors[ObjectIdentifier($0.value.channel.eventLoop)] },
      serve: { await $0.channel.handle(value: $0.value, logger: logger) })
  }

  /// Sets a connection up; nil if it is one too many.
  private func accept(_ channel: any Channel) -> EventLoopFuture<Connection?> {
    let address = channel.remoteAddress?.ipAddress.flatMap { NetworkAddress($0) }
    let network = countsNetworks ? address?.network : nil
    guard crowd.enter(network) else {
      channel.close(promise: nil)
      return channel.eventLoop.makeSucceededFuture(nil)
    }
    channel.closeFuture.whenComplete { _ in crowd.leave(network) }
    let http = HTTP1Channel(
      responder: { request, writer, channel in
        let response = await respond(request, address)
        try await writer.write(
          response: response.head(of: request),
          body: request.method == .head
            ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: response.body)))
        if response.closes { channel.close(promise: nil) }
      },
      configuration: .init(
        additionalChannelHandlers: [
          DeadlineHandler(first: .seconds(10), idle: .seconds(30), body: .seconds(10))
        ],
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 64)))
    return http.setup(channel: channel, logger: logger).map {
      Connection(channel: http, value: $0)
    }
  }
}
