// What was submitted since the index was built: counts, queries that the index lacks, who followed whom.
//
// A ring of the last events is the truth; all else is derived from it and kept up to date:
//
//     ring of events --> entries (a label, or a text of its own): uses, heat, sessions, followers
//                    --> OverlayOrder: entries by text, for ranges
//                    --> the last event of each session, to know what followed what
//
// An entry without a label is visible to others once `sessionsNeeded` distinct sessions submitted
// it; until then only its own session's `SessionContext` brings it. Heat is the number of uses under
// exponential decay, kept as a sum of 2^((time - origin) / halfLife), which grows instead of decaying:
// the order of two entries does not change while nothing is recorded (forward decay).
//
// Invariants: an event that left the ring or was forgotten has left every sum; a text that no event
// holds any more is erased. One thread at a time; the daemon keeps one overlay an event loop.
// Cost: `record` O(log n) text comparisons; memory about 150 bytes an event with a text of its own, and four
// bytes a label of the index. A completion looks at an entry for each of its candidates and calls nothing that could
// come back, so accesses are not checked for overlap at run time.
// Source: docs/design.md, "Candidates and ranking"; Cormode et al., ICDE 2009 (forward decay).

public import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Live additions to one index.
public final class LiveOverlay {
  /// The number of events kept, unless told otherwise.
  public static let defaultCapacity = 1 << 18
  /// Distinct sessions that make a new query visible to others, unless told otherwise.
  public static let defaultSessionsNeeded = 3

  struct Link {
    var entry: UInt32
    var count: UInt32
  }

  struct Entry {
    /// The label, or `Candidate.noLabel`.
    var label: UInt32
    var uses: UInt32 = 0
    var heat = 0.0
    /// Distinct sessions, as far as they matter for visibility.
    var sessions: [UInt64] = []
    var isVisible: Bool
    /// The newest event of this entry, or 0.
    var lastEvent = 0
    /// Events that came directly after one of this entry; while there are any the id is not reused.
    var successors: UInt32 = 0
    /// Entries that followed this one.
    var followers: [Link] = []
    /// The normalised and the surface text where there is no label.
    var text: [UInt8] = []
    var surface: [UInt8] = []
  }

  private struct Event {
    var session: UInt64
    /// The entry, or `noEntry` when forgotten.
    var entry: UInt32
    /// The entry before it in its session, or `noEntry`.
    var previous: UInt32
    var time: Int64
    /// The event before it of the same entry, or 0.
    var earlier: Int
  }

  private struct Last {
    var event: Int
    var entry: UInt32
    var time: Int64
  }

  static let noEntry = UInt32.max
  /// Followers kept of an entry.
  private static let followerCapacity = 256

  /// The index that this adds to.
  public let index: LabelIndex
  /// The labels of that, which a search compares with: the whole view is too much to copy each time.
  private let labels: SortedTexts
  /// Events at or before this time, in unix seconds, are in the index already and are ignored.
  public let cutoff: Int64
  /// Distinct sessions that make a new query visible to others.
  public let sessionsNeeded: Int
  let capacity: Int
  let halfLife: Double
  /// Where heat is counted from: a use then adds 1.
  private var origin: Int64?
  private(set) var newest = Int64.min

  @exclusivity(unchecked) private(set) var entries: [Entry] = []
  private var free: [UInt32] = []
  @exclusivity(unchecked) private(set) var order = OverlayOrder()
  /// The entry of each label, or `noEntry`.
  @exclusivity(unchecked) private var entryOfLabel: [UInt32]
  @exclusivity(unchecked) private var entryOfText: [UInt64: [UInt32]] = [:]
  private var lastOfSession: [UInt64: Last] = [:]
  private var ring: [Event] = []
  /// The number of the next event; events count from 1.
  private var next = 1
  private var first = 1

  /// Makes an empty overlay of `index`.
  ///
  /// - Parameters:
  ///   - index: A verified index.
  ///   - cutoff: Unix seconds; events up to then are in the index and are ignored. That of the index
  ///     where it is nil.
  ///   - sessionsNeeded: Distinct sessions that make a new query visible to others, at least 1.
  ///   - capacity: Events kept, at least 1; the oldest make room.
  ///   - halfLife: Seconds after which a use counts half; that of the index where it is nil.
  public init(
    index: LabelIndex, cutoff: Int64? = nil,
    sessionsNeeded: Int = LiveOverlay.defaultSessionsNeeded,
    capacity: Int = LiveOverlay.defaultCapacity, halfLife: Double? = nil
  ) {
    self.index = index
    labels = index.view.labels
    self.cutoff = cutoff ?? index.view.lastTime
    self.sessionsNeeded = max(1, sessionsNeeded)
    self.capacity = max(1, capacity)
    self.halfLife = max(1, halfLife ?? index.view.halfLife)
    entryOfLabel = [UInt32](repeating: Self.noEntry, count: index.labelCount)
    // An index of a log without times is as old as what comes first.
    if index.view.lastTime != 0 { origin = index.view.lastTime }
  }

