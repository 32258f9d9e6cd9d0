// One event loop's end of the feed: its overlays, brought up to date when they are asked for.
//
// A query is added at once. A deletion may have to look at every event of an overlay, so it goes on in turns
// of the loop, `turnSteps` each, and is finished in a turn of its own, in which the loop's working memory is
// overwritten as well.
//
// Invariant: used on its loop alone; an overlay has seen every message since its snapshot that this
// loop has taken, but for what deletions still have to look at. Between the hand-over of a new index's overlay
// and the retirement of the old one there are two, so that requests of both indexes find theirs.

internal import Dispatch
internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACSessions
internal import QACText

/// The overlays of one event loop.
final class LiveView {
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

  /// What was submitted since the index of `engine` was built, as of now; nil where nothing is kept.
  func overlay(of engine: CompletionEngine) -> LiveOverlay? {
    catchUp()
    for entry in overlays where entry.engine === engine { return entry.overlay }
    return nil
  }

  /// Takes what waits.
  func catchUp() {
    let messages = feed.take(loop, from: next)
    next += messages.count
    for message in messages {
      switch message {
      case .adopt(let parcel, let missed):
        guard let overlay = parcel.take(loop) else { continue }
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
  }

  private func discard(_ engine: CompletionEngine) {
    for entry in overlays where entry.engine === engine {
      for i in work.indices { work[i].parts.removeAll { $0.overlay === entry.overlay } }
    }
    while let i = overlays.firstIndex(where: { $0.engine === engine }) {
      let discarded = DiscardedOverlay(overlay: overlays.remove(at: i).overlay)
      DispatchQueue.global(qos: .utility).async { withExtendedLifetime(discarded) {} }
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
    if !isGoingOn {
      isGoingOn = true
      later()
    }
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

  /// Goes on with what is to be forgotten, in a turn of the loop in which it answers nobody.
  func goOn() {
    isGoingOn = false
    catchUp()
    if work.isEmpty { return }
    if advance() {
      whenForgotten()
      work.removeFirst().deletion.finish()
    }
    if !work.isEmpty, !isGoingOn {
      isGoingOn = true
      later()
    }
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
