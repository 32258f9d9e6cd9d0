// New overlays on their way from the thread that made them to the loops that will use them.

internal import QACEngine
internal import QACSessions
internal import QACText
internal import Synchronization

/// The overlays of one index, one for each loop.
///
/// Unchecked, since an overlay is not Sendable: each is made by one thread, taken out under the lock once,
/// and touched from then on by nobody but the loop that took it.
final class LiveParcel: @unchecked Sendable {
  let engine: CompletionEngine
  private let lock = Mutex(())
  private var overlays: [LiveOverlay?]

  /// Makes `count` overlays of `served` with `events`, which are in the order of time.
  init(
    of served: ServedIndex, _ events: [SessionEvent], count: Int, settings: LiveFeed.Settings
  ) {
    engine = served.engine
    overlays = (0..<count).map { _ in
      LiveOverlay(
        index: served.engine.index, sessionsNeeded: settings.sessionsNeeded,
        capacity: settings.capacity)
    }
    for event in events {
      // They may have been normalised by the profile of an earlier index.
      let normalized = served.normalizer.normalize(event.event.query, as: .query)
      let session = LiveFeed.name(of: event.session)
      for overlay in overlays {
        overlay?.record(
          normalized: normalized, surface: event.event.query, session: session,
          at: event.event.time)
      }
    }
  }

  /// The overlay of loop `loop`, the first time.
  func take(_ loop: Int) -> LiveOverlay? {
    lock.withLock { _ in
      defer { overlays[loop] = nil }
      return overlays[loop]
    }
  }
}
