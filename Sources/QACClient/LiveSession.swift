// One person's session with a daemon that may stop and restart: for an interactive front end.
//
// Only connecting waits for the daemon. The front end polls `fileDescriptor`, calls `advance` when
// it is readable or when `patience` is over, and shows the events.
//
// Invariant: a submitted query stays in `outbox` until the daemon has confirmed it. After a lost
// connection it is unknown whether a query that was on its way was recorded. The session's history
// tells, and queries that are not in it are sent again. Only the completions of the newest text are
// waited for, and only the newest list. What is forgotten is sent until the daemon has confirmed
// it, because it may be forgotten twice. Both wait in `questions`.
// Cost: O(1) per keystroke, plus the protocol's.

public import QACProtocol

/// A session that survives its daemon's restarts.
public final class LiveSession {
  /// What happened.
  public enum Event: Sendable, Equatable {
    /// The completions of `text` have come, and how long they took.
    case completed(Completion, text: String, after: Duration)
    /// A submitted query is durable.
    case recorded
    /// The recorded queries have come that `search` finds, or the newest ones if it is nil; a
    /// daemon without the feature `search` gives the newest ones in both cases.
    case listed([SearchPage.Hit], search: String?)
    /// What was recorded of a query is deleted, so many times.
    case forgotten(Int, query: String)
    /// The daemon refused a request.
    case refused(RemoteError)
    /// The connection is lost; the session tries to connect again by itself.
    case lost(ClientError)
    /// There is a connection again.
    case back
  }

  /// A submitted query that is not confirmed yet.
  private struct Submission {
    var session: SessionName
    var query: [UInt8]
    var circumstances: Request.Circumstances
    /// The id of the request that is on its way; nil if none is.
    var id: Int64?
    /// Whether it was on its way when a connection was lost.
    var isUncertain = false
  }

  /// A question that is not answered yet.
  struct Question {
    enum Kind: Equatable {
      case list(search: String?)
      case forget(query: String)
    }
    var session: SessionName
    var kind: Kind
    /// The id of the request that is on its way; nil if none is.
    var id: Int64?
  }

  private static let shortestDelay = Duration.milliseconds(100)
  private static let longestDelay = Duration.seconds(2)

  /// The session's name.
  public internal(set) var session: SessionName
  /// What the daemon knows (`features` of its status); what is not in it is not asked for.
  public var features: Set<String> = []
  let client: Client
  private let limit: Int?
  private let items: Int?
  private let clock: () -> ContinuousClock.Instant
  private var outbox: [Submission] = []
  var questions: [Question] = []
  /// The newest text, while its completions have not come.
  private var wanted: (text: String, id: Int64?, since: ContinuousClock.Instant)?
  /// Since when submissions have been on their way without one being confirmed.
  private var oldestRecord: ContinuousClock.Instant?
  private var retryAt: ContinuousClock.Instant?
  /// When to send the queries again that the daemon was too busy for.
  private var resendAt: ContinuousClock.Instant?
  private var delay = LiveSession.shortestDelay
  var events: [Event] = []

  /// Makes a session on `client`, which must not be used for anything else from now on.
  ///
  /// - Parameters:
  ///   - client: The client; its timeout bounds how long the session waits for an answer.
  ///   - session: The session's name.
  ///   - limit: The most suggestions; nil for the daemon's default.
  ///   - items: The most items of the best completion; nil to ask for none.
  ///   - clock: Returns the time; it is asked again after everything that may take time.
  public init(
    client: Client, session: SessionName, limit: Int?, items: Int? = nil,
    clock: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    self.client = client
    self.session = session
    self.limit = limit
    self.items = items
    self.clock = clock
  }

  /// How many submitted queries the daemon has not confirmed.
  public var unrecorded: Int { outbox.count }

  /// The descriptor to poll for readability; nil while there is no connection.
  public var fileDescriptor: Int32? { client.fileDescriptor }

  /// After how long `advance` must be called even if the connection does not become readable; nil
  /// for never.
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

  /// Asks for the completions of `text`, and abandons older requests for completions.
  public func complete(_ text: String) {
    if let id = wanted?.id { client.abandon(id) }
    wanted = (text, nil, clock())
    sendWhatIsDue()
  }

  /// Records a submitted query, and what is known of it.
  public func record(
    _ query: String, _ circumstances: Request.Circumstances = Request.Circumstances()
  ) {
    outbox.append(
      Submission(session: session, query: Array(query.utf8), circumstances: circumstances))
    sendWhatIsDue()
  }

  /// Does what is due: takes the answers that have arrived, gives up on answers that took too long,
  /// and tries to connect again.
  ///
  /// - Returns: What happened since the last call.
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
    if let place = questions.firstIndex(where: { $0.id != nil && $0.id == response.id.integer }) {
      answer(questions.remove(at: place).kind, response.outcome)
      return
    }
    if case .failure(let error) = response.outcome { events.append(.refused(error)) }
  }

  /// Sends all that waits, unless the session is waiting to connect again.
  func sendWhatIsDue() {
    guard retryAt == nil else { return }
    resendAt = nil
    do throws(ClientError) {
      for place in outbox.indices where outbox[place].id == nil {
        outbox[place].id = try client.send(
          .record(
            .init(
              session: outbox[place].session, query: outbox[place].query,
              circumstances: outbox[place].circumstances)))
        oldestRecord = oldestRecord ?? clock()
      }
      for place in questions.indices where questions[place].id == nil {
        questions[place].id = try client.send(request(for: questions[place]))
      }
      if let wanted, wanted.id == nil {
        let request = Request.Complete(
          context: .session(session), prefix: Array(wanted.text.utf8), limit: limit, items: items,
          last: features.contains("last"))
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
    for place in questions.indices { questions[place].id = nil }
    oldestRecord = nil
    resendAt = nil
    retryAt = clock() + delay
    delay = min(delay * 2, Self.longestDelay)
    events.append(.lost(error))
  }

  private func reconnect() {
    retryAt = nil
    do throws(ClientError) {
      // A ping proves that the daemon answers, not only that it listens.
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

  /// Removes from the outbox the queries that the session's history shows to be recorded.
  private func settleUncertain() throws(ClientError) {
    for session in Set(outbox.filter(\.isUncertain).map(\.session)) {
      let count = outbox.count { $0.isUncertain && $0.session == session }
      let limit = min(count, ProtocolLimits.maximumLimit)
      let recorded = try client.history(.init(session: session, limit: limit)).map(\.query)
      outbox.removeAll { submission in
        let isThere =
          submission.isUncertain && submission.session == session
          && recorded.contains(submission.query)
        if isThere { events.append(.recorded) }
        return isThere
      }
    }
    for place in outbox.indices { outbox[place].isUncertain = false }
  }
}
