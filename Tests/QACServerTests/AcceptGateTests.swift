// How connections are accepted when the system gives few, on a channel whose clock the tests move.

import Foundation
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import QACServer

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct AcceptGateTests {
  /// Counts what reaches the listening socket.
  private final class Reads: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = Never
    let count = Mutex(0)

    func read(context: ChannelHandlerContext) {
      count.withLock { $0 += 1 }
      context.read()
    }
  }

  /// A listening channel without a socket.
  private struct Listener {
    let channel = EmbeddedChannel()
    let reads = Reads()

    init(_ server: TestServer, limit: Int) throws {
      // Nothing is read unless a test says so.
      try channel.syncOptions?.setOption(.autoRead, value: false)
      try channel.pipeline.syncOperations.addHandlers([
        reads, AcceptGate(core: server.core, limit: limit),
      ])
    }

    var count: Int { reads.count.withLock { $0 } }

    func fail(_ code: Int32) {
      channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
      channel.read()
    }

    func accept() -> EmbeddedChannel {
      let child = EmbeddedChannel(loop: channel.embeddedEventLoop)
      channel.pipeline.fireChannelRead(child as any Channel)
      return child
    }
  }

  @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM])
  func withoutDescriptorsAcceptingRests(code: Int32) async throws {
    let server = try await TestServer(.inProcess)
    let listener = try Listener(server, limit: 100)
    listener.channel.read()
    #expect(listener.count == 1)
    for attempt in 1...5 {
      listener.fail(code)
      for _ in 0..<1000 { listener.channel.read() }
      #expect(listener.count == attempt)
      listener.channel.embeddedEventLoop.advanceTime(
        by: .milliseconds(AcceptGate.restMilliseconds))
      #expect(listener.count == attempt + 1)
    }
    #expect(server.core.connections.failures == 5)
    #expect(
      server.log.text.components(separatedBy: "no connection can be accepted").count == 2)
    try await server.stop()
  }

  @Test func whenOneClosesAcceptingGoesOnAtOnce() async throws {
    let server = try await TestServer(.inProcess)
    let listener = try Listener(server, limit: 100)
    let child = listener.accept()
    listener.fail(EMFILE)
    #expect(listener.count == 0)
    try await child.close()
    listener.channel.embeddedEventLoop.run()
    #expect(listener.count == 1)
    try await server.stop()
  }

  /// Refused connections count until they are closed.
  @Test func noMoreAreOpenThanTheLimit() async throws {
    let server = try await TestServer(.inProcess)
    let listener = try Listener(server, limit: 3)
    var children: [EmbeddedChannel] = []
    for number in 0..<3 {
      listener.channel.read()
      #expect(listener.count == number + 1)
      children.append(listener.accept())
    }
    for _ in 0..<10 { listener.channel.read() }
    #expect(listener.count == 3)
    try await children[1].close()
    listener.channel.embeddedEventLoop.run()
    #expect(listener.count == 4)
    try await server.stop()
  }
}
