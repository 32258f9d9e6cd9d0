// A blocking client of the daemon: one connection, made when it is needed.
//
//     let client = Client(socketPath: path)
//     let completion = try client.complete(.init(prefix: Array("gar".utf8)))
//
// Requests may also be pipelined: `send` several, then `receive` their answers.
//
// Invariant: `pending` holds the ids of the requests that were sent on the present connection and whose
// answers were not handed out; after any error but `refused` there is no connection and nothing pending.
// Not thread-safe: one thread at a time.

public import QACProtocol

/// Talks to one daemon.
public final class Client {
  /// Where the daemon listens.
  public let socketPath: String
  /// How long connecting, sending and waiting for one answer may take, each.
  public var timeout: Duration

  var socket: UnixSocket?
  /// Bytes that arrived and were not yet cut into lines.
  var incoming: [UInt8] = []
  var splitter = FrameSplitter(limit: ProtocolLimits.maximumResponseBytes)
  /// Answers that arrived, in order of arrival; those before `taken` were handed out.
  var arrived: [Response] = []
  var taken = 0
  var outgoing: [UInt8] = []
  var pending: Set<Int64> = []
  private var lastID: Int64 = 0

  /// Makes a client; it connects at its first request.
  public init(socketPath: String, timeout: Duration = .seconds(5)) {
    self.socketPath = socketPath
    self.timeout = timeout
  }

  /// Whether there is a connection, as far as is known without using it.
  public var isConnected: Bool { socket != nil }

  /// The connection's descriptor, to poll for readability; nil without a connection.
  public var fileDescriptor: Int32? { socket?.descriptor }

  /// How many answers are still to come or to be taken.
  public var outstanding: Int { pending.count }

  /// Connects, if there is no connection.
  public func connect() throws(ClientError) {
    if socket != nil { return }
    socket = try UnixSocket.connected(to: socketPath, deadline: Deadline(after: timeout))
  }

  /// Closes the connection and drops what was sent and not yet answered.
  public func disconnect() {
    socket = nil
    incoming.removeAll()
    outgoing.removeAll()
    arrived.removeAll()
    taken = 0
    pending.removeAll()
    splitter = FrameSplitter(limit: splitter.limit)
  }

  /// Queues a request and returns its id. It is sent at once when much is queued, and by `flush` or
  /// `receive` at the latest.
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
    if outgoing.count > 48 * 1024 { try flush() }
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

  /// The next answer to arrive, waiting for it; answers to forgotten requests are passed over.
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

  /// The next answer that has arrived, or nil when there is none yet. Does not wait.
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

  /// The answer to the request `id`, waiting for it; others stay to be received.
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

  /// Drops the answer to the request `id` when it comes.
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

  /// Cuts `incoming` into lines and reads those as answers.
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
    incoming.removeAll(keepingCapacity: incoming.capacity <= 1 << 20)
    if let failure { throw failure }
  }

  /// Keeps the answers that somebody waits for. One with id null belongs to whoever waits.
  private func keep(_ responses: [Response]) {
    for response in responses {
      guard let id = response.id.integer else {
        if response.id == .null { arrived.append(response) }
        continue
      }
      if pending.contains(id) { arrived.append(response) }
    }
  }

  /// Runs `body`; an error closes the connection, whose state nobody knows then.
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
