// What one session submitted, as the engine sees it: a value that the caller hands in.
//
// The server rebuilds it from its database or keeps it in memory; the replay keeps one per session.
// The engine does not know where it comes from.
//
// It holds the last `capacity` submitted queries as events, and each distinct query among them once
// as an entry. All text lies in one byte array, so that a completion reads it without touching
// other memory.
//
// A session may have several conversations, called threads: terminals, tabs. All of them share the
// history. What was submitted before in the same thread is context alone; without a thread, what was
// submitted before in any.
//
// Invariant (`checkInvariants`): `events` are in the order of submission; an entry's `count` is the
// number of its events, at least 1, and it `hasFailed` as the last of them did; `bytes` hold the
// texts of entries and nothing else; `rows` are what the entries and events make them
// (`SessionContext+Rows`).
// Cost: `record` is O(entries + events) small steps, and compares two texts if the last query was
// submitted within a minute; where an entry is dropped it also moves the bytes behind its text. A
// completion reads each entry's outline once. `memoryBytes` counts all that is kept.

import QACText

/// The recent queries of one session, oldest dropped first beyond a capacity.
public struct SessionContext: Sendable {
  /// The number of submitted queries that are kept.
  public static let defaultCapacity = 256
  /// Seconds after which a query is history and no longer context.
  public static let contextSeconds: Int64 = 30 * 60

  /// About the bytes of a context that holds nothing.
  private static let fixedBytes = 256

  /// A distinct query among the events.
  struct Entry: Sendable {
    var hash: UInt64
    var textStart: Int32
    var textCount: Int32
    var surfaceStart: Int32
    var surfaceCount: Int32
    var count: Int32
    var lastTime: Int64
    var lastSequence: Int
    /// Whether the session went on from it within a minute to a text that it is a slip of.
    var wasPutRight = false
    /// Whether its last use failed.
    var hasFailed = false
  }

  /// A submission.
  struct Event: Sendable {
    var entry: Int32
    /// The entry of the event before it in its conversation, or -1.
    var before: Int32
    var time: Int64
    /// Its thread and its place (`Situation`); 0 if they are not known.
    var thread: UInt32
    var place: UInt32

    /// Whether it is context of `thread`.
    @inline(__always)
    func isIn(_ thread: UInt32) -> Bool { thread == 0 || self.thread == thread }
  }

  let capacity: Int
  private(set) var entries: [Entry] = []
  private(set) var events: [Event] = []
  private(set) var bytes: [UInt8] = []
  /// What completions would otherwise work out on each key, one row per entry.
  var rows: [Row] = []
  /// The number of queries ever recorded.
  private(set) var sequence = 0
  /// The number of entries whose last use failed.
  private(set) var failedCount = 0

  /// Makes an empty context that keeps the last `capacity` submitted queries (at least 1).
  public init(capacity: Int = SessionContext.defaultCapacity) {
    self.capacity = max(1, capacity)
  }

  /// The number of submitted queries that are kept.
  public var count: Int { events.count }

  /// About how many bytes of memory the context takes.
  public var memoryBytes: Int {
    Self.fixedBytes + bytes.count
      + entries.count * (MemoryLayout<Entry>.stride + MemoryLayout<Row>.stride)
      + events.count * MemoryLayout<Event>.stride
  }

  /// Adds a submitted query; an empty one is ignored.
  ///
  /// - Parameters:
  ///   - normalized: The query, normalised by the index's profile.
  ///   - surface: The query as typed.
  ///   - time: Unix seconds; calls come in time order.
  ///   - situation: Where it was typed, and in which thread.
  ///   - failed: Whether it failed, as far as that is known.
  public mutating func record(
    normalized: [UInt8], surface: [UInt8], at time: Int64, in situation: Situation = .unknown,
    failed: Bool = false
  ) {
    if normalized.isEmpty { return }
    let hash = StableHash.of(normalized, seed: 0)
    let id: Int
    if let known = entry(of: normalized, hash: hash) {
      id = known
    } else {
      id = entries.count
      entries.append(
        Entry(
          hash: hash, textStart: Int32(bytes.count), textCount: Int32(normalized.count),
          surfaceStart: 0, surfaceCount: 0, count: 0, lastTime: time, lastSequence: sequence))
      addRow(normalized.withUnsafeBufferPointer { TextOutline($0) })
      bytes += normalized
      entries[id].surfaceStart = Int32(bytes.count)
      entries[id].surfaceCount = Int32(surface.count)
      bytes += surface
    }
    entries[id].count += 1
    entries[id].wasPutRight = false
    mark(id, failed: failed)
    let last = events.last { $0.isIn(situation.threadKey) }
    if let last { putRight(last, by: id, at: time) }
    entries[id].lastTime = time
    entries[id].lastSequence = sequence
    events.append(
      Event(
        entry: Int32(id), before: last?.entry ?? -1, time: time, thread: situation.threadKey,
        place: situation.placeKey))
    sequence += 1
    if events.count > capacity {
      let oldest = events.removeFirst()
      unlink(oldest)
      entries[Int(oldest.entry)].count -= 1
      if entries[Int(oldest.entry)].count == 0 { drop(Int(oldest.entry)) }
    }
    orderRows()
  }

