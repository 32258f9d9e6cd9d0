// One connection to the metrics socket: reads an HTTP request, answers it, and closes.
//
// It knows as much of HTTP/1.0 (RFC 1945) as a scraper needs: GET and HEAD of /metrics. Headers are
// ignored, and every answer closes the connection. Invariant: a connection holds at most
// `maximumRequestBytes` and ends within `seconds`, whatever its peer does. The same users may
// connect as on the main socket.

internal import Logging
internal import NIOCore
internal import Synchronization

/// Counts the connections to the metrics socket.
final class MetricsConnections: Sendable {
  let count = Atomic(0)
}

/// Answers one scrape.
final class MetricsHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  static let maximumRequestBytes = 8192
  static let maximumConnections = 16
  static let seconds: Int64 = 10

  private let core: ServerCore
  private let loop: LoopState
  private let connections: MetricsConnections
  private var request: [UInt8] = []
  private var isCounted = false
  private var isAnswered = false

  init(core: ServerCore, loop: LoopState, connections: MetricsConnections) {
    self.core = core
    self.loop = loop
    self.connections = connections
  }

  func channelActive(context: ChannelHandlerContext) {
    if let user = ConnectionGate.stranger(on: context.channel, core) {
      core.tellOfStranger(user)
      return context.close(promise: nil)
    }
    isCounted = true
    let count = connections.count.add(1, ordering: .relaxed).newValue
    if count > Self.maximumConnections {
      return answer(
        .init(status: "503 Service Unavailable", text: "too many scrapers; try again later"),
        context)
    }
    let channel = context.channel
    context.eventLoop.scheduleTask(in: .seconds(Self.seconds)) {
      channel.close(mode: .all, promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if isCounted { connections.count.subtract(1, ordering: .relaxed) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isAnswered { return }
    request += unwrapInboundIn(data).readableBytesView
    guard let end = HTTPRequest.end(of: request) else {
      if request.count > Self.maximumRequestBytes {
        let text = "the request has more than \(Self.maximumRequestBytes) bytes; send fewer headers"
        answer(.init(status: "431 Request Header Fields Too Large", text: text), context)
      }
      return
    }
    switch HTTPRequest(request[..<end]) {
    case nil:
      answer(.init(status: "400 Bad Request", text: "send GET /metrics HTTP/1.0"), context)
    case let request? where request.method != "GET" && request.method != "HEAD":
      answer(.init(status: "405 Method Not Allowed", text: "use GET"), context)
    case let request? where request.path != "/metrics":
      answer(.init(status: "404 Not Found", text: "the only path is /metrics"), context)
    case let request?:
      var reply = HTTPReply(status: "200 OK", body: core.metricsText(loop))
      reply.isWithoutBody = request.method == "HEAD"
      answer(reply, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    core.logger.debug("scrape failed", metadata: ["reason": "\(error)"])
    context.close(promise: nil)
  }

  private func answer(_ reply: HTTPReply, _ context: ChannelHandlerContext) {
    isAnswered = true
    request = []
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(channel.allocator.buffer(bytes: reply.bytes)))
      .whenComplete { _ in channel.close(mode: .all, promise: nil) }
  }
}

/// The first line of a request.
struct HTTPRequest: Equatable {
  let method: String
  /// The target without its query.
  let path: String

  /// The index after the head of `bytes`, which ends with the first empty line; nil if that is not
  /// there.
  static func end(of bytes: [UInt8]) -> Int? {
    var lineStart = 0
    for (i, byte) in bytes.enumerated() where byte == 0x0A {
      let line = bytes[lineStart..<i]
      if lineStart > 0 && (line.isEmpty || line.elementsEqual([0x0D])) { return i + 1 }
      lineStart = i + 1
    }
    return nil
  }

  /// Reads the first line of `head`: method, target, version.
  init?(_ head: ArraySlice<UInt8>) {
    let line = head.prefix { $0 != 0x0A && $0 != 0x0D }
    let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2].starts(with: "HTTP/1.".utf8) else { return nil }
    method = String(decoding: parts[0], as: UTF8.self)
    path = String(decoding: parts[1].prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
  }
}

/// An answer.
private struct HTTPReply {
  var status: String
  var body: [UInt8]
  var isWithoutBody = false

  init(status: String, body: [UInt8]) {
    self.status = status
    self.body = body
  }

  init(status: String, text: String) {
    self.init(status: status, body: Array("\(text)\n".utf8))
  }

  var bytes: [UInt8] {
    let head =
      "HTTP/1.0 \(status)\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
      + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    return Array(head.utf8) + (isWithoutBody ? [] : body)
  }
}
