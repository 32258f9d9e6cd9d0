// One part of the cache, under one lock: entries in two generations.
//
// A lookup moves an entry to the young generation. When the young generation is full it becomes the
// old one, and the entries that were still in the old one are dropped. So at most twice half the
// capacity is kept, the entries that were used last are among them, and every step is O(1).
//
// A load outlives its entry. If an entry is dropped, the requests that wait for its load still get
// the loaded context, and a later request starts a load of its own. A load may overtake jobs of the
// store (`SessionStore.load`). Before its session is changed, the load is asked for again, in its
// turn, and the first answer is ignored.
//
// Invariant: `checkInvariants` states it.

internal import QACEngine
internal import QACSessions
internal import QACText

/// A part of the sessions in memory.
struct SessionShard: Sendable {
  typealias Waiter = @Sendable (Result<SessionContext, SessionStoreError>) -> Void

  /// What was asked of a session while it was being loaded.
  private enum Pending: Sendable {
    case record(StoredEvent)
    case waiter(Waiter)
  }

  /// What is known of a session.
  enum Lookup {
    case ready(SessionContext)
    case loading(Int)
  }

  /// A load that is under way.
  private struct Load: Sendable {
    let session: [UInt8]
    var mayOvertake: Bool
    /// In the order in which it was asked.
    var pending: [Pending] = []
  }

  /// A session's context, made of loaded events.
  struct Loaded: Sendable {
    var events: [StoredEvent]
    fileprivate var entry: Entry

    /// Makes the context, by the profile of `normalizer`. This can take long: call it without the
    /// lock.
    init(_ events: [StoredEvent], by normalizer: Normalizer) {
      self.events = events
      for i in events.indices where events[i].form != normalizer.form {
        // Another profile, or another version of the normal form, has normalised the event.
        self.events[i].normalized = normalizer.normalize(events[i].query, as: .query)
      }
      entry = Entry(profile: normalizer.profile, load: nil)
      renew()
    }

    /// Adds an event: with `inOrder` as the newest, else at its place in the order of time.
    fileprivate mutating func add(_ event: StoredEvent, inOrder: Bool) {
      var event = event
      if inOrder, let last = events.last { event.time = max(event.time, last.time) }
      let place = events.lastIndex { $0.time <= event.time }.map { $0 + 1 } ?? 0
      events.insert(event, at: place)
      if place == events.count - 1 { entry.add(event) } else { renew() }
    }

    private mutating func renew() {
      entry = Entry(profile: entry.profile, load: nil)
      for event in events { entry.add(event) }
    }
  }

  fileprivate struct Entry: Sendable {
    let profile: NormalizationProfile
    /// The load that will bring the context; nil if the context is here.
    var load: Int?
    var context = SessionContext()
    var firstTime = Int64.max
    var lastTime = Int64.min

    /// About the bytes of memory that the entry takes.
    var bytes: Int { context.memoryBytes }

    /// Adds a query that is not older than the last one.
    mutating func add(_ event: StoredEvent) {
      firstTime = min(firstTime, event.time)
      lastTime = event.time
      // A query that normalises to nothing cannot be suggested or followed.
      if event.normalized.isEmpty { return }
      let known = event.circumstances
      context.record(
        normalized: event.normalized, surface: event.query, at: event.time,
        in: Situation(thread: known.thread, place: known.place), failed: known.outcome == .failed)
    }
  }

  private let capacity: Int
  private let byteCapacity: Int
  /// Whether a record counts as the newest of its session whatever its time is.
  private let isInOrder: Bool
  private var young: [[UInt8]: Entry] = [:]
  private var old: [[UInt8]: Entry] = [:]
  private var youngBytes = 0
  private var loads: [Int: Load] = [:]
  private var nextLoad = 0

  init(capacity: Int, bytes: Int, isInOrder: Bool) {
    self.isInOrder = isInOrder
    self.capacity = max(1, capacity / 2)
    byteCapacity = max(1, bytes / 2)
  }

  var count: Int { young.count + old.count }

  /// Moves the entry of `session` to the young generation, or drops it if it has another profile.
  ///
  /// - Returns: Whether there is an entry of `profile`.
  private mutating func touch(_ session: [UInt8], profile: NormalizationProfile) -> Bool {
    if let entry = old.removeValue(forKey: session) { insert(entry, session) }
    guard let known = young[session]?.profile else { return false }
    if known == profile { return true }
    drop(session)
    return false
  }

  private mutating func insert(_ entry: Entry, _ session: [UInt8]) {
    if young.count >= capacity || youngBytes + entry.bytes > byteCapacity {
      old = young
      young = [:]
      youngBytes = 0
    }
    young[session] = entry
    youngBytes += entry.bytes
  }

  /// What is known of `session`, normalised by `profile`; nil if nothing is.
  mutating func find(_ session: [UInt8], profile: NormalizationProfile) -> Lookup? {
    guard touch(session, profile: profile), let entry = young[session] else { return nil }
    return entry.load.map { .loading($0) } ?? .ready(entry.context)
  }

  /// Drops the entry of `session`.
  mutating func drop(_ session: [UInt8]) {
    old[session] = nil
    if let entry = young.removeValue(forKey: session) { youngBytes -= entry.bytes }
  }

  /// Drops the entries of sessions that submitted something up to `time`, or may have.
  mutating func drop(upTo time: Int64) {
    for (session, entry) in old where entry.load != nil || entry.firstTime <= time {
      drop(session)
    }
    for (session, entry) in young where entry.load != nil || entry.firstTime <= time {
      drop(session)
    }
  }

