// The connections to the daemon: one per event loop, made again whenever it is lost.
//
// Invariant: a request is sent at most once. While the daemon is away every request is answered at
// once; nobody waits for a connection.
// Cost: on an event loop of the pool, a request uses that loop's own connection: no lock, no other
// thread.

import NIOCore
import NIOPosix
import QACJSON
import QACProtocol
import QACWeb
import Synchronization

/// All connections to one daemon.
final class DaemonPool: Sendable {
  private let slots: [DaemonSlot]
  private let turn = Atomic<UInt>(0)

  /// Makes a pool that connects at once, and again when it has to.
  init(path: String, group: MultiThreadedEventLoopGroup, deadline: TimeAmount) {
    slots = group.makeIterator().map { DaemonSlot(path: path, loop: $0, deadline: deadline) }
    for slot in slots { slot.connect() }
  }

  /// Whether a request would be sent at present.
  var isReady: Bool { slots.contains { $0.isReady } }
  /// Whether the daemon counts people by the member `person` of `record`.
  var knowsPeople: Bool { slots.contains { $0.knowsPeople } }

  /// Asks the daemon.
  ///
  /// - Throws: `WebFault.unavailable` if there is no answer.
  func call(_ request: Request) async throws(WebFault) -> JSONValue {
    let slot = try readySlot()
    let result = await withUnsafeContinuation { continuation in
      slot.send(request) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  private func readySlot() throws(WebFault) -> DaemonSlot {
    if let loop = MultiThreadedEventLoopGroup.currentEventLoop,
      let own = slots.first(where: { $0.loop === loop }), own.isReady
    {
      return own
    }
    let start = turn.add(1, ordering: .relaxed).newValue
    for i in slots.indices {
      let slot = slots[Int((start &+ UInt(i)) % UInt(slots.count))]
      if slot.isReady { return slot }
    }
    throw .unavailable
  }

  /// Connects no more, and closes what is open.
  func close() {
    for slot in slots { slot.close() }
  }
}

/// The connection of one event loop, or the attempts to make it.
final class DaemonSlot: Sendable {
  private static let pause = TimeAmount.milliseconds(200)

  private struct State {
    var link: DaemonLink?
    var channel: (any Channel)?
    var isClosed = false
  }

  let loop: any EventLoop
  private let path: String
  private let deadline: TimeAmount
  private let state: NIOLoopBoundBox<State>
  private let ready = Atomic<Bool>(false)
  private let people = Atomic<Bool>(false)

  init(path: String, loop: any EventLoop, deadline: TimeAmount) {
    self.path = path
    self.loop = loop
    self.deadline = deadline
    state = .makeBoxSendingValue(State(), eventLoop: loop)
  }

  var isReady: Bool { ready.load(ordering: .acquiring) }
  var knowsPeople: Bool { people.load(ordering: .acquiring) }

  /// Sends `request` and calls `answer` on the loop.
  func send(
    _ request: Request, _ answer: @escaping @Sendable (Result<JSONValue, WebFault>) -> Void
  ) {
    if loop.inEventLoop { return sendHere(request, answer) }
    loop.execute { self.sendHere(request, answer) }
  }

  private func sendHere(
    _ request: Request, _ answer: @escaping @Sendable (Result<JSONValue, WebFault>) -> Void
  ) {
    guard let link = state.value.link else { return answer(.failure(.unavailable)) }
    link.send(request, answer)
  }

  func connect() {
    ClientBootstrap(group: loop)
      .connectTimeout(deadline)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let link = DaemonLink(deadline: self.deadline) { self.lost() }
          self.state.value.link = link
          try channel.pipeline.syncOperations.addHandler(link)
        }
      }
      .connect(unixDomainSocketPath: path)
      .whenComplete { result in
        switch result {
        case .success(let channel):
          if self.state.value.isClosed { return channel.close(promise: nil) }
          self.state.value.channel = channel
          self.greet()
        case .failure:
          self.state.value.link = nil
          self.connectLater()
        }
      }
  }

  /// Asks what the daemon knows; only then are requests sent.
  private func greet() {
    sendHere(.status) { result in
      guard case .success(let status) = result else {
        self.state.value.channel?.close(promise: nil)
        return
      }
      let features = status["features"]?.elements ?? []
      self.people.store(features.contains(.text("person")), ordering: .releasing)
      self.ready.store(true, ordering: .releasing)
    }
  }

  private func lost() {
    ready.store(false, ordering: .releasing)
    state.value.link = nil
    state.value.channel = nil
    connectLater()
  }

  private func connectLater() {
    if state.value.isClosed { return }
    loop.scheduleTask(in: Self.pause) { if !self.state.value.isClosed { self.connect() } }
  }

  func close() {
    loop.execute {
      self.state.value.isClosed = true
      self.ready.store(false, ordering: .releasing)
      self.state.value.channel?.close(promise: nil)
    }
  }
}