  /// The number of events that count at present.
  public private(set) var eventCount = 0
  /// The number of distinct queries among them.
  public var queryCount: Int { entries.count - free.count }

  /// Adds a submitted query.
  ///
  /// An empty text, an event that is not newer than `cutoff`, and a repetition of the session's last
  /// query within half an hour are ignored, as they are when logs are read.
  ///
  /// - Parameters:
  ///   - normalized: The query, normalised by the index's profile.
  ///   - surface: The query as typed.
  ///   - session: Names the session, well mixed.
  ///   - time: Unix seconds.
  public func record(normalized: [UInt8], surface: [UInt8], session: UInt64, at time: Int64) {
    if normalized.isEmpty || time <= cutoff { return }
    if let last = lastOfSession[session], follows(last, at: time), find(normalized) == last.entry {
      lastOfSession[session]?.time = time
      return
    }
    if next - first == capacity {
      drop(first)
      first += 1
    }
    // Only now: what left may have been the last event of this query, or of the one before it.
    let id = entry(of: normalized, surface)
    var previous = Self.noEntry
    if let last = lastOfSession[session], follows(last, at: time) { previous = last.entry }
    let event = Event(
      session: session, entry: id, previous: previous, time: time,
      earlier: entries[Int(id)].lastEvent)
    let number = next
    next += 1
    eventCount += 1
    if ring.count < capacity {
      ring.append(event)
    } else {
      ring[(number - 1) % capacity] = event
    }
    lastOfSession[session] = Last(event: number, entry: id, time: time)
    add(event, number)
  }

  /// Whether an event at `time` comes after `last` in the same sitting.
  private func follows(_ last: Last, at time: Int64) -> Bool {
    let (age, overflow) = time.subtractingReportingOverflow(last.time)
    return !overflow && age >= 0 && age <= SessionContext.contextSeconds
  }

  /// Removes what was submitted within `times`: by `session`, or by anybody where it is nil; the query
  /// `normalized`, or everything where it is nil.
  ///
  /// - Complexity: O(events kept).
  public func forget(
    normalized: [UInt8]?, session: UInt64?,
    times: ClosedRange<Int64> = Int64.min...Int64.max
  ) {
    var only: UInt32?
    if let normalized {
      guard let id = find(normalized) else { return }
      only = id
    }
    var touched: Set<UInt32> = []
    for number in first..<next {
      let event = ring[(number - 1) % capacity]
      guard event.entry != Self.noEntry, times.contains(event.time) else { continue }
      if let session, event.session != session { continue }
      if let only, event.entry != only { continue }
      drop(number)
      touched.insert(event.entry)
    }
    // Taking the heat of new events from a sum that they dominate would leave rounding errors only.
    for id in touched where entries[Int(id)].uses > 0 {
      entries[Int(id)].heat = 0
      forEachEvent(of: id) { event in
        entries[Int(id)].heat += heat(at: event.time)
        return true
      }
      order.remeasure(position(of: id).chunk, measure)
    }
  }

  // MARK: entries