  /// Says of a recorded query how it ended, which is known later than that it was submitted.
  ///
  /// - Parameters:
  ///   - normalized: The query, normalised by the index's profile.
  ///   - time: When it was recorded.
  ///   - failed: Whether it failed.
  /// - Returns: False if the query was recorded several times in this second, so that the context
  ///   cannot tell whether it was its last use: then nothing was changed, and the context has to be
  ///   made anew.
  public mutating func end(normalized: [UInt8], at time: Int64, failed: Bool) -> Bool {
    let hash = StableHash.of(normalized, seed: 0)
    // How an earlier use ended changes nothing.
    guard let id = entry(of: normalized, hash: hash), entries[id].hasFailed != failed,
      entries[id].lastTime == time
    else { return true }
    let uses = events.count { Int($0.entry) == id && $0.time == time }
    // A use of this second may have been dropped as the oldest.
    let holdsAll = events.count == sequence || events[0].time < time
    guard uses == 1, holdsAll else { return false }
    mark(id, failed: failed)
    return true
  }

  /// Whether the session's last use of the query `normalized` failed.
  ///
  /// - Complexity: O(1) if nothing of the session failed, else O(entries).
  func hasFailed(_ normalized: UnsafeBufferPointer<UInt8>) -> Bool {
    if failedCount == 0 { return false }
    let hash = StableHash.of(normalized, seed: 0)
    return entries.indices.contains { id in
      entries[id].hasFailed && entries[id].hash == hash
        && withText(of: id) { $0.equals(normalized) }
    }
  }

  private mutating func mark(_ id: Int, failed: Bool) {
    if entries[id].hasFailed == failed { return }
    entries[id].hasFailed = failed
    failedCount += failed ? 1 : -1
  }

  /// Drops entry `id`, which has no events, and its texts.
  private mutating func drop(_ id: Int) {
    mark(id, failed: false)
    let entry = entries.remove(at: id)
    let start = entry.textStart
    let end = entry.surfaceStart + entry.surfaceCount
    bytes.removeSubrange(Int(start)..<Int(end))
    for i in id..<entries.count {
      entries[i].textStart -= end - start
      entries[i].surfaceStart -= end - start
    }
    for i in events.indices {
      if events[i].entry > id { events[i].entry -= 1 }
      if events[i].before > id { events[i].before -= 1 }
    }
    dropRow(id)
  }

  /// Takes `oldest`, which is no longer kept, from the events that came after it.
  private mutating func unlink(_ oldest: Event) {
    // A thread's next event comes after it, and so does the next one without a thread.
    for (i, event) in events.enumerated() {
      if event.thread == oldest.thread || event.thread == 0, event.before >= 0 {
        if before(i) == nil { events[i].before = -1 }
        if event.thread == oldest.thread { return }
      }
    }
  }

  /// The event before event `i` in its conversation.
  private func before(_ i: Int) -> Event? { events[..<i].last { $0.isIn(events[i].thread) } }

  /// Marks the query `last` if entry `id`, which is submitted at `time` after it, puts it right.
  private mutating func putRight(_ last: Event, by id: Int, at time: Int64) {
    guard Int(last.entry) != id,
      (0...Slip.seconds).contains(time.subtractingReportingOverflow(last.time).partialValue),
      time >= last.time
    else { return }
    let isSlip = withText(of: Int(last.entry)) { typed in
      withText(of: id) { Slip.isSlip(typed, of: $0) }
    }
    if isSlip { entries[Int(last.entry)].wasPutRight = true }
  }

