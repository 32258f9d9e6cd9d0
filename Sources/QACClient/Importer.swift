// Sends events to the daemon to be imported: many per request, several requests at a time.
//
// The daemon adds an event once, however often it is sent (`Request.ImportedEvent`). So a request
// that the daemon was too busy for is sent again, and after an error the whole import may be.
// Invariant: `waiting` holds the events of every request that has no answer.
// Cost: at most `window` requests of about `requestBytes` in memory.

public import QACProtocol

/// Imports events.
public final class Importer {
  /// How many requests may wait for their answers: enough to share the daemon's syncs of the disk.
  private static let window = 16
  /// About the most bytes of a request. The daemon reads a request at one stretch, so longer ones
  /// would keep others waiting.
  private static let requestBytes = 16 * 1024
  /// How often a request is sent before a daemon that is too busy counts as an error.
  private static let attempts = 50
  private struct Batch {
    var events: [Request.ImportedEvent]
    var attempt = 1
  }

  /// What the daemon did so far.
  public private(set) var counts = ImportCounts()
  private let client: Client
  private var events: [Request.ImportedEvent] = []
  private var bytes = 0
  private var waiting: [Int64: Batch] = [:]
  private let pause: (Int32) -> Void

  /// Makes an importer on `client`, which must not be used for anything else meanwhile.
  ///
  /// - Parameters:
  ///   - client: The client.
  ///   - pause: Waits for so many milliseconds.
  public init(client: Client, pause: @escaping (Int32) -> Void) {
    self.client = client
    self.pause = pause
  }

  /// Adds an event; waits if too many requests are under way.
  public func add(_ event: Request.ImportedEvent) throws(ClientError) {
    let size = event.encodedBytes
    let isFull =
      bytes + size > Self.requestBytes && !events.isEmpty
      || events.count == ProtocolLimits.maximumImportedEvents
    if isFull { try sendEvents() }
    events.append(event)
    bytes += size
  }

  /// Sends what is left, and waits for all answers.
  public func finish() throws(ClientError) {
    try sendEvents()
    while !waiting.isEmpty { try settle() }
  }

  private func sendEvents() throws(ClientError) {
    if events.isEmpty { return }
    let batch = Batch(events: events)
    events = []
    bytes = 0
    try send(batch)
    while waiting.count >= Self.window { try settle() }
  }

  private func send(_ batch: Batch) throws(ClientError) {
    waiting[try client.send(.importEvents(batch.events))] = batch
    try client.flush()
  }

  /// Receives one answer; sends its events again if the daemon was too busy.
  private func settle() throws(ClientError) {
    let response = try client.receive()
    guard let id = response.id.integer, var batch = waiting.removeValue(forKey: id) else {
      if case .failure(let error) = response.outcome { throw .refused(error) }
      return
    }
    switch response.outcome {
    case .success(let result):
      do throws(ResponseFault) {
        counts += try ImportCounts(result)
      } catch {
        throw .invalidAnswer(error)
      }
    case .failure(let error):
      guard error.known?.isTransient == true, batch.attempt < Self.attempts else {
        throw .refused(error)
      }
      batch.attempt += 1
      pause(20)
      try send(batch)
    }
  }
}

extension Client {
  /// Calls `body` with every event of a session, oldest first.
  ///
  /// - Throws: `ClientError`, or what `body` throws.
  public func forEachEvent(
    of session: SessionName, _ body: (Request.ImportedEvent) throws(ClientError) -> Void
  ) throws(ClientError) {
    var request = Request.Export(session: session)
    while true {
      let result = try call(.exportEvents(request))
      let page: ExportPage
      do throws(ResponseFault) {
        page = try ExportPage(result, session: session)
      } catch {
        throw .invalidAnswer(error)
      }
      for event in page.events { try body(event) }
      guard let next = page.next else { return }
      request.after = next
    }
  }
}
