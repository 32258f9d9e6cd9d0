// One connection to the daemon: many requests are under way at once, told apart by their ids.
//
// Invariant: used only on its event loop. Each request gets one answer: the daemon's, or that the
// daemon is not available. None is sent twice.
// Cost: requests of one turn of the loop leave in one write.

import NIOCore
import QACJSON
import QACProtocol
import QACWeb

/// A connection that is open.
final class DaemonLink: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// The most requests under way: more would only wait for each other.
  static let maximumPending = 512
  /// The longest answer.
  private static let maximumLine = 8 * 1024 * 1024

  typealias Answer = (Result<JSONValue, WebFault>) -> Void

  private struct Pending {
    var deadline: NIODeadline
    var answer: Answer
  }

  private let deadline: TimeAmount
  private let whenClosed: () -> Void
  private var context: ChannelHandlerContext?
  private var buffer = ByteBuffer()
  /// How much of `buffer` holds no end of a line.
  private var searched = 0
  private var pending: [Int64: Pending] = [:]
  private var oldest: Int64 = 1
  private var next: Int64 = 1
  private var willFlush = false

  /// Makes a handler; a request is given up after `deadline`.
  init(deadline: TimeAmount, whenClosed: @escaping () -> Void) {
    self.deadline = deadline
    self.whenClosed = whenClosed
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    expire(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  /// Sends `request`; calls `answer` once.
  func send(_ request: Request, _ answer: @escaping Answer) {
    guard let context, pending.count < Self.maximumPending else {
      return answer(.failure(.unavailable))
    }
    var line: [UInt8] = []
    line.reserveCapacity(192)
    RequestEncoder.append(request, id: RequestID(next), to: &line)
    pending[next] = Pending(deadline: .now() + deadline, answer: answer)
    next += 1
    context.write(NIOAny(context.channel.allocator.buffer(bytes: line)), promise: nil)
    if willFlush { return }
    willFlush = true
    context.eventLoop.assumeIsolated().execute {
      self.willFlush = false
      self.context?.flush()
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var received = unwrapInboundIn(data)
    if buffer.readableBytes == 0 { buffer = received } else { buffer.writeBuffer(&received) }
    while true {
      let searched = searched
      let end = buffer.withUnsafeReadableBytes { bytes -> Int? in
        guard let end = bytes[searched...].firstIndex(of: 0x0A) else { return nil }
        take(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        return end
      }
      guard let end else { break }
      buffer.moveReaderIndex(forwardBy: end + 1)
      self.searched = 0
    }
    searched = buffer.readableBytes
    if searched > Self.maximumLine { return context.close(promise: nil) }
    if searched == 0 { buffer.clear() }
  }

  private func take(_ line: UnsafeRawBufferPointer) {
    let responses = try? Response.decode(line.bindMemory(to: UInt8.self))
    for response in responses ?? [] {
      guard let id = response.id.integer, let waiting = pending.removeValue(forKey: id) else {
        continue
      }
      switch response.outcome {
      case .success(let result): waiting.answer(.success(result))
      case .failure: waiting.answer(.failure(.unavailable))
      }
    }
  }

  /// Gives up what waits too long; goes on as long as the connection is there.
  private func expire(_ context: ChannelHandlerContext) {
    let now = NIODeadline.now()
    while oldest < next {
      if let waiting = pending[oldest] {
        if waiting.deadline > now { break }
        pending[oldest] = nil
        waiting.answer(.failure(.unavailable))
      }
      oldest += 1
    }
    context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(50)) {
      if let context = self.context { self.expire(context) }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    let lost = pending.values
    pending = [:]
    for waiting in lost { waiting.answer(.failure(.unavailable)) }
    whenClosed()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
