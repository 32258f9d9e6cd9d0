// Keeps the recent queries of the sessions that are in use in memory, in front of the store.
//
// Invariant: an entry holds what the store will hold when it has done everything that it was asked
// to do. This rests on two things: the store carries out what concerns one session in order, and
// the shard's lock is held while the store is asked. So a load that is asked for after a record
// sees the record, durable or not. An entry is dropped, and the next request loads it again, when
// the invariant could break: after a deletion, a failed record, a query older than the last, or a
// change of profile.
//
// Cost: a hit takes one uncontended lock and copies a value. No lock is held during a completion,
// nor while loaded queries are normalised. A miss waits for one read, and for what is under way for
// its own session.

internal import QACEngine
internal import QACSessions
internal import QACText
internal import Synchronization

/// The contexts of sessions, by the session's name.
final class SessionCache: Sendable {
  private static let shardCount = 16

  let store: SessionStore
  let live: LiveFeed
  /// Whether a record counts as the newest of its session whatever its time is; false if clients
  /// set the time.
  private let isInOrder: Bool
  private let shards: [Shard]

  private final class Shard: Sendable {
    let state: Mutex<SessionShard>

    init(capacity: Int, bytes: Int, isInOrder: Bool) {
      state = Mutex(SessionShard(capacity: capacity, bytes: bytes, isInOrder: isInOrder))
    }
  }

  /// Makes an empty cache of about `capacity` sessions and `bytes` bytes of queries.
  init(store: SessionStore, live: LiveFeed, isInOrder: Bool, capacity: Int, bytes: Int) {
    self.store = store
    self.live = live
    self.isInOrder = isInOrder
    shards = (0..<Self.shardCount).map { _ in
      Shard(
        capacity: max(1, capacity / Self.shardCount), bytes: bytes / Self.shardCount,
        isInOrder: isInOrder)
    }
  }

  /// The number of sessions in memory.
  var count: Int {
    shards.map { shard in shard.state.withLock { $0.count } }.reduce(0, +)
  }

  private func shard(_ session: [UInt8]) -> Shard {
    shards[Int(UInt(bitPattern: session.hashValue) % UInt(Self.shardCount))]
  }

  /// The context of `session` if it is in memory.
  func known(_ session: [UInt8], by normalizer: Normalizer) -> SessionContext? {
    shard(session).state.withLock { state in
      guard case .ready(let context) = state.find(session, profile: normalizer.profile) else {
        return nil
      }
      return context
    }
  }

  /// Finds the context of `session`, or loads it.
  ///
  /// - Parameters:
  ///   - session: The session's name.
  ///   - normalizer: Normalises queries that another profile has normalised.
  ///   - later: Called on another thread, with the context or the error, if the session must be
  ///     loaded.
  /// - Returns: The context if it is in memory; else nil.
  func context(
    of session: [UInt8], by normalizer: Normalizer,
    later: @escaping @Sendable (Result<SessionContext, SessionStoreError>) -> Void
  ) -> SessionContext? {
    let shard = shard(session)
    return shard.state.withLock { state in
      switch state.find(session, profile: normalizer.profile) {
      case .ready(let context):
        return context
      case .loading(let load):
        state.wait(for: load, later)
      case nil:
        let load = state.beginLoad(of: session, profile: normalizer.profile)
        state.wait(for: load, later)
        ask(for: load, of: session, by: normalizer, shard, mayOvertake: true)
      }
      return nil
    }
  }

  /// Asks the store for the events that `load` of `shard` needs.
  private func ask(
    for load: Int, of session: [UInt8], by normalizer: Normalizer, _ shard: Shard,
    mayOvertake: Bool
  ) {
    store.load(session, mayOvertake: mayOvertake) { result in
      let loaded = result.map { SessionShard.Loaded($0, by: normalizer) }
      let deliveries = shard.state.withLock {
        $0.finishLoad(load, overtook: mayOvertake, loaded)
      }
      for deliver in deliveries { deliver() }
    }
  }

