// One part of the cache, under one lock: entries in two generations.
//
// A lookup moves an entry to the young generation; when that is full it becomes the old one and
// what the old one still held is dropped. So at most twice half the capacity is kept, what was used
// last is kept for sure, and every step is O(1).
//
// A load outlives its entry: when an entry is dropped, those who wait for its load still get what
// was loaded, and what is asked later starts a load of its own. A load may overtake what others asked of
// the store (`SessionStore.load`); before its session is changed it is asked for again, in its turn, and what
// the first one brings counts for nothing.

internal import QACEngine
internal import QACSessions
internal import QACText

/// A part of the sessions in memory.
struct SessionShard: Sendable {
  typealias Waiter = @Sendable (Result<SessionContext, SessionStoreError>) -> Void

  /// What was asked of a session while it was being loaded, in order.
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
    var pending: [Pending] = []
  }

  /// A session's context, made of what was loaded.
  struct Loaded: Sendable {
    var events: [StoredEvent]
    fileprivate var entry: Entry

    /// Makes the context, by the profile of `normalizer`; long work, to be done without the lock.
    init(_ events: [StoredEvent], by normalizer: Normalizer) {
      self.events = events
      for i in events.indices where events[i].form != normalizer.form {
        // They were normalised by another profile, or another version of it.
        self.events[i].normalized = normalizer.normalize(events[i].query, as: .query)
      }
      entry = Entry(profile: normalizer.profile, load: nil)
      renew()
    }

    /// Adds an event: as the newest with `inOrder`, else in the order of time.
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
    /// The load that will bring the context, or nil when it is here.
    var load: Int?
    var context = SessionContext()
    var firstTime = Int64.max
    var lastTime = Int64.min

    /// About what the entry takes in memory.
    var bytes: Int { context.memoryBytes }

    /// Adds a query that is not older than the last.
    mutating func add(_ event: StoredEvent) {
      firstTime = min(firstTime, event.time)
      lastTime = event.time
      // A query that normalises to nothing cannot be completed or followed.
      if event.normalized.isEmpty { return }
      context.record(normalized: event.normalized, surface: event.query, at: event.time)
    }
  }

  private let capacity: Int
  private let byteCapacity: Int
  /// Whether a record is the newest of its session whatever its time says.
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

  /// Moves the entry of `session` to the young generation; drops one of another profile.
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

  /// What is known of `session`, by contexts of `profile`.
  mutating func find(_ session: [UInt8], profile: NormalizationProfile) -> Lookup? {
    guard touch(session, profile: profile), let entry = young[session] else { return nil }
    return entry.load.map { .loading($0) } ?? .ready(entry.context)
  }

  /// Forgets what is known of `session`.
  mutating func drop(_ session: [UInt8]) {
    old[session] = nil
    if let entry = young.removeValue(forKey: session) { youngBytes -= entry.bytes }
  }

  /// Forgets what is known of the sessions that submitted something up to `time`, or may have.
  mutating func drop(upTo time: Int64) {
    for (session, entry) in old where entry.load != nil || entry.firstTime <= time {
      drop(session)
    }
    for (session, entry) in young where entry.load != nil || entry.firstTime <= time {
      drop(session)
    }
  }

  /// Forgets what is known of every session.
  mutating func dropAll() {
    young = [:]
    old = [:]
    youngBytes = 0
  }

  /// Makes the entry of a session whose events are about to be loaded, by a load that may overtake others.
  mutating func beginLoad(of session: [UInt8], profile: NormalizationProfile) -> Int {
    nextLoad += 1
    loads[nextLoad] = Load(session: session, mayOvertake: true)
    insert(Entry(profile: profile, load: nextLoad), session)
    return nextLoad
  }

  /// Has `waiter` called when `load` is finished.
  mutating func wait(for load: Int, _ waiter: @escaping Waiter) {
    loads[load]?.pending.append(.waiter(waiter))
  }

  /// The loads of `session`, or of all where it is nil, that may overtake others: from now on they do not
  /// count, and each is to be asked for again, in its turn.
  mutating func stopOvertaking(_ session: [UInt8]?) -> [(load: Int, session: [UInt8])] {
    var stopped: [(load: Int, session: [UInt8])] = []
    for (number, load) in loads
    where load.mayOvertake && (session == nil || load.session == session) {
      loads[number]?.mayOvertake = false
      stopped.append((number, load.session))
    }
    return stopped
  }

  /// The time at which an event is recorded that is the newest of `session`: `time`, or that of the newest so
  /// far, as far as that is known.
  mutating func time(
    ofNewest time: Int64, in session: [UInt8], profile: NormalizationProfile
  ) -> Int64 {
    guard touch(session, profile: profile), let entry = young[session] else { return time }
    return max(time, entry.lastTime)
  }

  /// Adds a query to what is known of `session`; if nothing is, a later load will bring it.
  mutating func record(
    _ event: StoredEvent, session: [UInt8], profile: NormalizationProfile
  ) {
    guard touch(session, profile: profile), let entry = young[session] else { return }
    if let load = entry.load {
      loads[load]?.pending.append(.record(event))
    } else if event.time < entry.lastTime {
      drop(session)
    } else {
      young[session]?.add(event)
      youngBytes += (young[session]?.bytes ?? 0) - entry.bytes
    }
  }

  /// Takes what `load` brought.
  ///
  /// - Parameters:
  ///   - load: The load.
  ///   - overtook: Whether it may have overtaken others.
  ///   - result: What it brought.
  /// - Returns: The calls that tell those who waited.
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
    if young[session]?.load == load {
      young[session] = loaded.entry
      youngBytes += loaded.entry.bytes
    } else if old[session]?.load == load {
      old[session] = loaded.entry
    }
    return deliveries
  }
}

extension Normalizer {
  /// The number that tells, in the database, what normalised a query: the profile, and the version of its
  /// normal form.
  var form: Int64 { Int64(Normalizer.formVersion) << 8 | Int64(profile.rawValue) }
}
