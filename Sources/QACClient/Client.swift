// A blocking client of the daemon, with one connection that is made when it is needed.
//
//     let client = Client(socketPath: path)
//     let completion = try client.complete(.init(prefix: Array("gar".utf8)))
//
// Requests can also be pipelined: `send` several, then `receive` their answers.
//
// Invariant: `pending` holds the ids of the requests of the present connection that have no answer
// yet or an answer that was not handed out. After any error except `refused`, there is no
// connection and nothing is pending. Not thread-safe: one thread at a time.

public import QACProtocol

/// Talks to one daemon.
public final class Client {
  /// The path of the daemon's socket.
  public let socketPath: String
  /// How long each of these may take: connecting, sending, waiting for one answer.
  public var timeout: Duration

  /// Queued requests are sent when they have more bytes than this.
  private static let flushBytes = 48 * 1024
  /// `incoming` keeps its memory for the next answers unless it is larger than this.
  private static let keptIncomingBytes = 1 << 20

  var socket: UnixSocket?
  /// Bytes that have arrived and are not cut into lines yet.
  var incoming: [UInt8] = []
  var splitter = FrameSplitter(limit: ProtocolLimits.maximumResponseBytes)
  /// Answers in the order of their arrival; those before `taken` were handed out.
  var arrived: [Response] = []
  var taken = 0
  var outgoing: [UInt8] = []
  var pending: Set<Int64> = []
  private var lastID: Int64 = 0

  /// Makes a client, which connects at its first request.
  public init(socketPath: String, timeout: Duration = .seconds(5)) {
    self.socketPath = socketPath
    self.timeout = timeout
  }

  /// Whether there is a connection, as far as the client knows without using it.
  public var isConnected: Bool { socket != nil }

  /// The connection's descriptor, to poll for readability; nil if there is no connection.
  public var fileDescriptor: Int32? { socket?.descriptor }

  /// How many answers have not come or have not been taken.
  public var outstanding: Int { pending.count }

  /// Connects, if there is no connection.
  public func connect() throws(ClientError) {
    if socket != nil { return }
    socket = try UnixSocket.connected(to: socketPath, deadline: Deadline(after: timeout))
  }

  /// Closes the connection and forgets the requests that are not answered.
  public func disconnect() {
    socket = nil
    incoming.removeAll()
    outgoing.removeAll()
    arrived.removeAll()
    taken = 0
    pending.removeAll()
    splitter = FrameSplitter(limit: splitter.limit)
  }

  /// Queues a request and returns its id. `flush` and `receive` send it; it is sent earlier if much
  /// is queued.
  public func send(_ request: Request) throws(ClientError) -> Int64 {
    try connect()
    lastID += 1
    let start = outgoing.count
    RequestEncoder.append(request, id: RequestID(lastID), to: &outgoing)
    let bytes = outgoing.count - start - 1
    if bytes > ProtocolLimits.maximumFrameBytes {
      outgoing.removeLast(bytes + 1)
      throw .requestTooLong(bytes: bytes, limit: ProtocolLimits.maximumFrameBytes)
    }
    pending.insert(lastID)
    if outgoing.count > Self.flushBytes { try flush() }
    return lastID
  }

  /// Sends what is queued.
  public func flush() throws(ClientError) {
    if outgoing.isEmpty { return }
    try closingOnError { () throws(ClientError) in
      guard socket != nil else { throw .connectionLost }
      try socket?.send(
        outgoing, receivingInto: &incoming, deadline: Deadline(after: timeout))
      outgoing.removeAll(keepingCapacity: true)
      try cutLines()
    }
  }

  /// Waits for the next answer and returns it; answers to abandoned requests are skipped.
  public func receive() throws(ClientError) -> Response {
    try flush()
    let deadline = Deadline(after: timeout)
    while true {
      if let response = takeArrived() { return response }
      try closingOnError { () throws(ClientError) in
        guard socket != nil else { throw .connectionLost }
        try socket?.receive(into: &incoming, deadline: deadline)
        try cutLines()
      }
    }
  }

  /// The next answer that has arrived; nil if there is none yet. Does not wait.
  public func receiveAvailable() throws(ClientError) -> Response? {
    if let response = takeArrived() { return response }
    try closingOnError { () throws(ClientError) in
      guard socket != nil else { throw .connectionLost }
      let count = try socket?.receiveAvailable(into: &incoming)
      if count == .some(.some(0)) { throw .connectionLost }
      try cutLines()
    }
    return takeArrived()
  }

  /// Waits for the answer to the request `id` and returns it; other answers stay for `receive`.
  public func response(to id: Int64) throws(ClientError) -> Response {
    try flush()
    let deadline = Deadline(after: timeout)
    while true {
      let waiting = arrived[taken...]
      if let place = waiting.firstIndex(where: { $0.id == RequestID(id) || $0.id == .null }) {
        pending.remove(id)
        return arrived.remove(at: place)
      }
      try closingOnError { () throws(ClientError) in
        guard socket != nil else { throw .connectionLost }
        try socket?.receive(into: &incoming, deadline: deadline)
        try cutLines()
      }
    }
  }

  /// Drops the answer to the request `id`, also if it comes later.
  public func abandon(_ id: Int64) {
    pending.remove(id)
    arrived = arrived[taken...].filter { $0.id != RequestID(id) }
    taken = 0
  }

  private func takeArrived() -> Response? {
    guard taken < arrived.count else { return nil }
    let response = arrived[taken]
    taken += 1
    if taken == arrived.count {
      arrived.removeAll(keepingCapacity: true)
      taken = 0
    }
    if let id = response.id.integer { pending.remove(id) }
    return response
  }

  /// Cuts `incoming` into lines and decodes them as answers.
  private func cutLines() throws(ClientError) {
    if incoming.isEmpty { return }
    var failure: ClientError?
    incoming.withUnsafeBufferPointer { buffer in
      splitter.receive(buffer) { frame in
        guard failure == nil else { return }
        switch frame {
        case .oversized:
          failure = .answerTooLong(limit: ProtocolLimits.maximumResponseBytes)
        case .line(let line):
          do throws(ResponseFault) {
            keep(try Response.decode(line))
          } catch {
            failure = .invalidAnswer(error)
          }
        }
      }
    }
    incoming.removeAll(keepingCapacity: incoming.capacity <= Self.keptIncomingBytes)
    if let failure { throw failure }
  }

  /// Keeps the answers that are waited for. An answer with id null is for any request that waits.
  private func keep(_ responses: [Response]) {
    for response in responses {
      guard let id = response.id.integer else {
        if response.id == .null { arrived.append(response) }
        continue
      }
      if pending.contains(id) { arrived.append(response) }
    }
  }

  /// Runs `body`; an error closes the connection, since its state is unknown then.
  private func closingOnError(
    _ body: () throws(ClientError) -> Void
  ) throws(ClientError) {
    do throws(ClientError) {
      try body()
    } catch {
      disconnect()
      throw error
    }
  }
}
