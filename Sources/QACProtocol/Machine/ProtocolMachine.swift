// The wire, and the server's half of one connection as a pure value.
//
// Who connects: a front end or a script of the user who runs the daemon, to a Unix stream socket
// that only this user can open. There is no handshake; a connection carries any number of
// requests.
//
// Framing: a frame is one line of UTF-8 JSON ended by "\n"; a "\r" before it is dropped, empty
// lines are ignored. A request line holds at most `ProtocolLimits.maximumFrameBytes` bytes. A
// longer one gets one error with id null and is skipped to its newline; the connection goes on. An
// unfinished last line is dropped.
//
// Requests: JSON-RPC 2.0.
//   {"jsonrpc":"2.0","id":ID,"method":NAME,"params":{...}}
//   id        a string, a whole number or null, echoed as it was written; without it the
//             request is a notification: carried out, never answered
//   complete  {session?, prefix, limit?, previous?, explain?, at?}
//             -> {suggestions:[{text, score, source, features?}], index, took_us}
//             features: [{name, value, weight}]
//   record    {session, query, at?}  -> {}
//   history   {session, limit?}      -> {queries:[{query, at}]}, newest first
//   forget    {session, query?}      -> {forgotten}
//   status    {}                     -> {protocol, ...}
//   metrics   {}                     -> {text}
//   reload    {}                     -> {index}
//   ping      {}                     -> {protocol}
// `session` and `previous` (earlier queries, oldest first, nothing stored) exclude each other.
// `at` is refused unless the daemon runs with `--clock client`. `null` for an optional parameter
// is the same as leaving it out. Types and ranges: `ProtocolLimits`, `SessionName`, `Parameters`.
//
// Order: requests of one connection take effect in the order of their lines; answers may come in
// another one. A batch, an array of requests, is answered by one line when its last answer is
// there.
//
// Unknown things: the server refuses unknown methods (-32601) and passes over unknown members; of
// the members it knows each may be given once. The client passes over unknown members, sources and
// error codes.
//
// Errors: `ErrorCode`. No error closes the connection. Messages tell the remedy and hold nothing
// of what was sent.
//
// Trust boundary: whoever may open the socket is trusted with every session; what he sends is not
// trusted to be well-formed or small. Memory is bounded: one unfinished line, and the answers of
// unfinished batches. How many requests may be in flight is the shell's to bound, by
// `pendingReplies`.
//
// docs/protocol.md renders this with examples.

/// One connection as the server sees it: bytes in, requests out; answers in, bytes out.
///
///     var machine = ProtocolMachine(acceptsClientTime: false)
///     machine.receive(bytes, into: &events)
///     for event in events {
///       switch event {
///       case .request(let request, let ticket):
///         machine.reply(to: ticket, into: &output) { id, output in … }
///       case .refused(let error, let ticket):
///         machine.refuse(error.fault, ticket, into: &output)
///       }
///     }
///
/// Invariant: every event's ticket is replied to once; `pendingReplies` counts the tickets that are
/// still out and want an answer. Replies may come in any order.
public struct ProtocolMachine: Sendable {
  /// Stands for the answer that one request is owed.
  public struct Ticket: Sendable, Equatable {
    /// The id to answer with; nil when nobody waits for an answer.
    public let id: RequestID?
    let batch: Int?

    /// Whether its answer is one of a batch.
    public var isOfBatch: Bool { batch != nil }
  }

  /// What a connection's bytes amount to.
  public enum Event: Sendable {
    /// A request to carry out and to reply to.
    case request(Request, Ticket)
    /// Something that is no request, to be refused.
    case refused(RequestError, Ticket)
  }

  /// The answer line of a batch while it is put together.
  private struct Batch {
    var line: [UInt8] = [0x5B]
    var missing = 0
  }

  /// How many replies are still owed.
  public private(set) var pendingReplies = 0

  /// The bytes of all answers that wait for the rest of their batches.
  public private(set) var heldBytes = 0

  private let decoder: RequestDecoder
  private var splitter: FrameSplitter
  private var batches: [Int: Batch] = [:]
  private var nextBatch = 0

  /// Makes the machine of a new connection.
  public init(
    acceptsClientTime: Bool, maximumFrameBytes: Int = ProtocolLimits.maximumFrameBytes
  ) {
    decoder = RequestDecoder(acceptsClientTime: acceptsClientTime)
    splitter = FrameSplitter(limit: maximumFrameBytes)
  }

  /// Whether the bytes so far end within a line; at the end of the stream that line is dropped.
  public var isMidFrame: Bool { splitter.isMidFrame }

