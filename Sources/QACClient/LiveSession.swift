// One person's session over a daemon that may come and go: what an interactive front end needs.
//
// Nothing here waits for the daemon but the connecting itself: the front end polls `fileDescriptor`, calls
// `advance` when it is readable or `patience` is over, and shows the events.
//
// Invariant: a submitted query stays in `outbox` until the daemon confirmed it. After a lost connection
// it is not known whether a query that was on its way was recorded; the session's history tells, and what is
// not there is sent again. Only the newest text's completions are waited for.
// Cost: O(1) a keystroke beside the protocol's.

public import QACProtocol

/// A session that survives its daemon's restarts.
public final class LiveSession {
  /// What happened.
  public enum Event: Sendable, Equatable {
    /// The completions of `text` are there, so long after they were asked for.
    case completed(Completion, text: String, after: Duration)
    /// A submitted query is durable.
    case recorded
    /// The daemon refused something.
    case refused(RemoteError)
    /// There is no connection; it is tried again by itself.
    case lost(ClientError)
    /// There is a connection again.
    case back
  }

  /// A submitted query that was not confirmed yet.
  private struct Submission {
    var query: [UInt8]
    /// The request on its way.
    var id: Int64?
    /// Whether it was on its way when a connection broke.
    var isUncertain = false
  }

  private static let shortestDelay = Duration.milliseconds(100)
  private static let longestDelay = Duration.seconds(2)

  /// The session's name.
  public let session: SessionName
  private let client: Client
  private let limit: Int?
  private let clock: () -> ContinuousClock.Instant
  private var outbox: [Submission] = []
  /// The newest text whose completions are wanted and not there.
  private var wanted: (text: String, id: Int64?, since: ContinuousClock.Instant)?
  /// Since when a submission has been on its way without any being confirmed.
  private var oldestRecord: ContinuousClock.Instant?
  private var retryAt: ContinuousClock.Instant?
  /// When to send again what the daemon was too busy for.
  private var resendAt: ContinuousClock.Instant?
  private var delay = LiveSession.shortestDelay
  private var events: [Event] = []

  /// Makes a session on `client`, which is used by nothing else from now on.
  ///
  /// - Parameters:
  ///   - client: The client; its timeout bounds how long an answer is waited for.
  ///   - session: The session's name.
  ///   - limit: How many suggestions at the most, or nil for the daemon's default.
  ///   - clock: Tells the time; it is asked anew after everything that may have taken some.
  public init(
    client: Client, session: SessionName, limit: Int?,
    clock: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    self.client = client
    self.session = session
    self.limit = limit
    self.clock = clock
  }

  /// How many submitted queries the daemon has not confirmed.
  public var unrecorded: Int { outbox.count }

  /// What to poll for readability; nil while there is no connection.
  public var fileDescriptor: Int32? { client.fileDescriptor }

  /// How long nothing needs to be done unless the connection becomes readable; nil: forever.
  public var patience: Duration? {
    if !events.isEmpty { return .zero }
    let now = clock()
    if let retryAt { return max(.zero, retryAt - now) }
    let moments = [waitingSince.map { $0 + client.timeout }, resendAt].compactMap { $0 }
    return moments.min().map { max(.zero, $0 - now) }
  }

  private var waitingSince: ContinuousClock.Instant? {
    let asked = wanted.flatMap { $0.id == nil ? nil : $0.since }
    guard let asked, let oldestRecord else { return asked ?? oldestRecord }
    return min(asked, oldestRecord)
  }

  /// Asks for the completions of `text`; older questions are forgotten.
  public func complete(_ text: String) {
    if let id = wanted?.id { client.abandon(id) }
    wanted = (text, nil, clock())
    sendWhatIsDue()
  }

  /// Records a submitted query.
  public func record(_ query: String) {
    outbox.append(Submission(query: Array(query.utf8)))
    sendWhatIsDue()
  }

