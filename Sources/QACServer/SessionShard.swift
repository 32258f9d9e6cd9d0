// One part of the cache, under one lock: entries in two generations.
//
// A lookup moves an entry to the young generation; when that is full it becomes the old one and
// what the old one still held is dropped. So at most twice half the capacity is kept, what was used
// last is kept for sure, and every step is O(1).
//
// A load outlives its entry: when an entry is dropped, those who wait for its load still get what
// was loaded, and what is asked later starts a load of its own.

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

  private struct Entry: Sendable {
    let profile: NormalizationProfile
    /// The load that will bring the context, or nil when it is here.
    var load: Int?
    var context = SessionContext()
    var firstTime = Int64.max
    var lastTime = Int64.min
    var bytes = 0

    /// Adds a query that is not older than the last.
    mutating func add(_ event: StoredEvent) {
      firstTime = min(firstTime, event.time)
      lastTime = event.time
      bytes += SessionShard.cost(of: event)
      // A query that normalises to nothing cannot be completed or followed.
      if event.normalized.isEmpty { return }
      context.record(normalized: event.normalized, surface: event.query, at: event.time)
    }
  }

  private let capacity: Int
  private let byteCapacity: Int
  private var young: [[UInt8]: Entry] = [:]
  private var old: [[UInt8]: Entry] = [:]
  private var youngBytes = 0
  private var loads: [Int: [Pending]] = [:]
  private var nextLoad = 0

  init(capacity: Int, bytes: Int) {
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

  /// Forgets what is known of the sessions that submitted something before `cutoff`, or may have.
  mutating func drop(before cutoff: Int64) {
    for (session, entry) in old where entry.load != nil || entry.firstTime < cutoff {
      drop(session)
    }
    for (session, entry) in young where entry.load != nil || entry.firstTime < cutoff {
      drop(session)
    }
  }

  /// Forgets what is known of every session.
  mutating func dropAll() {
    young = [:]
    old = [:]
    youngBytes = 0
  }

  /// Makes the entry of a session whose events are about to be loaded.
  mutating func beginLoad(of session: [UInt8], profile: NormalizationProfile) -> Int {
    nextLoad += 1
    loads[nextLoad] = []
    insert(Entry(profile: profile, load: nextLoad), session)
    return nextLoad
  }

  /// Has `waiter` called when `load` is finished.
  mutating func wait(for load: Int, _ waiter: @escaping Waiter) {
    loads[load]?.append(.waiter(waiter))
  }

  /// Adds a query to what is known of `session`; if nothing is, a later load will bring it.
  mutating func record(
    _ event: StoredEvent, session: [UInt8], profile: NormalizationProfile
  ) {
    guard touch(session, profile: profile), let entry = young[session] else { return }
    if let load = entry.load {
      loads[load]?.append(.record(event))
    } else if event.time < entry.lastTime {
      drop(session)
    } else {
      young[session]?.add(event)
      youngBytes += Self.cost(of: event)
    }
  }

  /// Takes what `load` brought; returns the calls that tell those who waited.
  mutating func finishLoad(
    _ load: Int, of session: [UInt8], by normalizer: Normalizer,
    _ result: Result<[StoredEvent], SessionStoreError>
  ) -> [() -> Void] {
    let pending = loads.removeValue(forKey: load) ?? []
    var deliveries: [() -> Void] = []
    guard case .success(var events) = result else {
      if young[session]?.load == load || old[session]?.load == load { drop(session) }
      for case .waiter(let waiter) in pending {
        deliveries.append { waiter(result.map { _ in SessionContext() }) }
      }
      return deliveries
    }
    for i in events.indices {
      // They may have been normalised by the profile of an earlier index.
      events[i].normalized = normalizer.normalize(events[i].query, as: .query)
    }
    var entry = Entry(profile: normalizer.profile, load: nil)
    for event in events { entry.add(event) }
    for step in pending {
      switch step {
      case .waiter(let waiter):
        let context = entry.context
        deliveries.append { waiter(.success(context)) }
      case .record(let event):
        let place = events.lastIndex { $0.time <= event.time }.map { $0 + 1 } ?? 0
        events.insert(event, at: place)
        if place == events.count - 1 {
          entry.add(event)
        } else {
          entry = Entry(profile: normalizer.profile, load: nil)
          for event in events { entry.add(event) }
        }
      }
    }
    if young[session]?.load == load {
      young[session] = entry
      youngBytes += entry.bytes
    } else if old[session]?.load == load {
      old[session] = entry
    }
    return deliveries
  }

  /// About what `event` takes in memory.
  private static func cost(of event: StoredEvent) -> Int {
    event.query.count + event.normalized.count + 128
  }
}