  /// Removes every occurrence of the query `normalized`.
  public mutating func forget(normalized: [UInt8]) {
    rebuild(keeping: entries.map { !text(of: $0, is: normalized) })
  }

  /// Keeps the entries that `kept` marks, with their events and texts, and drops all others.
  private mutating func rebuild(keeping kept: [Bool]) {
    var copy = SessionContext(capacity: capacity)
    var renamed = [Int32](repeating: -1, count: entries.count)
    for (id, entry) in entries.enumerated() where kept[id] {
      renamed[id] = Int32(copy.entries.count)
      var moved = entry
      moved.textStart = Int32(copy.bytes.count)
      copy.bytes += bytes[Int(entry.textStart)..<Int(entry.textStart + entry.textCount)]
      moved.surfaceStart = Int32(copy.bytes.count)
      copy.bytes +=
        bytes[Int(entry.surfaceStart)..<Int(entry.surfaceStart + entry.surfaceCount)]
      copy.entries.append(moved)
      copy.failedCount += moved.hasFailed ? 1 : 0
      copy.addRow(rows[id].outline)
    }
    copy.events = events.compactMap { event in
      var moved = event
      moved.entry = renamed[Int(event.entry)]
      moved.before = event.before < 0 ? -1 : renamed[Int(event.before)]
      return moved.entry < 0 ? nil : moved
    }
    if copy.events.count < events.count {
      for i in copy.events.indices { copy.events[i].before = copy.before(i)?.entry ?? -1 }
    }
    copy.sequence = sequence
    copy.orderRows()
    self = copy
  }

  private func entry(of normalized: [UInt8], hash: UInt64) -> Int? {
    entries.firstIndex { $0.hash == hash && text(of: $0, is: normalized) }
  }

  private func text(of entry: Entry, is other: [UInt8]) -> Bool {
    Int(entry.textCount) == other.count
      && bytes[Int(entry.textStart)..<Int(entry.textStart) + other.count].elementsEqual(other)
  }

  /// The entry of the query before the one being typed at `time` in `thread`, or nil if none is
  /// recent.
  func previousEntry(at time: Int64, in thread: UInt32) -> Int? {
    guard let last = events.last(where: { $0.isIn(thread) }) else { return nil }
    return Self.isContext(last.time, at: time) ? Int(last.entry) : nil
  }

  /// Whether a query submitted at `earlier` is context, and not yet history, at `time`.
  static func isContext(_ earlier: Int64, at time: Int64) -> Bool {
    // The times may be in any order and as far apart as numbers go: a difference that does not fit
    // is far in the past or the future.
    let (age, overflow) = time.subtractingReportingOverflow(earlier)
    return overflow ? time < earlier : age <= contextSeconds
  }

  /// The normalised text of the query before the one being typed at `time`, or nil.
  public func previousText(at time: Int64, in situation: Situation = .unknown) -> [UInt8]? {
    guard let id = previousEntry(at: time, in: situation.threadKey) else { return nil }
    let start = Int(entries[id].textStart)
    return Array(bytes[start..<start + Int(entries[id].textCount)])
  }

  /// Calls `body` with the query before the one being typed at `time`, as it was typed; with
  /// nothing if none is recent.
  public func withPreviousSurface<R>(
    at time: Int64, in situation: Situation = .unknown,
    _ body: (UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    guard let id = previousEntry(at: time, in: situation.threadKey) else {
      return body(UnsafeBufferPointer(start: nil, count: 0))
    }
    return withSurface(of: id, body)
  }
}

extension SessionContext {
  /// Calls `body` with the normalised text of entry `id`.
  @inline(__always)
  func withText<R>(of id: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let entry = entries[id]
    return bytes.withUnsafeBufferPointer {
      let start = Int(entry.textStart)
      return body(UnsafeBufferPointer(rebasing: $0[start..<start + Int(entry.textCount)]))
    }
  }

  /// Calls `body` with the surface text of entry `id`.
  @inline(__always)
  func withSurface<R>(of id: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let entry = entries[id]
    return bytes.withUnsafeBufferPointer {
      let start = Int(entry.surfaceStart)
      return body(UnsafeBufferPointer(rebasing: $0[start..<start + Int(entry.surfaceCount)]))
    }
  }
}