  /// Drops all entries.
  mutating func dropAll() {
    young = [:]
    old = [:]
    youngBytes = 0
  }

  /// Makes an entry for a session that is about to be loaded.
  ///
  /// - Returns: The number of the load, which may overtake jobs of the store.
  mutating func beginLoad(of session: [UInt8], profile: NormalizationProfile) -> Int {
    nextLoad += 1
    loads[nextLoad] = Load(session: session, mayOvertake: true)
    insert(Entry(profile: profile, load: nextLoad), session)
    return nextLoad
  }

  /// Registers `waiter` to be called when `load` is finished.
  mutating func wait(for load: Int, _ waiter: @escaping Waiter) {
    loads[load]?.pending.append(.waiter(waiter))
  }

  /// Takes back the permission to overtake from the loads of `session`, or of all sessions if it is
  /// nil.
  ///
  /// - Returns: The loads that had it. Their answers are ignored from now on; the caller must ask
  ///   for each again, without overtaking.
  mutating func stopOvertaking(_ session: [UInt8]?) -> [(load: Int, session: [UInt8])] {
    var stopped: [(load: Int, session: [UInt8])] = []
    for (number, load) in loads
    where load.mayOvertake && (session == nil || load.session == session) {
      loads[number]?.mayOvertake = false
      stopped.append((number, load.session))
    }
    return stopped
  }

  /// The time to record for a query that counts as the newest of `session`: `time`, or the time of
  /// the newest query that is known, if that is later.
  mutating func time(
    ofNewest time: Int64, in session: [UInt8], profile: NormalizationProfile
  ) -> Int64 {
    guard touch(session, profile: profile), let last = young[session]?.lastTime else {
      return time
    }
    return max(time, last)
  }

  /// Adds a query to the entry of `session`; if there is none, a later load will bring the query.
  mutating func record(
    _ event: StoredEvent, session: [UInt8], profile: NormalizationProfile
  ) {
    // The entry is changed where it is: with a copy of it alive, its context would be copied whole.
    guard touch(session, profile: profile), let place = young.index(forKey: session) else { return }
    if let load = young.values[place].load {
      loads[load]?.pending.append(.record(event))
    } else if event.time < young.values[place].lastTime {
      drop(session)
    } else {
      let before = young.values[place].bytes
      young.values[place].add(event)
      youngBytes += young.values[place].bytes - before
    }
  }

  /// Says how a query of `session` ended, which the store has written by now.
  ///
  /// A load under way may have read before that, so its entry is dropped. So is one that cannot
  /// tell which use of its query is meant.
  mutating func end(_ event: StoredEvent, session: [UInt8], profile: NormalizationProfile) {
    guard touch(session, profile: profile), let load = young[session].map(\.load) else { return }
    let isKnown =
      load == nil
      && young[session]?.context.end(
        normalized: event.normalized, at: event.time,
        failed: event.circumstances.outcome == .failed) == true
    if !isKnown { drop(session) }
  }

  /// Takes the answer to `load`.
  ///
  /// - Parameters:
  ///   - load: The load's number.
  ///   - overtook: Whether the load was allowed to overtake when it was asked for.
  ///   - result: The loaded context, or the error.
  /// - Returns: The calls that tell the waiting requests.
  mutating func finishLoad(
    _ load: Int, overtook: Bool, _ result: Result<Loaded, SessionStoreError>
  ) -> [() -> Void] {
    guard let known = loads[load], known.mayOvertake == overtook else { return [] }
    loads[load] = nil
    let session = known.session
    var deliveries: [() -> Void] = []
    guard case .success(var loaded) = result else {
      if young[session]?.load == load || old[session]?.load == load { drop(session) }
      for case .waiter(let waiter) in known.pending {
        deliveries.append { waiter(result.map { _ in SessionContext() }) }
      }
      return deliveries
    }
    for step in known.pending {
      switch step {
      case .waiter(let waiter):
        let context = loaded.entry.context
        deliveries.append { waiter(.success(context)) }
      case .record(let event): loaded.add(event, inOrder: isInOrder)
      }
    }
    if let placeholder = young[session], placeholder.load == load {
      young[session] = loaded.entry
      youngBytes += loaded.entry.bytes - placeholder.bytes
    } else if old[session]?.load == load {
      old[session] = loaded.entry
    }
    return deliveries
  }
}

#if DEBUG
  extension SessionShard {
    /// Checks what holds between any two calls; for tests.
    ///
    /// A session is in one generation at most; the young one is within its capacity, and
    /// `youngBytes` is the sum of its entries; every entry without a context has a load of its
    /// session under way.
    func checkInvariants() {
      precondition(young.keys.allSatisfy { old[$0] == nil }, "a session is in both generations")
      precondition(max(young.count, old.count) <= capacity, "a generation is over its capacity")
      let bytes = young.values.reduce(0) { $0 + $1.bytes }
      precondition(bytes == youngBytes, "the young entries have \(bytes) bytes, not \(youngBytes)")
      for (session, entry) in young.merging(old, uniquingKeysWith: { first, _ in first }) {
        guard let load = entry.load else { continue }
        precondition(loads[load]?.session == session, "an entry waits for a load that is not there")
      }
    }
  }
#endif

extension Normalizer {
  /// The number that says in the database what has normalised a query: the profile and the version
  /// of its normal form.
  var form: Int64 { Int64(Normalizer.formVersion) << 8 | Int64(profile.rawValue) }
}
