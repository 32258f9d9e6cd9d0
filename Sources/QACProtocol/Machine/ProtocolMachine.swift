// The server's half of one connection as a pure value.
//
// docs/protocol.md specifies the protocol: framing, methods, parameters, results and errors. A test
// decodes its examples, which show every method, and compares its numbers with `ProtocolLimits`.
//
// Order: events come in the order of the lines; replies may come in another order. The answers of a
// batch become one line when the last of them is there.
//
// Errors: no error closes the connection. Messages tell the remedy and hold nothing that was sent.
//
// Trust boundary: a client that can open the socket is trusted with every session, but not to send
// well-formed or short lines. Memory is bounded to one unfinished line and the answers of
// unfinished batches. The caller bounds the number of requests in flight, by `pendingReplies`.
//
// Cost: that of `FrameSplitter` and `RequestDecoder`; an answer outside a batch is written in
// place.

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
/// Invariant: every event's ticket is replied to once; `pendingReplies` counts the tickets that
/// still need an answer. Replies may come in any order.
public struct ProtocolMachine: Sendable {
  /// Stands for the answer that is owed to one request.
  public struct Ticket: Sendable, Equatable {
    /// The id to answer with; nil if the request is a notification, which gets no answer.
    public let id: RequestID?
    let batch: Int?

    /// Whether the answer is part of a batch.
    public var isOfBatch: Bool { batch != nil }
  }

  /// What the bytes of a connection mean.
  public enum Event: Sendable {
    /// A request that the caller must carry out and reply to.
    case request(Request, Ticket)
    /// Something that is not a valid request, which the caller must refuse.
    case refused(RequestError, Ticket)
  }

  /// The answer line of a batch while it is made.
  private struct Batch {
    var line: [UInt8] = [0x5B]
    var missing = 0
  }

  /// The number of replies that are still owed.
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
    // An empty line asks for nothing; the last `echo` of a script may leave one.
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

  /// The bytes of the answers that wait for the rest of the batch of `ticket`; 0 for a single
  /// request.
  public func heldBytes(of ticket: Ticket) -> Int {
    ticket.batch.flatMap { batches[$0]?.line.count } ?? 0
  }

  /// Replies to the request of `ticket`: `body` appends one answer with the id that it is given.
  ///
  /// For a notification `body` is not called. The answers of a batch are kept until all of them are
  /// there, and are then appended as one line.
  ///
  /// - Parameters:
  ///   - ticket: The request's ticket, which is used once.
  ///   - output: Complete lines are appended to it.
  ///   - body: Appends the answer, with `ResponseEncoder` or one of the other encoders.
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
      // The opening bracket was not counted in `heldBytes`.
      heldBytes -= batch.line.count - 1
      output.append(contentsOf: batch.line)
      output.append(contentsOf: [0x5D, 0x0A])
    } else {
      batches[key] = batch
    }
  }

  /// Replies to `ticket` with the error of `fault`.
  public mutating func refuse(
    _ fault: ProtocolFault, _ ticket: Ticket, into output: inout [UInt8]
  ) {
    reply(to: ticket, into: &output) { id, output in
      ResponseEncoder.error(fault, id: id, into: &output)
    }
  }

  /// Begins a long reply to the request of `ticket`.
  ///
  /// The caller appends one answer, in any number of pieces, and then calls `endReply`. Meanwhile
  /// it appends nothing else to the connection's output.
  ///
  /// - Precondition: The ticket is not part of a batch.
  /// - Returns: The id of the answer; nil for a notification, which gets no answer.
  public mutating func beginReply(to ticket: Ticket) -> RequestID? {
    precondition(ticket.batch == nil, "the answer of a batch is one line; it has no pieces")
    guard let id = ticket.id else { return nil }
    pendingReplies -= 1
    return id
  }

  /// Ends the reply that `beginReply` began.
  public func endReply(into output: inout [UInt8]) {
    output.append(0x0A)
  }
}
