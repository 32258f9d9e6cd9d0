// What was submitted since the index was built: counts, queries that the index lacks, who followed whom.
//
// A ring of events is the truth; all else is derived from it and kept up to date:
//
//     ring of events --> entries (a label, or a text of its own): uses, heat, sessions, followers
//                    --> pairs of session and entry: events, and how the session wrote it
//                    --> OverlayOrder: entries by text, for ranges
//                    --> the last entry of each session, to know what followed what
//
// An event is a session's first submission of a query on a day (UTC): what a session submits again that
// day counts for nobody else. An entry, label or not, is visible to others once `sessionsNeeded` distinct
// sessions submitted it. Until then nothing of it reaches an answer: no text, count, decay or follower; its
// own session has it from its `SessionContext`. Heat is the number of uses of a visible entry under
// exponential decay, kept as a sum of 2^((time - origin) / halfLife), which grows instead of decaying: the
// order of two entries does not change while nothing is recorded (forward decay).
//
// Invariants: an event that left the ring or was forgotten has left every sum; a text that no event holds
// any more is erased; an invisible entry has no heat, and moves neither `origin` nor `newest`. One thread
// at a time; the daemon keeps one overlay for each event loop.
// Cost: `record`, and forgetting an event, O(log n) text comparisons and one chunk of the order measured;
// memory about 220 bytes for each event with a text of its own, and four bytes for each label of the index.
// A completion looks at an entry for each of its candidates and calls nothing that could come back, so
// accesses are not checked for overlap at run time.
// Source: docs/design.md, "QACEngine"; Cormode et al., ICDE 2009 (forward decay).

public import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Live additions to one index.
public final class LiveOverlay {
  /// The number of events kept, unless told otherwise.
  public static let defaultCapacity = 1 << 18
  /// Distinct sessions that make a query visible to others, unless told otherwise.
  public static let defaultSessionsNeeded = 3

  struct Link {
    var entry: UInt32
    var count: UInt32
  }

  struct Entry {
    /// The label, or `Candidate.noLabel`.
    var label: UInt32
    /// Its events: one for each session and day.
    var uses: UInt32 = 0
    /// The distinct sessions among them.
    var sessions: UInt32 = 0
    /// 0 while the entry is invisible.
    var heat = 0.0
    /// The newest event of this entry, or 0.
    var lastEvent = 0
    /// Events that came directly after one of this entry; while there are any the id is not reused.
    var successors: UInt32 = 0
    /// Entries that followed this one.
    var followers: [Link] = []
    /// The normalised text where there is no label.
    var text: [UInt8] = []
    /// How others are shown that text.
    var spellings = Spellings()
  }

  struct Event {
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
    var entry: UInt32
    var time: Int64
  }

  private struct PairKey: Hashable {
    var session: UInt64
    var entry: UInt32
  }

  /// What one session did with one entry.
  private struct Pair {
    var events: UInt32 = 0
    /// The day of the newest event, or `noDay` when that was forgotten.
    var day = noDay
    /// How the session wrote it then.
    var spelling = Spellings.noVote
  }

  static let noEntry = UInt32.max
  private static let noDay = Int32.min
  /// Followers kept of an entry.
  private static let followerCapacity = 256

  /// The index that this adds to.
  public let index: LabelIndex
  /// The labels of that, which a search compares with: the whole view is too much to copy each time.
  private let labels: SortedTexts
  /// Events at or before this time, in unix seconds, are in the index already and are ignored.
  public let cutoff: Int64
  /// Distinct sessions that make a query visible to others.
  public let sessionsNeeded: Int
  let capacity: Int
  /// The most events of one session, so that nobody drives out what others submitted.
  let share: Int
  let halfLife: Double
  /// Where heat is counted from: a use then adds 1.
  private var origin: Int64?
  /// The time of the newest event of a visible entry; the least number where none is visible.
  private(set) var newest = Int64.min

  @exclusivity(unchecked) private(set) var entries: [Entry] = []
  private var free: [UInt32] = []
  @exclusivity(unchecked) private(set) var order = OverlayOrder()
  /// The entry of each label, or `noEntry`.
  @exclusivity(unchecked) private var entryOfLabel: [UInt32]
  @exclusivity(unchecked) private var entryOfText = SteadyTable<UInt64, [UInt32]>()
  private var pairs = SteadyTable<PairKey, Pair>()
  private var lastOfSession = SteadyTable<UInt64, Last>()
  private var eventsOfSession = SteadyTable<UInt64, UInt32>()
  private var ring: [Event] = []
  /// The number of the next event; events count from 1.
  private(set) var next = 1
  private(set) var first = 1

