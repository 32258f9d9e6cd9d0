// Imported events: they go to the store, and to what others learn.

internal import QACEngine
internal import QACSessions
internal import QACText
internal import Synchronization

extension SessionCache {
  /// Adds those of `events` to `session` that it does not have yet.
  ///
  /// - Parameters:
  ///   - events: The events, normalised.
  ///   - session: The session's name.
  ///   - normalizer: What has normalised them.
  ///   - completion: Called with the number of the added events when they are durable and on every
  ///     loop, or with the error.
  func add(
    _ events: [ImportedEvent], session: [UInt8], by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    // Imported events are anywhere in the order of time, so the session is loaded again when it is
    // asked for, which is after them.
    change(session, by: normalizer) {
      store.add(events, session: session) { [live, store] result in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(let added) where store.followsLog: completion(.success(added.count))
        case .success(let added):
          let queries = added.filter { events[$0].event.use == nil }
          guard let last = queries.last else { return completion(.success(added.count)) }
          for i in queries {
            var shared = events[i].event
            shared.circumstances.keepShared()
            live.record(shared, session: session, profile: normalizer.profile) {
              if i == last { completion(.success(added.count)) }
            }
          }
        }
      }
    }
  }
}
