// The least that a server on the daemon's network stack can do: what comes in goes out again.

import NIOCore
import NIOPosix

/// A line echo: as many event loops as the daemon has, one handler a connection.
enum EchoServer {
  /// Serves on the socket at `path` until the process is ended.
  static func serve(_ path: String) throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: min(2, System.coreCount))
    let channel = try ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Echo())
        }
      }
      .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait()
    try channel.closeFuture.wait()
  }

  private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      context.writeAndFlush(data, promise: nil)
    }
  }
}
