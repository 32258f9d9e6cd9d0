// One event loop's end of the feed: its overlays, and what is left to be done to them.
//
// Whatever comes is carried out in turns of the loop: `turnMessages` at a time, and of a deletion, which may have
// to look at every event of an overlay, `turnSteps`. Completions use the overlays as they are; what was
// acknowledged is in them, since it is acknowledged when it is. A deletion is finished in a turn of its own, in
// which the loop's working memory is overwritten as well.
//
// Invariant: used on its loop alone; an overlay has seen every message since its snapshot that this
// loop has carried out, but for what deletions still have to look at. Between the hand-over of a new index's
// overlay and the retirement of the old one there are two, so that requests of both indexes find theirs.

internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACSessions
internal import QACText

/// The overlays of one event loop.
final class LiveView {
  /// The messages of one turn: below a millisecond.
  private static let turnMessages = 32
  /// How far a deletion goes in one turn: below a millisecond.
  private static let turnSteps = 8192

  /// A deletion that this loop has not finished.
  private struct Work {
    let deletion: LiveDeletion
    var parts: [(overlay: LiveOverlay, step: LiveOverlay.Deletion)]
  }

  private let feed: LiveFeed
  private let loop: Int
  private var next = 0
  private var overlays: [(engine: CompletionEngine, overlay: LiveOverlay)] = []
  private var work: [Work] = []
  private var isGoingOn = false
  /// Has `goOn` called in a later turn of the loop.
  var later: () -> Void = {}
  /// Overwrites the working memory of the loop: called in a turn in which nothing uses it.
  var whenForgotten: () -> Void = {}

  /// Makes the view of loop `loop`; one only of each loop.
  init(_ feed: LiveFeed, loop: Int) {
    self.feed = feed
    self.loop = loop
  }

  /// What was submitted since the index of `engine` was built; nil where nothing is kept.
  func overlay(of engine: CompletionEngine) -> LiveOverlay? {
    if let known = find(engine) { return known }
    // Another index was put in place, and this loop has not come to its overlay yet.
    while takePiece() > 0 {}
    return find(engine)
  }

  private func find(_ engine: CompletionEngine) -> LiveOverlay? {
    for entry in overlays where entry.engine === engine { return entry.overlay }
    return nil
  }

  /// Carries out some of what waits; how many messages that was.
  private func takePiece() -> Int {
    let (messages, acknowledgements) = feed.take(loop, from: next, limit: Self.turnMessages)
    for message in messages { carryOut(message) }
    next += messages.count
    // Last: who is told may come back into here.
    for tell in acknowledgements { tell() }
    return messages.count
  }

  private func carryOut(_ message: LiveFeed.Message) {
    switch message {
    case .adopt(let parcel, let missed):
      guard let overlay = parcel.take(loop) else { return }
      for message in missed { message.apply(to: overlay, of: parcel.engine) }
      // Made anew, it takes the place of the one before.
      discard(parcel.engine)
      overlays.append((parcel.engine, overlay))
    case .retire(let engine):
      discard(engine)
    case .record:
      for entry in overlays { message.apply(to: entry.overlay, of: entry.engine) }
    case .forget(let deletion):
      begin(deletion)
    }
  }

  private func discard(_ engine: CompletionEngine) {
    for entry in overlays where entry.engine === engine {
      for i in work.indices { work[i].parts.removeAll { $0.overlay === entry.overlay } }
    }
    while let i = overlays.firstIndex(where: { $0.engine === engine }) {
      let discarded = DiscardedOverlay(overlay: overlays.remove(at: i).overlay)
      feed.discarding.async { withExtendedLifetime(discarded) {} }
    }
  }

  // MARK: deletions

  private func begin(_ deletion: LiveDeletion) {
    var parts: [(overlay: LiveOverlay, step: LiveOverlay.Deletion)] = []
    for (engine, overlay) in overlays {
      let queries = deletion.queries(by: engine.index.profile)
      let step = overlay.beginForgetting(queries, session: deletion.session, times: deletion.times)
      if let step { parts.append((overlay, step)) }
    }
    work.append(Work(deletion: deletion, parts: parts))
    // Most are done with their first turn.
    if work.count == 1 { _ = advance() }
  }

  /// Goes on with the oldest deletion; whether it has left every overlay.
  private func advance() -> Bool {
    while let part = work[0].parts.last {
      var step = part.step
      guard part.overlay.advance(&step, steps: Self.turnSteps) else {
        work[0].parts[work[0].parts.count - 1].step = step
        return false
      }
      work[0].parts.removeLast()
    }
    return true
  }

  /// Does a turn's worth of what waits, in a turn of the loop in which it answers nobody, and asks for another
  /// where something is left.
  func goOn() {
    var count = takePiece()
    // The feed is told with the next piece that this one is done; mostly that is an empty one.
    if count > 0, count < Self.turnMessages { count = takePiece() }
    var isLeft = count > 0
    if !work.isEmpty {
      if advance() {
        whenForgotten()
        work.removeFirst().deletion.finish()
      }
      isLeft = isLeft || !work.isEmpty
    }
    if isLeft, !isGoingOn {
      isGoingOn = true
      later()
    }
  }

  /// The turn that was asked for has come.
  func comeBack() {
    isGoingOn = false
    goOn()
  }

  /// The figures of `status`: nothing of them tells whether a text was submitted before.
  func members(of engine: CompletionEngine) -> JSONValue {
    guard let overlay = overlay(of: engine) else { return .null }
    return .object([
      .init("events", .integer(Int64(overlay.eventCount))),
      .init("queries", .integer(Int64(overlay.visibleCount))),
      .init("since", overlay.cutoff == 0 ? .null : .integer(overlay.cutoff)),
      .init("sessions_needed", .integer(Int64(overlay.sessionsNeeded))),
    ])
  }
}