  /// Calls `body` with the normalised text of entry `id`.
  @inline(__always)
  func withText<R>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let label = entries[Int(id)].label
    if label != Candidate.noLabel { return body(labels[Int(label)]) }
    return entries[Int(id)].text.withUnsafeBufferPointer(body)
  }

  /// The entry of `normalized`, or nil.
  func find(_ normalized: [UInt8]) -> UInt32? {
    normalized.withUnsafeBufferPointer { text in
      index.view.label(of: text).map { entry(of: $0) } ?? find(text: text)
    }
  }

  /// The entry of a text that is no label, or nil.
  func find(text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    entryOfText[StableHash.of(text, seed: 0)]?.first { id in
      withText(of: id) { $0.equals(text) }
    }
  }

  /// The entry of `label`, or nil.
  @inline(__always)
  func entry(of label: UInt32) -> UInt32? {
    let entry = entryOfLabel[Int(label)]
    return entry == Self.noEntry ? nil : entry
  }

  private func entry(of normalized: [UInt8], _ surface: [UInt8]) -> UInt32 {
    if let known = find(normalized) { return known }
    let label = normalized.withUnsafeBufferPointer { index.view.label(of: $0) }
    var entry = Entry(label: label ?? Candidate.noLabel, isVisible: label != nil)
    if label == nil {
      entry.text = normalized
      entry.surface = surface
    }
    let id: UInt32
    if let reused = free.popLast() {
      id = reused
      entries[Int(id)] = entry
    } else {
      id = UInt32(entries.count)
      entries.append(entry)
    }
    if let label {
      entryOfLabel[Int(label)] = id
    } else {
      entryOfText[StableHash.of(normalized, seed: 0), default: []].append(id)
    }
    let place = position(of: id)
    order.insert(id, at: place)
    order.splitIfFull(min(place.chunk, order.chunks.count - 1))
    return id
  }

  /// What others may see of entry `id`.
  private func measure(_ id: UInt32) -> OverlayOrder.Item {
    let entry = entries[Int(id)]
    return entry.isVisible
      ? OverlayOrder.Item(entry: id, uses: entry.uses, heat: entry.heat)
      : OverlayOrder.Item(entry: id)
  }

  /// Where entry `id`, by its text, is or would be in the order.
  private func position(of id: UInt32) -> OverlayPosition {
    withText(of: id) { sought in
      order.partition { withText(of: $0) { $0.lexicographicallyPrecedes(sought) } }
    }
  }

  // MARK: events

  /// What a use at `time` adds to the heat.
  func heat(at time: Int64) -> Double {
    let age = Double(time) - Double(origin ?? time)
    return exp2(min(max(age / halfLife, -60), 900))
  }

  private func add(_ event: Event, _ number: Int) {
    let id = Int(event.entry)
    if origin == nil { origin = event.time }
    newest = max(newest, event.time)
    let gain = heat(at: event.time)
    entries[id].uses += 1
    entries[id].heat += gain
    entries[id].lastEvent = number
    if entries[id].sessions.count < sessionsNeeded, !entries[id].sessions.contains(event.session) {
      entries[id].sessions.append(event.session)
      if entries[id].sessions.count >= sessionsNeeded { entries[id].isVisible = true }
    }
    if entries[id].isVisible {
      order.raise(position(of: event.entry), to: measure(event.entry))
    }
    if event.previous != Self.noEntry { link(event.previous, event.entry) }
  }

  private func link(_ previous: UInt32, _ entry: UInt32) {
    let from = Int(previous)
    entries[from].successors += 1
    if let i = entries[from].followers.firstIndex(where: { $0.entry == entry }) {
      entries[from].followers[i].count += 1
      return
    }
    if entries[from].followers.count == Self.followerCapacity {
      var least = 0
      for (i, link) in entries[from].followers.enumerated()
      where link.count < entries[from].followers[least].count {
        least = i
      }
      entries[from].followers.remove(at: least)
    }
    entries[from].followers.append(Link(entry: entry, count: 1))
  }

  /// Takes the event `number` out of every sum.
  private func drop(_ number: Int) {
    let slot = (number - 1) % capacity
    let event = ring[slot]
    if event.entry == Self.noEntry { return }
    ring[slot].entry = Self.noEntry
    eventCount -= 1
    if lastOfSession[event.session]?.event == number { lastOfSession[event.session] = nil }
    if event.previous != Self.noEntry { unlink(event.previous, event.entry) }
    let id = Int(event.entry)
    entries[id].uses -= 1
    if entries[id].uses == 0 {
      erase(event.entry)
      return
    }
    entries[id].heat = max(0, entries[id].heat - heat(at: event.time))
    if entries[id].sessions.contains(event.session) {
      entries[id].sessions = distinctSessions(of: event.entry)
      if entries[id].label == Candidate.noLabel {
        entries[id].isVisible = entries[id].sessions.count >= sessionsNeeded
      }
    }
    order.remeasure(position(of: event.entry).chunk, measure)
  }

  /// Up to `sessionsNeeded` distinct sessions that submitted `id`, newest first.
  private func distinctSessions(of id: UInt32) -> [UInt64] {
    var found: [UInt64] = []
    forEachEvent(of: id) { event in
      if !found.contains(event.session) { found.append(event.session) }
      return found.count < sessionsNeeded
    }
    return found
  }

  /// Calls `body` with the events of `id`, newest first, until it returns false.
  private func forEachEvent(of id: UInt32, _ body: (Event) -> Bool) {
    var number = entries[Int(id)].lastEvent
    while number >= first {
      let event = ring[(number - 1) % capacity]
      if event.entry == id, !body(event) { return }
      number = event.earlier
    }
  }

  private func unlink(_ previous: UInt32, _ entry: UInt32) {
    let from = Int(previous)
    entries[from].successors -= 1
    if let i = entries[from].followers.firstIndex(where: { $0.entry == entry }) {
      entries[from].followers[i].count -= 1
      if entries[from].followers[i].count == 0 { entries[from].followers.remove(at: i) }
    }
    freeIfUnused(previous)
  }

  /// Erases what is known of `id`, which no event holds any more.
  private func erase(_ id: UInt32) {
    let place = position(of: id)
    let chunks = order.chunks.count
    order.remove(at: place)
    if order.chunks.count == chunks { order.remeasure(place.chunk, measure) }
    let entry = entries[Int(id)]
    if entry.label != Candidate.noLabel {
      entryOfLabel[Int(entry.label)] = Self.noEntry
    } else {
      let hash = StableHash.of(entry.text, seed: 0)
      entryOfText[hash]?.removeAll { $0 == id }
      if entryOfText[hash]?.isEmpty == true { entryOfText[hash] = nil }
    }
    entries[Int(id)] = Entry(
      label: Candidate.noLabel, isVisible: false, successors: entry.successors)
    freeIfUnused(id)
  }

  private func freeIfUnused(_ id: UInt32) {
    if entries[Int(id)].uses == 0, entries[Int(id)].successors == 0 { free.append(id) }
  }
}
