// One event loop's end of the feed: its overlays, and the deletions that it has not finished.
//
// Messages are carried out in turns of the loop, `turnMessages` at a time. A deletion may have to
// look at every event of an overlay; it goes `turnSteps` at a time. A request first takes up what
// was acknowledged, which is little (`LiveFeed.slack`). A deletion is finished in a turn of its own,
// in which the loop's working memory is overwritten as well.
//
// Invariant: used only on its loop. An overlay has seen every message since its snapshot that this
// loop has carried out, except for unfinished deletions. Between the hand-over of a new index's
// overlay and the retirement of the old index there are two overlays, so that requests of both
// indexes find theirs.

internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACSessions
internal import QACText

/// The overlays of one event loop.
final class LiveView {
  /// The most messages of one turn: less than a millisecond.
  private static let turnMessages = 32
  /// The most steps of a deletion in one turn: less than a millisecond.
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
  /// Schedules `comeBack` for a later turn of the loop.
  var later: () -> Void = {}
  /// Overwrites the loop's working memory; called in a turn in which nothing uses it.
  var whenForgotten: () -> Void = {}

  /// Makes the only view of loop `loop`.
  init(_ feed: LiveFeed, loop: Int) {
    self.feed = feed
    self.loop = loop
  }

  /// The overlay of the index of `engine`, with every query that was acknowledged; nil if there are
  /// no overlays.
  func overlay(of engine: CompletionEngine) -> LiveOverlay? {
    let acknowledged = feed.acknowledged
    while next < acknowledged { _ = takePiece(limit: acknowledged - next) }
    if let known = find(engine) { return known }
    // Another index is served, and this loop has not come to its overlay yet.
    while takePiece() > 0 {}
    return find(engine)
  }

  private func find(_ engine: CompletionEngine) -> LiveOverlay? {
    for entry in overlays where entry.engine === engine { return entry.overlay }
    return nil
  }

  /// Carries out the next messages; how many there were.
  private func takePiece(limit: Int = LiveView.turnMessages) -> Int {
    let (messages, acknowledgements) = feed.take(
      loop, from: next, limit: min(limit, Self.turnMessages))
    for message in messages { carryOut(message) }
    next += messages.count
    // Last, since an acknowledgement may call back into here.
    for tell in acknowledgements { tell() }
    return messages.count
  }

  private func carryOut(_ message: LiveFeed.Message) {
    switch message {
    case .handOver(let parcel, let missed):
      guard let overlay = parcel.take(loop) else { return }
      for message in missed { message.apply(to: overlay, of: parcel.engine) }
      // A new overlay of the same index replaces the old one.
      discard(parcel.engine)
      overlays.append((parcel.engine, overlay))
    case .retire(let engine):
      discard(engine)
    case .record, .end:
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
    // Most deletions are done in their first turn.
    if work.count == 1 { _ = advance() }
  }

  /// Goes on with the oldest deletion; whether every overlay is done with it.
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

  /// Does one turn's work, and asks for another turn if something is left.
  ///
  /// Called in a turn of the loop in which no request is being answered.
  func goOn() {
    var count = takePiece()
    // Taking the next piece, mostly an empty one, tells the feed that this one is done.
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

  /// The turn that `later` asked for.
  func comeBack() {
    isGoingOn = false
    goOn()
  }

  /// The figures for `status`. They do not tell whether a certain text was submitted.
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