  /// Takes the next bytes from the client and appends to `events` what they complete, in order.
  ///
  /// - Complexity: O(`bytes.count`).
  public mutating func receive(
    _ bytes: UnsafeBufferPointer<UInt8>, into events: inout [Event]
  ) {
    var splitter = self.splitter
    self.splitter = FrameSplitter(limit: splitter.limit)
    splitter.receive(bytes) { frame in
      switch frame {
      case .line(let line): take(line, into: &events)
      case .oversized:
        refuse(
          RequestError(fault: .frameTooLarge(limit: splitterLimit), id: .null), into: &events)
      }
    }
    self.splitter = splitter
  }

  /// Takes the next bytes from the client and appends to `events` what they complete, in order.
  public mutating func receive(_ bytes: [UInt8], into events: inout [Event]) {
    bytes.withUnsafeBufferPointer { receive($0, into: &events) }
  }

  private var splitterLimit: Int { splitter.limit }

  private mutating func take(_ line: UnsafeBufferPointer<UInt8>, into events: inout [Event]) {
    // An empty line asks for nothing: what a script's last `echo` leaves.
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
    do throws(RequestError) {
      if RequestDecoder.isBatch(line) {
        take(batch: try decoder.decodeBatch(line), into: &events)
      } else {
        let decoded = try decoder.decode(line)
        if decoded.id != nil { pendingReplies += 1 }
        events.append(.request(decoded.request, Ticket(id: decoded.id, batch: nil)))
      }
    } catch {
      refuse(error, into: &events)
    }
  }

  private mutating func refuse(_ error: RequestError, into events: inout [Event]) {
    if error.id != nil { pendingReplies += 1 }
    events.append(.refused(error, Ticket(id: error.id, batch: nil)))
  }

  private mutating func take(
    batch results: [Result<RequestDecoder.Decoded, RequestError>], into events: inout [Event]
  ) {
    var batch = Batch()
    for result in results {
      switch result {
      case .success(let decoded):
        if decoded.id != nil { batch.missing += 1 }
        events.append(.request(decoded.request, Ticket(id: decoded.id, batch: nextBatch)))
      case .failure(let error):
        if error.id != nil { batch.missing += 1 }
        events.append(.refused(error, Ticket(id: error.id, batch: nextBatch)))
      }
    }
    pendingReplies += batch.missing
    if batch.missing > 0 { batches[nextBatch] = batch }
    nextBatch += 1
  }

  /// The bytes of the answers that wait for the rest of the batch of `ticket`; 0 for a single request.
  public func heldBytes(of ticket: Ticket) -> Int {
    ticket.batch.flatMap { batches[$0]?.line.count } ?? 0
  }

  /// Replies to the request of `ticket`: `body` appends one answer with the id that it is given.
  ///
  /// A notification's body is not called. A batch's answers are kept until all of them are there
  /// and then appended as one line.
  ///
  /// - Parameters:
  ///   - ticket: The request's ticket; each is used once.
  ///   - output: Where complete lines are appended.
  ///   - body: Appends the answer, by `ResponseEncoder` and its like.
  public mutating func reply(
    to ticket: Ticket, into output: inout [UInt8],
    _ body: (_ id: RequestID, _ output: inout [UInt8]) -> Void
  ) {
    guard let id = ticket.id else { return }
    pendingReplies -= 1
    guard let key = ticket.batch else {
      body(id, &output)
      output.append(0x0A)
      return
    }
    guard var batch = batches.removeValue(forKey: key) else {
      preconditionFailure("a ticket of a finished batch was replied to again")
    }
    let before = batch.line.count
    if before > 1 { batch.line.append(0x2C) }
    body(id, &batch.line)
    heldBytes += batch.line.count - before
    batch.missing -= 1
    if batch.missing == 0 {
      // Its opening bracket was never counted.
      heldBytes -= batch.line.count - 1
      output.append(contentsOf: batch.line)
      output.append(contentsOf: [0x5D, 0x0A])
    } else {
      batches[key] = batch
    }
  }

  /// Replies to `ticket` with the error that `fault` stands for.
  public mutating func refuse(
    _ fault: ProtocolFault, _ ticket: Ticket, into output: inout [UInt8]
  ) {
    reply(to: ticket, into: &output) { id, output in
      ResponseEncoder.error(fault, id: id, into: &output)
    }
  }

  /// Begins a long reply to the request of `ticket`: the caller appends one answer, in as many pieces as he likes,
  /// and then calls `endReply`; meanwhile nothing else is appended to the connection's output.
  ///
  /// - Precondition: The ticket is not of a batch.
  /// - Returns: The id of the answer; nil for a notification, which gets none.
  public mutating func beginReply(to ticket: Ticket) -> RequestID? {
    precondition(ticket.batch == nil, "the answer of a batch is one line; it has no pieces")
    guard let id = ticket.id else { return nil }
    pendingReplies -= 1
    return id
  }

  /// Ends what `beginReply` began.
  public func endReply(into output: inout [UInt8]) {
    output.append(0x0A)
  }
}