  /// Makes sure that the loads under way of `session`, or of all sessions if it is nil, do not see
  /// what the store is asked next: those that may overtake are asked for again, in their turn.
  private func order(
    _ session: [UInt8]?, by normalizer: Normalizer, _ shard: Shard, _ state: inout SessionShard
  ) {
    for stopped in state.stopOvertaking(session) {
      ask(for: stopped.load, of: stopped.session, by: normalizer, shard, mayOvertake: false)
    }
  }

  /// Adds a query to `session`: to its context at once, to the store when its turn comes.
  ///
  /// - Parameters:
  ///   - query: The query as typed.
  ///   - circumstances: What is known of it beside its text.
  ///   - time: Unix seconds.
  ///   - session: The session's name.
  ///   - normalizer: Normalises the query.
  ///   - completion: Called with the event's key when the query is durable and on every loop, or with
  ///     the error.
  func record(
    _ query: [UInt8], _ circumstances: StoredCircumstances = .init(), at time: Int64,
    session: [UInt8], by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<EventKey, SessionStoreError>) -> Void
  ) {
    let shard = shard(session)
    let normalized = normalizer.normalize(query, as: .query)
    shard.state.withLock { state in
      order(session, by: normalizer, shard, &state)
      var event = StoredEvent(
        query: query, normalized: normalized, form: normalizer.form, time: time,
        circumstances: circumstances)
      if isInOrder {
        event.time = state.time(ofNewest: time, in: session, profile: normalizer.profile)
      }
      state.record(event, session: session, profile: normalizer.profile)
      // Others learn the query at its own time, even if the session's newest query is later.
      var shared = event
      shared.time = time
      shared.circumstances.keepShared()
      store.record(event, session: session, inOrder: isInOrder) { [live, store, shared] result in
        switch result {
        case .success where store.followsLog:
          // The log's observer has told the loops.
          completion(result)
        case .success:
          live.record(shared, session: session, profile: normalizer.profile) {
            completion(result)
          }
        case .failure:
          // The query was not stored, so it must not stay in memory.
          shard.state.withLock { $0.drop(session) }
          completion(result)
        }
      }
    }
  }

  /// Adds an example to `session`: to the store alone, since it is no context and nobody's query.
  ///
  /// - Parameters:
  ///   - use: What the query led to.
  ///   - query: The query as typed.
  ///   - circumstances: What is known of it beside its text.
  ///   - time: Unix seconds.
  ///   - session: The session's name.
  ///   - normalizer: Normalises the query.
  ///   - completion: Called when the example is durable, or with the error.
  func record(
    _ use: StoredUse, of query: [UInt8], _ circumstances: StoredCircumstances = .init(),
    at time: Int64, session: [UInt8], by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<EventKey, SessionStoreError>) -> Void
  ) {
    let event = StoredEvent(
      query: query, normalized: normalizer.normalize(query, as: .query), form: normalizer.form,
      time: time, use: use, circumstances: circumstances)
    store.record(event, session: session, inOrder: isInOrder, completion: completion)
  }

  /// Says of a recorded query how it ended: to the store, then to the session's context, where what
  /// failed stays one of the session's own queries, and to the overlays.
  ///
  /// - Parameters:
  ///   - change: Which query, and how it ended.
  ///   - normalizer: Normalises the query if another profile has normalised it.
  ///   - completion: Called with whether there is such a query when its end is durable and on every
  ///     loop, or with the error.
  func end(
    _ change: OutcomeChange, by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<Bool, SessionStoreError>) -> Void
  ) {
    let shard = shard(change.session)
    store.end(change) { [live, store] result in
      switch result {
      case .success(nil): completion(.success(false))
      case .success where store.followsLog: completion(.success(true))
      case .success(var event?):
        if event.form != normalizer.form {
          event.normalized = normalizer.normalize(event.query, as: .query)
        }
        shard.state.withLock { [event] in
          $0.end(event, session: change.session, profile: normalizer.profile)
        }
        event.circumstances.keepShared()
        live.end(event, session: change.session, profile: normalizer.profile) {
          completion(.success(true))
        }
      case .failure(let error): completion(.failure(error))
      }
    }
  }

  /// Runs `body`, which asks the store for a change of `session` that its entry cannot follow: the
  /// entry is dropped, and what is loaded from now on is loaded after the change.
  func change(_ session: [UInt8], by normalizer: Normalizer, _ body: () -> Void) {
    let shard = shard(session)
    shard.state.withLock { state in
      order(session, by: normalizer, shard, &state)
      state.drop(session)
      body()
    }
  }

  /// What a deletion deletes.
  struct Target: Sendable {
    /// The session; nil for all.
    var session: [UInt8]?
    /// The query, in any spelling with the same normal form; nil for all.
    var query: [UInt8]?
    /// Unix seconds, both ends included.
    var times = Deletion.always

    /// A function that tells whether an event is of the query; nil if every event is meant.
    fileprivate func matcher(
      by normalizer: Normalizer
    ) -> (@Sendable (StoredEvent) -> Bool)? {
      guard let query else { return nil }
      let normalized = normalizer.normalize(query, as: .query)
      return { event in
        if event.query == query { return true }
        // If the query normalises to nothing, only the same text is the same query. The profile of
        // an earlier index may have normalised the event.
        return !normalized.isEmpty
          && (event.normalized == normalized
            || event.form != normalizer.form
              && normalizer.normalize(event.query, as: .query) == normalized)
      }
    }
  }

  /// Deletes `target` everywhere.
  ///
  /// - Parameters:
  ///   - target: What to delete.
  ///   - normalizer: Normalises the target's query.
  ///   - completion: Called with the number of deleted events when they are gone from the store,
  ///     from this cache and from the memory of every loop, or with the error.
  func forget(
    _ target: Target, by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    let deletion = Deletion(
      session: target.session, times: target.times, matches: target.matcher(by: normalizer))
    let ask = { @Sendable [self] in
      store.forget(deletion) { [self] result in
        // A load that began meanwhile may have seen events that are gone now; even after a failure
        // some may be gone.
        drop(target.session)
        switch result {
        case .success(let outcome) where store.followsLog:
          // The log's observer has told this process.
          store.whenEverywhere { error in
            completion(error.map { .failure($0) } ?? .success(outcome.count))
          }
        case .success(let outcome):
          // Under an earlier profile the query may have had the form of what is another query now.
          let queries = target.query.map { outcome.queries.union([$0]) }
          live.forget(queries, session: target.session, times: target.times) {
            completion(.success(outcome.count))
          }
        case .failure(let error): completion(.failure(error))
        }
      }
    }
    guard let session = target.session else {
      for shard in shards {
        shard.state.withLock { order(nil, by: normalizer, shard, &$0) }
      }
      // First ask, then drop: what is loaded from now on is loaded after the deletion.
      ask()
      dropAll()
      return
    }
    let shard = shard(session)
    shard.state.withLock { state in
      order(session, by: normalizer, shard, &state)
      state.drop(session)
      ask()
    }
  }

  /// Deletes events older than `cutoff` from the store, in steps, and from this cache.
  func expire(
    before cutoff: EventKey,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    store.expire(before: cutoff) { [self] result in
      // Even after a failure some events may be gone.
      if (try? result.get()) != 0 {
        for shard in shards { shard.state.withLock { $0.drop(upTo: cutoff.time) } }
      }
      completion(result)
    }
  }

  /// Drops the entry of `session`, or all entries if it is nil.
  func drop(_ session: [UInt8]?) {
    guard let session else { return dropAll() }
    shard(session).state.withLock { $0.drop(session) }
  }

  /// Drops all entries; each is loaded again when it is asked for.
  func dropAll() {
    for shard in shards { shard.state.withLock { $0.dropAll() } }
  }

  #if DEBUG
    /// Checks what holds of every shard between any two calls; for tests.
    func checkInvariants() {
      for shard in shards { shard.state.withLock { $0.checkInvariants() } }
    }
  #endif
}

extension StoredCircumstances {
  /// Drops what others learn nothing of.
  mutating func keepShared() {
    self = StoredCircumstances(thread: thread, outcome: outcome, person: person)
  }
}
