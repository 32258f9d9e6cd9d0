// New overlays on their way from the thread that made them to the loops that will use them.

internal import QACEngine
internal import QACIndex
internal import QACSessions
internal import QACText
internal import Synchronization

/// The overlays of one index, one for each loop.
///
/// Unchecked, since an overlay is not Sendable. Each is made by one thread, is taken out once under
/// the lock, and is from then on used only by the loop that took it.
final class LiveParcel: @unchecked Sendable {
  let engine: CompletionEngine
  private let lock = Mutex(())
  private var overlays: [LiveOverlay?]

  /// Makes overlays that hold events.
  ///
  /// - Parameters:
  ///   - served: The index.
  ///   - events: The events, in the order of time.
  ///   - latest: Events later than this count as of this time; nil to take all times as they are.
  ///   - count: How many overlays.
  ///   - settings: How overlays are made.
  /// - Complexity: O(`count` x events).
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
      // The profile of an earlier index may have normalised the event.
      let normalized =
        event.event.form == normalizer.form
        ? event.event.normalized : normalizer.normalize(event.event.query, as: .query)
      let session = LiveFeed.name(of: event.session)
      for overlay in overlays {
        overlay?.record(
          normalized: normalized, surface: event.event.query, session: session,
          person: LiveFeed.person(of: event.event),
          at: min(event.event.time, latest ?? .max), in: event.event.circumstances.situation,
          ending: event.event.circumstances.ending)
      }
    }
  }

  /// Carries out messages on every overlay; called before the parcel is handed over.
  func add(_ messages: [LiveFeed.Message]) {
    for message in messages {
      for case let overlay? in overlays { message.apply(to: overlay, of: engine) }
    }
  }

  /// Takes the overlay of loop `loop`; nil if it was taken.
  func take(_ loop: Int) -> LiveOverlay? {
    lock.withLock { _ in
      defer { overlays[loop] = nil }
      return overlays[loop]
    }
  }
}

/// An overlay that is no longer needed, on its way to the thread that frees it.
///
/// Unchecked, since the loop gives up its last reference with it.
struct DiscardedOverlay: @unchecked Sendable {
  let overlay: LiveOverlay
}

extension LiveFeed.Message {
  /// Carries the message out on `overlay`, an overlay of the index of `engine`, all at once.
  ///
  /// A message about overlays does nothing.
  func apply(to overlay: LiveOverlay, of engine: CompletionEngine) {
    let normalizer = Normalizer(engine.index.profile)
    switch self {
    case .record(let event, let session, let profile):
      overlay.record(
        normalized: Self.form(of: event, profile, normalizer), surface: event.query,
        session: session, person: LiveFeed.person(of: event), at: event.time,
        in: event.circumstances.situation,
        ending: event.circumstances.ending)
    case .end(let event, let session, let profile):
      overlay.end(
        normalized: Self.form(of: event, profile, normalizer), surface: event.query,
        session: session, person: LiveFeed.person(of: event),
        as: event.circumstances.ending)
    case .forget(let deletion):
      guard
        var step = overlay.beginForgetting(
          deletion.queries(by: normalizer.profile), session: deletion.session,
          times: deletion.times)
      else { return }
      _ = overlay.advance(&step, steps: .max)
    case .handOver, .retire:
      break
    }
  }

  /// The normal form of `event`, which `profile` normalised, by `normalizer`.
  private static func form(
    of event: StoredEvent, _ profile: NormalizationProfile, _ normalizer: Normalizer
  ) -> [UInt8] {
    profile == normalizer.profile
      ? event.normalized : normalizer.normalize(event.query, as: .query)
  }
}

extension StoredCircumstances {
  /// The conversation and the place, as overlays know them.
  fileprivate var situation: Situation { Situation(thread: thread, place: place) }

  /// How the query ended, as overlays know it.
  fileprivate var ending: LiveOverlay.Ending {
    switch outcome {
    case nil: return .unknown
    case .ok: return .ok
    case .failed: return .failed
    }
  }
}