  /// Does what is due: takes what arrived, gives up on what took too long, tries to connect
  /// again; returns what happened since the last call.
  public func advance() -> [Event] {
    if let retryAt {
      if clock() >= retryAt { reconnect() }
    } else {
      receive()
      if let resendAt, clock() >= resendAt { sendWhatIsDue() }
    }
    defer { events.removeAll() }
    return events
  }

  private func receive() {
    do throws(ClientError) {
      guard client.isConnected else { return }
      while let response = try client.receiveAvailable() { take(response) }
      if let since = waitingSince, clock() - since >= client.timeout {
        let (seconds, attoseconds) = client.timeout.components
        throw .timedOut(.receive, seconds: Double(seconds) + Double(attoseconds) * 1e-18)
      }
    } catch {
      lose(error)
    }
  }

  private func take(_ response: Response) {
    let now = clock()
    if let wanted, response.id.integer == wanted.id, wanted.id != nil {
      self.wanted = nil
      switch response.outcome {
      case .failure(let error): events.append(.refused(error))
      case .success(let result):
        do throws(ResponseFault) {
          events.append(
            .completed(try Completion(result), text: wanted.text, after: now - wanted.since))
        } catch {
          events.append(.refused(RemoteError(code: 0, message: "\(error)")))
        }
      }
      return
    }
    if let place = outbox.firstIndex(where: { $0.id != nil && $0.id == response.id.integer }) {
      switch response.outcome {
      case .success:
        outbox.remove(at: place)
        events.append(.recorded)
      case .failure(let error):
        if error.known?.isTransient == true {
          outbox[place].id = nil
          resendAt = now + Self.shortestDelay
        } else {
          outbox.remove(at: place)
        }
        events.append(.refused(error))
      }
      oldestRecord = outbox.contains { $0.id != nil } ? now : nil
      return
    }
    if case .failure(let error) = response.outcome { events.append(.refused(error)) }
  }

  /// Sends what waits to be sent, if there is a connection or none was tried yet.
  private func sendWhatIsDue() {
    guard retryAt == nil else { return }
    resendAt = nil
    do throws(ClientError) {
      for place in outbox.indices where outbox[place].id == nil {
        outbox[place].id = try client.send(
          .record(.init(session: session, query: outbox[place].query)))
        oldestRecord = oldestRecord ?? clock()
      }
      if let wanted, wanted.id == nil {
        let request = Request.Complete(
          context: .session(session), prefix: Array(wanted.text.utf8), limit: limit)
        self.wanted?.id = try client.send(.complete(request))
      }
      try client.flush()
    } catch {
      lose(error)
    }
  }

  private func lose(_ error: ClientError) {
    client.disconnect()
    for place in outbox.indices where outbox[place].id != nil {
      outbox[place].id = nil
      outbox[place].isUncertain = true
    }
    wanted?.id = nil
    oldestRecord = nil
    resendAt = nil
    retryAt = clock() + delay
    delay = min(delay * 2, Self.longestDelay)
    events.append(.lost(error))
  }

  private func reconnect() {
    retryAt = nil
    do throws(ClientError) {
      // Asking proves that somebody answers, not only that somebody listens.
      _ = try client.ping()
      try settleUncertain()
    } catch {
      lose(error)
      return
    }
    delay = Self.shortestDelay
    events.append(.back)
    wanted?.since = clock()
    sendWhatIsDue()
  }

  /// Takes those queries out of the outbox that the history proves to be recorded.
  private func settleUncertain() throws(ClientError) {
    let count = outbox.count { $0.isUncertain }
    guard count > 0 else { return }
    let limit = min(count, ProtocolLimits.maximumLimit)
    let recorded = try client.history(.init(session: session, limit: limit)).map(\.query)
    outbox.removeAll { submission in
      let isThere = submission.isUncertain && recorded.contains(submission.query)
      if isThere { events.append(.recorded) }
      return isThere
    }
    for place in outbox.indices { outbox[place].isUncertain = false }
  }
}
