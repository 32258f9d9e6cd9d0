// One event loop's end of the feed: its overlays, brought up to date when they are asked for.
//
// Invariant: used on its loop alone; an overlay has seen every message since its snapshot that this
// loop has taken. Between the hand-over of a new index's overlay and the retirement of the old one there
// are two, so that requests of both indexes find theirs.

internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACSessions
internal import QACText

/// The overlays of one event loop.
final class LiveView {
  private let feed: LiveFeed
  private let loop: Int
  private var next = 0
  private var overlays: [(engine: CompletionEngine, overlay: LiveOverlay)] = []

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
        for message in missed { Self.apply(message, parcel.engine, overlay) }
        // Made anew, it takes the place of the one before.
        overlays.removeAll { $0.engine === parcel.engine }
        overlays.append((parcel.engine, overlay))
      case .retire(let engine):
        overlays.removeAll { $0.engine === engine }
      case .record, .forget:
        for entry in overlays { Self.apply(message, entry.engine, entry.overlay) }
      }
    }
  }

  private static func apply(
    _ message: LiveFeed.Message, _ engine: CompletionEngine, _ overlay: LiveOverlay
  ) {
    let normalizer = Normalizer(engine.index.profile)
    switch message {
    case .record(let event, let session, let profile):
      let normalized =
        profile == normalizer.profile
        ? event.normalized : normalizer.normalize(event.query, as: .query)
      overlay.record(
        normalized: normalized, surface: event.query, session: session, at: event.time)
    case .forget(let queries, let session, let times):
      guard let queries else {
        overlay.forget(normalized: nil, session: session, times: times)
        return
      }
      for query in queries {
        overlay.forget(
          normalized: normalizer.normalize(query, as: .query), session: session, times: times)
      }
    case .adopt, .retire:
      break
    }
  }

  /// The figures of `status`.
  func members(of engine: CompletionEngine) -> JSONValue {
    guard let overlay = overlay(of: engine) else { return .null }
    return .object([
      .init("events", .integer(Int64(overlay.eventCount))),
      .init("queries", .integer(Int64(overlay.queryCount))),
      .init("since", overlay.cutoff == 0 ? .null : .integer(overlay.cutoff)),
      .init("sessions_needed", .integer(Int64(overlay.sessionsNeeded))),
    ])
  }
}
