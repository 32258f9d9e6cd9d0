// New overlays on their way from the thread that made them to the loops that will use them.

internal import QACEngine
internal import QACIndex
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

  /// Makes `count` overlays of `served` with `events`, which are in the order of time; those later than
  /// `latest` are taken to be of then.
  init(
    of served: ServedIndex, _ events: [SessionEvent], latest: Int64?, count: Int,
    settings: LiveFeed.Settings
  ) {
    engine = served.engine
    overlays = (0..<count).map { _ in
      LiveOverlay(
        index: served.engine.index, sessionsNeeded: settings.sessionsNeeded,
        capacity: settings.capacity)
    }
    let normalizer = served.normalizer
    for event in events {
      // They may have been normalised by the profile of an earlier index.
      let normalized =
        event.event.form == normalizer.form
        ? event.event.normalized : normalizer.normalize(event.event.query, as: .query)
      let session = LiveFeed.name(of: event.session)
      for overlay in overlays {
        overlay?.record(
          normalized: normalized, surface: event.event.query, session: session,
          at: min(event.event.time, latest ?? .max))
      }
    }
  }

  /// Adds what came meanwhile: before the parcel is handed over.
  func add(_ messages: [LiveFeed.Message]) {
    for message in messages {
      for case let overlay? in overlays { message.apply(to: overlay, of: engine) }
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

/// An overlay that nobody needs any more, on its way to a thread that lets go of it.
///
/// Unchecked, since the loop gives up its last reference with it.
struct DiscardedOverlay: @unchecked Sendable {
  let overlay: LiveOverlay
}

extension LiveFeed.Message {
  /// Does to `overlay`, of the index of `engine`, what the message says, at once; nothing where it is about
  /// overlays themselves.
  func apply(to overlay: LiveOverlay, of engine: CompletionEngine) {
    let normalizer = Normalizer(engine.index.profile)
    switch self {
    case .record(let event, let session, let profile):
      let normalized =
        profile == normalizer.profile
        ? event.normalized : normalizer.normalize(event.query, as: .query)
      overlay.record(
        normalized: normalized, surface: event.query, session: session, at: event.time)
    case .forget(let deletion):
      guard
        var step = overlay.beginForgetting(
          deletion.queries(by: normalizer.profile), session: deletion.session,
          times: deletion.times)
      else { return }
      _ = overlay.advance(&step, steps: .max)
    case .adopt, .retire:
      break
    }
  }
}
