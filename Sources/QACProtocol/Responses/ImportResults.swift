// The results of `import` and `export`: written by the daemon, read by a client.

public import QACJSON

/// What an `import` did.
public struct ImportCounts: Sendable, Equatable {
  /// Events that were recorded.
  public var recorded: Int
  /// Events that were there already.
  public var known: Int
  /// Events that were not recorded because their time is later than the daemon's.
  public var ahead: Int

  /// Makes counts.
  public init(recorded: Int = 0, known: Int = 0, ahead: Int = 0) {
    self.recorded = recorded
    self.known = known
    self.ahead = ahead
  }

  /// Reads a result.
  public init(_ result: JSONValue) throws(ResponseFault) {
    guard let recorded = result["recorded"]?.wholeNumber else {
      throw .invalidResult(member: "recorded")
    }
    guard let known = result["known"]?.wholeNumber else { throw .invalidResult(member: "known") }
    guard let ahead = result["ahead"]?.wholeNumber else { throw .invalidResult(member: "ahead") }
    self.init(recorded: Int(recorded), known: Int(known), ahead: Int(ahead))
  }

  /// Adds other counts.
  public static func += (sum: inout ImportCounts, other: ImportCounts) {
    sum.recorded += other.recorded
    sum.known += other.known
    sum.ahead += other.ahead
  }
}

/// A page of `export`.
public struct ExportPage: Sendable, Equatable {
  /// Events of the session, oldest first.
  public var events: [Request.ImportedEvent]
  /// Where the next page begins; nil if there is none.
  public var next: [UInt8]?

  /// Reads a result for `session`.
  public init(_ result: JSONValue, session: SessionName) throws(ResponseFault) {
    guard let elements = result["events"]?.elements else {
      throw .invalidResult(member: "events")
    }
    events = []
    for element in elements {
      guard case .object(let members) = element,
        let event = Request.ImportedEvent(
          .object(members + [.init(name: Array("session".utf8), value: .string(session.bytes))]))
      else { throw .invalidResult(member: "events[]") }
      events.append(event)
    }
    next = result["next"]?.utf8
  }
}

extension ResponseEncoder {
  /// Appends the answer to `import`.
  public static func imported(_ counts: ImportCounts, id: RequestID, into output: inout [UInt8]) {
    open(id: id, into: &output)
    JSONText.append("{\"recorded\":", to: &output)
    JSONText.append(integer: Int64(counts.recorded), to: &output)
    JSONText.append(",\"known\":", to: &output)
    JSONText.append(integer: Int64(counts.known), to: &output)
    JSONText.append(",\"ahead\":", to: &output)
    JSONText.append(integer: Int64(counts.ahead), to: &output)
    output.append(0x7D)
    close(into: &output)
  }

  /// Appends the answer to `export`.
  ///
  /// - Parameters:
  ///   - events: A page of events of one session, oldest first.
  ///   - next: Where the next page begins; nil if there is none.
  ///   - id: The request's id.
  ///   - output: Where to write.
  public static func exported(
    _ events: [Request.ImportedEvent], next: [UInt8]?, id: RequestID, into output: inout [UInt8]
  ) {
    open(id: id, into: &output)
    JSONText.append("{\"events\":[", to: &output)
    for (i, event) in events.enumerated() {
      JSONText.append(i > 0 ? ",{\"query\":" : "{\"query\":", to: &output)
      JSONText.append(string: event.query, to: &output)
      JSONText.append(",\"at\":", to: &output)
      JSONText.append(integer: event.at, to: &output)
      event.appendRest(to: &output)
    }
    output.append(0x5D)
    if let next {
      JSONText.append(",\"next\":", to: &output)
      JSONText.append(string: next, to: &output)
    }
    output.append(0x7D)
    close(into: &output)
  }
}
