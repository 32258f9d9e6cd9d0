// Turns one line into requests: JSON-RPC 2.0, single or batched.
//
// Invariant: a line is checked as JSON to its last byte before anything in it counts, so half a
// line is never carried out. Members that the protocol knows may not be repeated, because two
// readers could take different ones. Members that it does not know are skipped, so that clients may
// be newer.
// Cost: two passes over `params`, one over the rest; one allocation per text of the request.

internal import QACJSON

/// Decodes request lines.
public struct RequestDecoder: Sendable {
  /// A decoded request.
  public struct Decoded: Sendable, Equatable {
    /// The request.
    public var request: Request
    /// The id to answer with, or nil for a notification.
    public var id: RequestID?
  }

  /// Whether `at` is accepted, which the daemon's `--clock client` allows.
  public let acceptsClientTime: Bool

  /// Makes a decoder.
  public init(acceptsClientTime: Bool) {
    self.acceptsClientTime = acceptsClientTime
  }

  /// Decodes a line that holds one request.
  public func decode(_ line: UnsafeBufferPointer<UInt8>) throws(RequestError) -> Decoded {
    var scanner = JSONScanner(line)
    var envelope: Envelope?
    do throws(JSONFault) {
      if scanner.next() == 0x7B {
        envelope = try Envelope(&scanner, depth: 0)
      } else {
        try scanner.skipValue(depth: 0)
      }
      try scanner.end()
    } catch {
      throw RequestError(fault: .notJSON(error), id: .null)
    }
    guard let envelope else { throw RequestError(fault: .notAnObject, id: .null) }
    return try decode(envelope, in: line)
  }

  /// Whether the line's first value is an array: a batch.
  static func isBatch(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    var scanner = JSONScanner(line)
    return scanner.next() == 0x5B
  }

  /// Decodes a line that holds a batch.
  ///
  /// - Returns: For each element the request, or what is wrong with it.
  /// - Throws: `RequestError` if one error answers the whole line.
  public func decodeBatch(
    _ line: UnsafeBufferPointer<UInt8>
  ) throws(RequestError) -> [Result<Decoded, RequestError>] {
    let starts: [Int]
    do throws(JSONFault) {
      starts = try Self.elementStarts(line)
    } catch {
      throw RequestError(fault: .notJSON(error), id: .null)
    }
    guard !starts.isEmpty else { throw RequestError(fault: .emptyBatch, id: .null) }
    guard starts.count <= ProtocolLimits.maximumBatchRequests else {
      throw RequestError(
        fault: .batchTooLarge(limit: ProtocolLimits.maximumBatchRequests), id: .null)
    }
    var results: [Result<Decoded, RequestError>] = []
    results.reserveCapacity(starts.count)
    for start in starts {
      do throws(RequestError) {
        results.append(.success(try decodeElement(of: line, at: start)))
      } catch {
        results.append(.failure(error))
      }
    }
    return results
  }

  /// The positions of the array's elements, at most one more than a batch may have; it checks the
  /// whole line.
  private static func elementStarts(
    _ line: UnsafeBufferPointer<UInt8>
  ) throws(JSONFault) -> [Int] {
    var scanner = JSONScanner(line)
    var starts: [Int] = []
    _ = scanner.next()
    try scanner.open(depth: 0)
    if !scanner.take(0x5D) {
      repeat {
        _ = scanner.next()
        if starts.count <= ProtocolLimits.maximumBatchRequests { starts.append(scanner.position) }
        try scanner.skipValue(depth: 1)
      } while try scanner.hasAnother(closing: 0x5D)
    }
    try scanner.end()
    return starts
  }

  private func decodeElement(
    of line: UnsafeBufferPointer<UInt8>, at start: Int
  ) throws(RequestError) -> Decoded {
    var scanner = JSONScanner(line)
    scanner.position = start
    guard scanner.next() == 0x7B else { throw RequestError(fault: .notAnObject, id: .null) }
    let envelope: Envelope
    do throws(JSONFault) {
      envelope = try Envelope(&scanner, depth: 1)
    } catch {
      throw RequestError(fault: .notJSON(error), id: .null)
    }
    return try decode(envelope, in: line)
  }

  /// Checks the members of the envelope and decodes its parameters.
  private func decode(
    _ envelope: Envelope, in line: UnsafeBufferPointer<UInt8>
  ) throws(RequestError) -> Decoded {
    if let fault = envelope.fault {
      throw RequestError(
        fault: fault, id: envelope.isNotification ? nil : envelope.id ?? .null)
    }
    let scanner = JSONScanner(line)
    guard let token = envelope.method else {
      throw RequestError(
        fault: .invalidMember(name: "method", expected: "a string"), id: envelope.id ?? .null)
    }
    guard let method = Method(token, scanner) else {
      throw RequestError(fault: .unknownMethod, id: envelope.id)
    }
    var parameters = Parameters(method: method, acceptsClientTime: acceptsClientTime)
    do throws(JSONFault) {
      if let start = envelope.params { try parameters.read(line, at: start) }
    } catch {
      throw RequestError(fault: .notJSON(error), id: envelope.id)
    }
    do throws(ProtocolFault) {
      return Decoded(request: try parameters.request(), id: envelope.id)
    } catch {
      throw RequestError(fault: error, id: envelope.id)
    }
  }
}

extension Method {
  /// The method that a scanned string names; the most frequent ones are compared first.
  init?(_ token: JSONScanner.StringToken, _ scanner: JSONScanner) {
    // By raw values, because `allCases` would allocate an array.
    var place = 0
    while let method = Method(rawValue: place) {
      if scanner.matches(token, method.name) {
        self = method
        return
      }
      place += 1
    }
    return nil
  }
}
