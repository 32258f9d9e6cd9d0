// Accepts connections until a graceful stop, and serves each of them by a task of its own.
//
// Invariant: on a graceful stop no further connection is accepted, and the open ones are told to end
// when they have answered what they have read.

import NIOCore
import NIOExtras
import NIOPosix
import ServiceLifecycle

/// A listening socket.
struct QuiescingListener {
  let descriptor: CInt
  let group: MultiThreadedEventLoopGroup

  /// Serves connections until the process stops.
  ///
  /// - Parameters:
  ///   - configure: Sets the options of the bootstrap.
  ///   - accept: Sets a connection up, on its event loop; nil for one that is not served.
  ///   - executor: Where a connection's task runs; nil for anywhere.
  ///   - serve: Serves a connection to its end.
  /// - Throws: What the listening socket throws.
  func run<Connection: Sendable>(
    configure: (ServerBootstrap) -> ServerBootstrap = { $0 },
    accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Connection?>,
    executor: (Connection) -> (any TaskExecutor)? = { _ in nil },
    serve: @escaping @Sendable (Connection) async -> Void
  ) async throws {
    let quiescing = ServerQuiescingHelper(group: group)
    let bootstrap = ServerBootstrap(group: group).serverChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(
          quiescing.makeServerChannelHandler(channel: channel))
      }
    }
    let server = try await configure(bootstrap).bind(descriptor, childChannelInitializer: accept)
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await withThrowingDiscardingTaskGroup { tasks in
        try await server.executeThenClose { inbound in
          for try await connection in inbound {
            guard let connection else { continue }
            tasks.addTask(executorPreference: executor(connection)) { await serve(connection) }
          }
        }
      }
    } onCancelOrGracefulShutdown: {
      quiescing.initiateShutdown(promise: nil)
    }
  }
}
