// The searched sessions of a store, each with its index, on a queue of their own.
//
// The first search of a session reads all of it from a snapshot, on another thread. From the moment
// of the snapshot the writer says what changes. So an index is exact, and a search sees what was
// acknowledged before it. An index that is not searched for an hour is dropped; so is the one that
// has waited longest, when all of them together take too much memory.
//
// Invariant: the queue gets what the writer says in the order in which it was committed, and what
// came before a snapshot is not applied to it.
// Cost: searches wait for searches, and for nothing else; nothing waits for a search. Loading takes
// some seconds per million events (docs/shell.md).

internal import Dispatch
internal import QACBinary
internal import Synchronization

/// What changed of a session that is searched.
enum SearchChange: Sendable, Equatable {
  case added(SearchIndex.Event)
  case ended(SearchIndex.Event)
  case removed(SearchIndex.Event)

  var isRemoval: Bool {
    if case .removed = self { return true }
    return false
  }
}

/// The indexes of a store's sessions.
final class SearchIndexes: Sendable {
  typealias Answer = @Sendable (SearchIndex?, SessionStoreError?) -> Void

  /// The most bytes that an index takes; older texts are then left out.
  static let maximumBytes = 256 << 20
  /// The most bytes of all indexes, beside the one that was searched last.
  static let sharedBytes = 256 << 20
  /// An index that is not searched for so long is dropped.
  static let idle = Duration.seconds(3600)

  private final class Session {
    var index: SearchIndex?
    /// Makes the index.
    let load: @Sendable () -> Void
    /// Whether the snapshot that is being read was taken.
    var hasSnapshot = false
    /// Whether what is being read is out of date and has to be read again.
    var isStale = false
    /// What changed since the snapshot.
    var changes: [SearchChange] = []
    /// Searches that wait for the index.
    var waiting: [Answer] = []
    var lastUse = ContinuousClock.now

    init(load: @escaping @Sendable () -> Void) { self.load = load }
  }

  private let queue = DispatchQueue(label: "qacd.sessions.search", qos: .userInitiated)
  /// Only the queue's work takes it, so nobody waits for it.
  private let sessions = Mutex<[[UInt8]: Session]>([:])
  private let names = Mutex<Set<[UInt8]>>([])

  /// The sessions of which the writer says what changes.
  var followed: Set<[UInt8]> { names.withLock { $0 } }

  /// Calls `body` on the queue with the index of `session`, or with an error.
  ///
  /// - Parameters:
  ///   - session: The session's name.
  ///   - load: Called if the session has no index. It must call `snapshotTaken` on the writer's
  ///     thread and then `loaded`.
  ///   - body: What to do with the index.
  func with(_ session: [UInt8], load: @escaping @Sendable () -> Void, _ body: @escaping Answer) {
    queue.async { [self] in
      let ready: SearchIndex? = sessions.withLock { sessions in
        if let known = sessions[session] {
          known.lastUse = .now
          if known.index == nil { known.waiting.append(body) }
          return known.index
        }
        let fresh = Session(load: load)
        fresh.waiting = [body]
        sessions[session] = fresh
        load()
        return nil
      }
      if let ready { body(ready, nil) }
      wipeStack()
    }
  }

  /// Follows what changes of `session` from now on; on the writer's thread.
  func snapshotTaken(of session: [UInt8]) {
    names.withLock { _ = $0.insert(session) }
    queue.async { [self] in sessions.withLock { $0[session]?.hasSnapshot = true } }
  }

  /// Takes over what was read from the snapshot, and answers the searches that wait.
  func loaded(_ result: Result<SearchIndex, SessionStoreError>, of session: [UInt8]) {
    queue.async { [self] in
      let (waiting, index): ([Answer], SearchIndex?) = sessions.withLock { sessions in
        guard let known = sessions[session] else { return ([], nil) }
        guard case .success(var index) = result else {
          drop(session, &sessions)
          return (known.waiting, nil)
        }
        var isExact = !known.isStale
        for change in known.changes where isExact { isExact = index.apply(change) }
        known.changes = []
        guard isExact else {
          known.isStale = false
          known.hasSnapshot = false
          names.withLock { _ = $0.remove(session) }
          known.load()
          return ([], nil)
        }
        known.index = index
        known.lastUse = .now
        shrink(keeping: session, &sessions)
        defer { known.waiting = [] }
        return (known.waiting, index)
      }
      var failure: SessionStoreError?
      if case .failure(let error) = result { failure = error }
      for answer in waiting { answer(index, failure) }
      wipeStack()
    }
  }

  /// Notes what changed; in the order of the commits. Calls `done` on the queue when nothing of
  /// what was removed is left.
  func apply(
    _ changes: [(session: [UInt8], change: SearchChange)], done: @escaping @Sendable () -> Void
  ) {
    if changes.isEmpty { return }
    queue.async { [self] in
      sessions.withLock { sessions in
        for (session, change) in changes {
          guard let known = sessions[session] else { continue }
          if known.index == nil {
            if known.hasSnapshot { known.changes.append(change) }
          } else if known.index?.apply(change) != true || known.index?.isWorn != false {
            drop(session, &sessions)
          }
        }
      }
      wipeStack()
      done()
    }
  }

  /// The index of `session` as it is now, for tests.
  func index(of session: [UInt8]) -> SearchIndex? {
    queue.sync { sessions.withLock { $0[session]?.index } }
  }

  /// Drops all indexes, as another database is open now.
  func dropAll() {
    queue.async { [self] in
      sessions.withLock { sessions in
        for (session, known) in sessions {
          if known.index == nil { known.isStale = true } else { drop(session, &sessions) }
        }
      }
    }
  }

  /// Drops indexes that nobody has searched for a while.
  func dropIdle() {
    queue.async { [self] in
      sessions.withLock { sessions in
        let now = ContinuousClock.now
        for (session, known) in sessions where known.index != nil {
          if now - known.lastUse > Self.idle { drop(session, &sessions) }
        }
      }
    }
  }

  private func drop(_ session: [UInt8], _ sessions: inout [[UInt8]: Session]) {
    names.withLock { _ = $0.remove(session) }
    sessions[session] = nil
  }

  /// Drops the indexes that were searched longest ago until the others are small enough.
  private func shrink(keeping session: [UInt8], _ sessions: inout [[UInt8]: Session]) {
    var rest = sessions.filter { $0.key != session && $0.value.index != nil }
    var total = rest.values.reduce(0) { $0 + ($1.index?.memoryBytes ?? 0) }
    while total > Self.sharedBytes {
      guard let oldest = rest.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
      total -= oldest.value.index?.memoryBytes ?? 0
      rest[oldest.key] = nil
      drop(oldest.key, &sessions)
    }
  }
}
