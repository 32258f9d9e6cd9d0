// Changes that come from the log of replicas: they go to the caches and the overlays of this
// process, in the order of the log.
//
// Invariant: when `done` is called, no answer rests on what was before the change. An entry of the
// cache is dropped rather than changed, because its session may have been loaded while the change
// was on its way.
// Cost: the session is loaded again when it is asked for.

internal import QACSessions
internal import QACText
internal import Synchronization

extension ServerCore {
  /// What the store does about the log's changes.
  var logObserver: LogObserver {
    LogObserver(
      changed: { [weak self] change, done in
        guard let self else { return done() }
        switch change.effect {
        case .rules, .items:
          index.inTurn { [weak self] in
            self?.takeRules()
            done()
          }
        case .recorded, .known, .ended, .forgot, .flushed:
          sessions.carryOut(change.effect, by: index.current.normalizer, done)
        }
      },
      failed: { [weak self] error in self?.complain(error) })
  }

  /// Puts the stored rules and items in force; called on the index holder's thread.
  private func takeRules() {
    do throws(SessionStoreError) {
      index.putInForce(try store.rules(), try store.items())
    } catch {
      if error != .closed { complain(error) }
    }
  }
}

extension SessionCache {
  /// Carries out a change of events; `done` is called when it is known everywhere in this process.
  func carryOut(
    _ effect: AppliedChange.Effect, by normalizer: Normalizer,
    _ done: @escaping @Sendable () -> Void
  ) {
    switch effect {
    case .recorded(let event, let session, _):
      drop(session)
      guard event.use == nil else { return done() }
      live.record(
        shared(event, by: normalizer), session: session, profile: normalizer.profile,
        completion: done)
    case .ended(let event?, let session):
      drop(session)
      live.end(
        shared(event, by: normalizer), session: session, profile: normalizer.profile,
        completion: done)
    case .forgot(let gone, let times, _):
      let left = Atomic(gone.count)
      if gone.isEmpty { return done() }
      for (session, queries) in gone {
        drop(session)
        live.forget(queries, session: session, times: times) {
          if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done() }
        }
      }
    case .ended(nil, _), .known, .rules, .items, .flushed:
      done()
    }
  }

  /// The event as others learn it, normalised by `normalizer`.
  private func shared(_ event: StoredEvent, by normalizer: Normalizer) -> StoredEvent {
    var event = event
    if event.form != normalizer.form {
      event.normalized = normalizer.normalize(event.query, as: .query)
    }
    event.circumstances.keepShared()
    return event
  }
}
