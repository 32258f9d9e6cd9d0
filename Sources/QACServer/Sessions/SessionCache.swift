// The recent queries of the sessions that are in use, kept in memory in front of the store.
//
// Invariant: an entry holds what the store will hold when all that was asked of it is done. It rests
// on two things: the store does what it is asked of a session in order, and a shard's lock is held while it
// is asked. So a load that is asked for after a record sees it, whether that is durable yet or not.
// Whatever would break the invariant (a deletion, a failed record, a query older than the last, an
// index with another profile) drops the entry, and the next request loads it anew.
//
// Cost: a hit takes one uncontended lock and copies a value; no lock is held while completing, nor while
// what was loaded is normalised. A miss waits for one read, and for what is under way of its own session.

internal import QACEngine
internal import QACSessions
internal import QACText
internal import Synchronization

/// Contexts of sessions by name.
final class SessionCache: Sendable {
  private static let shardCount = 16

  private let store: SessionStore
  private let live: LiveFeed
  /// Whether a record is the newest of its session whatever its time says: not where clients say the time.
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

  /// The context of `session`, or nil when it has to be loaded: then `later` is called with it, on
  /// another thread, or with the error and no context.
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

  /// Asks the store for what `load` of `shard` is to bring.
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

  /// Puts the loads of `session`, or of all where it is nil, in front of what is asked of the store next.
  private func order(
    _ session: [UInt8]?, by normalizer: Normalizer, _ shard: Shard, _ state: inout SessionShard
  ) {
    for stopped in state.stopOvertaking(session) {
      ask(for: stopped.load, of: stopped.session, by: normalizer, shard, mayOvertake: false)
    }
  }

  /// Adds a query to `session`: to its context at once, to the store in its own time.
  func record(
    _ query: [UInt8], at time: Int64, session: [UInt8], by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<Void, SessionStoreError>) -> Void
  ) {
    let shard = shard(session)
    let normalized = normalizer.normalize(query, as: .query)
    shard.state.withLock { state in
      order(session, by: normalizer, shard, &state)
      var event = StoredEvent(
        query: query, normalized: normalized, form: normalizer.form, time: time)
      if isInOrder {
        event.time = state.time(ofNewest: time, in: session, profile: normalizer.profile)
      }
      state.record(event, session: session, profile: normalizer.profile)
      // What others learn is of now, whatever the session's newest query says.
      var shared = event
      shared.time = time
      store.record(event, session: session, inOrder: isInOrder) { [live, shared] result in
        switch result {
        case .success:
          live.record(shared, session: session, profile: normalizer.profile) {
            completion(result)
          }
        case .failure:
          // Nothing was stored, so nothing may be remembered.
          shard.state.withLock { $0.drop(session) }
          completion(result)
        }
      }
    }
  }

  /// What a deletion is to hit.
  struct Target: Sendable {
    /// The session, or nil for all.
    var session: [UInt8]?
    /// The query, in whatever form it was typed, or nil for all.
    var query: [UInt8]?
    var times = Deletion.always

    /// Whether `event` is one of the query, which `normalizer` normalises.
    fileprivate func matcher(
      by normalizer: Normalizer
    ) -> (@Sendable (StoredEvent) -> Bool)? {
      guard let query else { return nil }
      let normalized = normalizer.normalize(query, as: .query)
      return { event in
        if event.query == query { return true }
        // Of a query that normalises to nothing only the same text is the same query. An event may
        // have been normalised by the profile of an earlier index.
        return !normalized.isEmpty
          && (event.normalized == normalized
            || event.form != normalizer.form
              && normalizer.normalize(event.query, as: .query) == normalized)
      }
    }
  }

  /// Deletes what `target` hits, everywhere; `completion` is called when it is gone from the store, from
  /// this memory, and from that of every loop.
  func forget(
    _ target: Target, by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    let deletion = Deletion(
      session: target.session, times: target.times, matches: target.matcher(by: normalizer))
    let ask = { @Sendable [self] in
      store.forget(deletion) { [self] result in
        // A load that began meanwhile may have seen what is gone now, and after a failure some may be.
        drop(target.session)
        switch result {
        case .success(let outcome):
          // Under an earlier profile it may have been what is another query now.
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
      // First asked, then dropped: what is loaded from now on is without it.
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

  /// Deletes what is older than `cutoff` from the store and from this memory, in steps.
  func expire(
    before cutoff: EventKey,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    store.expire(before: cutoff) { [self] result in
      // After a failure some may be gone.
      if (try? result.get()) != 0 {
        for shard in shards { shard.state.withLock { $0.drop(upTo: cutoff.time) } }
      }
      completion(result)
    }
  }

  /// Forgets what is in memory of `session`, or of all where it is nil.
  private func drop(_ session: [UInt8]?) {
    guard let session else { return dropAll() }
    shard(session).state.withLock { $0.drop(session) }
  }

  /// Forgets what is in memory; what is asked for is loaded anew.
  func dropAll() {
    for shard in shards { shard.state.withLock { $0.dropAll() } }
  }
}
