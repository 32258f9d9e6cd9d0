// The least that a server on the daemon's network stack can do: what comes in goes out again.

import Glibc
import NIOCore
import NIOPosix

/// A line echo: as many event loops as the daemon has, one handler a connection.
enum EchoServer {
  /// Serves on the socket at `path` until the process is ended. The loop that gets the hundredth
  /// piece of a connection sleeps `stall` milliseconds first.
  static func serve(_ path: String, stall: UInt32) throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: min(2, System.coreCount))
    let channel = try ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Echo(stall: stall))
        }
      }
      .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait()
    try channel.closeFuture.wait()
  }

  private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let stall: UInt32
    private var reads = 0

    init(stall: UInt32) {
      self.stall = stall
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      reads += 1
      if stall > 0, reads == 100 { usleep(stall * 1000) }
      context.writeAndFlush(data, promise: nil)
    }
  }
}
