// Answers the Redis protocol on a private socket.
//
// Invariant: the commands of a connection are answered in their order, one at a time; while one
// waits for the daemon, nothing more of its connection is read than a buffer holds.

import NIOCore
import NIOExtras
import NIOPosix
import QACProtocol
import QACWeb
import ServiceLifecycle

/// Ends what is read when the server stops: what was read before is still answered.
private final class StopReading: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent { context.close(mode: .input, promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }
}

/// The listening socket of the Redis protocol.
struct RESPServer: Service {
  private typealias Child = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  let descriptor: CInt
  let group: MultiThreadedEventLoopGroup
  let pool: DaemonPool
  let crowd: Crowd
  let metrics: WebMetrics

  func run() async throws {
    try await QuiescingListener(descriptor: descriptor, group: group).run(
      accept: { channel in
        channel.eventLoop.makeCompletedFuture { () -> Child? in
          guard crowd.enter(nil) else {
            channel.close(promise: nil)
            return nil
          }
          channel.closeFuture.whenComplete { _ in crowd.leave(nil) }
          try channel.pipeline.syncOperations.addHandler(StopReading())
          return try Child(wrappingChannelSynchronously: channel)
        }
      },
      serve: { try? await answer($0) })
  }

  private func answer(_ child: Child) async throws {
    try await child.executeThenClose { inbound, outbound in
      var decoder = RESPDecoder()
      var conversation = RESPConversation()
      for try await buffer in inbound {
        decoder.append(buffer.readableBytesView)
        var output: [UInt8] = []
        do throws(RESPFault) {
          while let command = try decoder.next() {
            metrics.countCommand()
            let (reply, ends) = await reply(to: conversation.step(command))
            reply.append(to: &output, version: conversation.version)
            if ends {
              try? await outbound.write(ByteBuffer(bytes: output))
              return
            }
          }
        } catch {
          RESPReply.error(error.message).append(to: &output, version: 2)
          try await outbound.write(ByteBuffer(bytes: output))
          return
        }
        if !output.isEmpty { try await outbound.write(ByteBuffer(bytes: output)) }
      }
    }
  }

  private func reply(to step: RESPConversation.Step) async -> (RESPReply, ends: Bool) {
    do throws(WebFault) {
      switch step {
      case .reply(let reply): return (reply, false)
      case .end(let reply): return (reply, true)
      case .complete(let suggesting):
        return (suggesting.reply(try await pool.call(suggesting.request)), false)
      case .record(let request):
        _ = try await pool.call(request)
        return (.integer(1), false)
      }
    } catch {
      return (.error("ERR \(error.message)"), false)
    }
  }
}