  /// Makes an empty overlay of `index`.
  ///
  /// - Parameters:
  ///   - index: A verified index.
  ///   - cutoff: Unix seconds; events up to then are in the index and are ignored. That of the index
  ///     where it is nil.
  ///   - sessionsNeeded: Distinct sessions that make a query visible to others, at least 1.
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
    share = Self.share(of: self.capacity, sessionsNeeded: self.sessionsNeeded)
    self.halfLife = max(1, halfLife ?? index.view.halfLife)
    entryOfLabel = [UInt32](repeating: Self.noEntry, count: index.labelCount)
    // An index of a log without times is as old as what comes first.
    if index.view.lastTime != 0 { origin = index.view.lastTime }
  }

  /// How many events of `capacity` one session may have: all, where one session is enough.
  static func share(of capacity: Int, sessionsNeeded: Int) -> Int {
    sessionsNeeded == 1 ? capacity : max(16, capacity / 64)
  }

  /// The number of events that count at present.
  public private(set) var eventCount = 0
  /// The number of distinct queries among them.
  public var queryCount: Int { entries.count - free.count }
  /// The number of distinct queries that others may see. Unlike `queryCount`, it does not tell whether a
  /// text was submitted by somebody else.
  public private(set) var visibleCount = 0

  /// Adds a submitted query.
  ///
  /// An empty text, an event that is not newer than `cutoff`, a query that the session has submitted on
  /// the same day, and a repetition of its last query within half an hour count no further; nor does a new query of
  /// a session that has its share of the events already.
  ///
  /// - Parameters:
  ///   - normalized: The query, normalised by the index's profile.
  ///   - surface: The query as typed.
  ///   - session: Names the session, well mixed.
  ///   - time: Unix seconds.
  public func record(normalized: [UInt8], surface: [UInt8], session: UInt64, at time: Int64) {
    if normalized.isEmpty || time <= cutoff { return }
    let day = Self.day(of: time)
    let last = lastOfSession[session].flatMap { follows($0, at: time) ? $0 : nil }
    if let known = find(normalized) {
      let pair = pairs[PairKey(session: session, entry: known)]
      if pair?.day == day || (pair != nil && last?.entry == known) {
        lastOfSession[session] = Last(entry: known, time: time)
        return
      }
    }
    let sessionEvents = eventsOfSession[session] ?? 0
    if sessionEvents >= UInt32(clamping: share) {
      lastOfSession[session] = nil
      return
    }
    eventsOfSession[session] = sessionEvents + 1
    if next - first == capacity {
      drop(first)
      first += 1
    }
    // Only now: what left may have been the last event of this query, or of the one before it.
    let id = entry(of: normalized)
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
    lastOfSession[session] = Last(entry: id, time: time)
    let wasVisible = isVisible(id)
    vote(event, surface, day)
    add(event, number, wasVisible: wasVisible)
  }

  /// The day of `time`, in days since 1970.
  private static func day(of time: Int64) -> Int32 {
    Int32(clamping: time / 86_400 - (time % 86_400 < 0 ? 1 : 0))
  }

  /// Whether an event at `time` comes after `last` in the same sitting.
  private func follows(_ last: Last, at time: Int64) -> Bool {
    let (age, overflow) = time.subtractingReportingOverflow(last.time)
    return !overflow && age >= 0 && age <= SessionContext.contextSeconds
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

  /// Whether others than its own session may see entry `id`.
  @inline(__always)
  func isVisible(_ id: UInt32) -> Bool { entries[Int(id)].sessions >= UInt32(sessionsNeeded) }

  private func entry(of normalized: [UInt8]) -> UInt32 {
    if let known = find(normalized) { return known }
    let label = normalized.withUnsafeBufferPointer { index.view.label(of: $0) }
    var entry = Entry(label: label ?? Candidate.noLabel)
    if label == nil { entry.text = normalized }
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
      let hash = StableHash.of(normalized, seed: 0)
      entryOfText[hash] = (entryOfText[hash] ?? []) + [id]
    }
    let place = position(of: id)
    order.insert(id, at: place)
    order.splitIfFull(min(place.chunk, order.chunks.count - 1))
    return id
  }

  /// What others may see of entry `id`.
  private func measure(_ id: UInt32) -> OverlayOrder.Item {
    isVisible(id)
      ? OverlayOrder.Item(entry: id, uses: entries[Int(id)].uses, heat: entries[Int(id)].heat)
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

  /// Notes how the session of `event` wrote its query, in place of how it did before.
  private func vote(_ event: Event, _ surface: [UInt8], _ day: Int32) {
    let key = PairKey(session: event.session, entry: event.entry)
    let id = Int(event.entry)
    var pair = pairs[key] ?? Pair()
    if pair.events == 0 { entries[id].sessions += 1 }
    pair.events += 1
    pair.day = day
    if entries[id].label == Candidate.noLabel {
      entries[id].spellings.remove(pair.spelling)
      pair.spelling = entries[id].spellings.add(
        surface, of: entries[id].text, profile: index.profile)
    }
    pairs[key] = pair
  }

  private func add(_ event: Event, _ number: Int, wasVisible: Bool) {
    let id = Int(event.entry)
    entries[id].uses += 1
    entries[id].lastEvent = number
    if isVisible(event.entry) {
      if wasVisible {
        warm(to: event.time)
        entries[id].heat += heat(at: event.time)
      } else {
        // Now all of its events count; there are few of them.
        visibleCount += 1
        reheat(event.entry)
      }
      order.raise(position(of: event.entry), to: measure(event.entry))
    }
    if event.previous != Self.noEntry { link(event.previous, event.entry) }
  }

  private func warm(to time: Int64) {
    if origin == nil { origin = time }
    newest = max(newest, time)
  }

  /// Adds up the heat of the visible entry `id` anew.
  ///
  /// - Complexity: O(its events).
  func reheat(_ id: UInt32) {
    var sum = 0.0
    forEachEvent(of: id) { event in
      warm(to: event.time)
      sum += heat(at: event.time)
    }
    entries[Int(id)].heat = sum
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

  /// What dropping an event left to be done.
  struct Loss {
    /// A visible entry whose heat is a small rest of a large sum, and has to be added up anew.
    var cooled: UInt32?
    /// Whether the newest event that others knew of may be gone.
    var isNewest = false
  }

  /// The event `number`, or nil where it left the ring or was forgotten.
  func event(_ number: Int) -> Event? {
    if number < first || number >= next { return nil }
    let event = ring[(number - 1) % capacity]
    return event.entry == Self.noEntry ? nil : event
  }

  /// Takes the event `number` out of every sum.
  @discardableResult
  func drop(_ number: Int) -> Loss {
    guard let event = event(number) else { return Loss() }
    ring[(number - 1) % capacity].entry = Self.noEntry
    eventCount -= 1
    let sessionEvents = (eventsOfSession[event.session] ?? 1) - 1
    eventsOfSession[event.session] = sessionEvents == 0 ? nil : sessionEvents
    if event.previous != Self.noEntry { unlink(event.previous, event.entry) }
    let id = Int(event.entry)
    let wasVisible = isVisible(event.entry)
    leave(event)
    var loss = Loss()
    loss.isNewest = wasVisible && event.time == newest
    if wasVisible, !isVisible(event.entry) {
      visibleCount -= 1
      entries[id].heat = 0
      loss.isNewest = true
    }
    entries[id].uses -= 1
    if entries[id].uses == 0 {
      erase(event.entry)
      return loss
    }
    if isVisible(event.entry) {
      let gone = heat(at: event.time)
      entries[id].heat = max(0, entries[id].heat - gone)
      // Taking a use from a sum that it dominates leaves little but rounding errors.
      if entries[id].heat < gone * 1e-6 { loss.cooled = event.entry }
    }
    order.remeasure(position(of: event.entry).chunk, measure)
    return loss
  }

  /// Takes `event` out of what its session did with its entry.
  private func leave(_ event: Event) {
    let key = PairKey(session: event.session, entry: event.entry)
    guard var pair = pairs[key] else { return }
    let day = Self.day(of: event.time)
    pair.events -= 1
    if pair.events == 0 || pair.day == day {
      pair.day = Self.noDay
      entries[Int(event.entry)].spellings.remove(pair.spelling)
      pair.spelling = Spellings.noVote
    }
    if pair.events == 0 { entries[Int(event.entry)].sessions -= 1 }
    pairs[key] = pair.events == 0 ? nil : pair
    if let last = lastOfSession[event.session], last.entry == event.entry,
      pair.events == 0 || Self.day(of: last.time) == day
    {
      lastOfSession[event.session] = nil
    }
  }

  /// Reads the heat of the visible entry `id` anew, and what is seen of it.
  func remeasure(_ id: UInt32) {
    if entries[Int(id)].uses == 0 || !isVisible(id) { return }
    reheat(id)
    order.remeasure(position(of: id).chunk, measure)
  }

  /// Looks for the newest event of a visible entry among all.
  ///
  /// - Complexity: O(events kept).
  func findNewest() {
    newest = Int64.min
    for event in ring where event.entry != Self.noEntry && isVisible(event.entry) {
      newest = max(newest, event.time)
    }
  }

  /// Calls `body` with the events of `id`, newest first.
  private func forEachEvent(of id: UInt32, _ body: (Event) -> Void) {
    var number = entries[Int(id)].lastEvent
    while number >= first {
      let event = ring[(number - 1) % capacity]
      if event.entry == id { body(event) }
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
      let rest = (entryOfText[hash] ?? []).filter { $0 != id }
      entryOfText[hash] = rest.isEmpty ? nil : rest
    }
    entries[Int(id)] = Entry(label: Candidate.noLabel, successors: entry.successors)
    freeIfUnused(id)
  }

  private func freeIfUnused(_ id: UInt32) {
    if entries[Int(id)].uses == 0, entries[Int(id)].successors == 0 { free.append(id) }
  }
}
