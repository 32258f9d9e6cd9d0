// What was submitted since the index was built: counts, queries that the index lacks, who followed
// whom.
//
// A ring of events is the truth; all else is derived from it and kept up to date:
//
//     EventRing --> OverlayEntries: a label, or a text of its own; uses, heat, sessions, followers
//               --> OverlaySessions: events and last entry of each session, and for each entry of a
//                   session its events and how the session wrote it
//               --> OverlayOrder: entries by text, for ranges
//               --> OverlayPlaces: entries, uses and people by place
//               --> HeatClock: the newest event that others know of
//
// An event is a session's first submission of a query on a day (UTC): what a session submits again
// that day counts for nobody else. Where the caller says that several sessions count as one person,
// this holds of the person, and so does everything below that counts sessions. An entry, label or
// not, is visible to others once `sessionsNeeded` distinct sessions submitted it. Until then
// nothing of it reaches an answer: no text, count, decay or follower; its own session has it from
// its `SessionContext`. Heat is the number of uses of a visible entry under exponential decay
// (`HeatClock`): the order of two entries does not change while nothing is recorded.
//
// An event may have failed: a command that does not exist, a search without results. It is no use
// then. An entry that failed in at least `sessionsNeeded` sessions, and in more than it did not
// fail in, is failing: it is invisible, and its label is suggested only to a session that submitted
// it. Fewer failures reach no answer.
//
// Invariants (`checkInvariants`): an event that left the ring or was forgotten has left every sum;
// a text that no event holds any more is erased; an invisible entry has no heat, and does not move
// the clock. One thread at a time; the daemon keeps one overlay per event loop.
// Cost: recording or forgetting an event takes O(log n) text comparisons and measures one chunk of
// the order; memory is about 220 bytes per event with a text of its own, and four bytes per label
// of the index. A completion looks at one entry for each of its candidates. It calls nothing that
// could call the overlay back, so accesses are not checked for overlap at run time.
// Source: docs/design.md, "QACEngine".

public import QACIndex

/// Live additions to one index.
public final class LiveOverlay {
  /// The number of events kept, unless told otherwise.
  public static let defaultCapacity = 1 << 18
  /// Distinct sessions that make a query visible to others, unless told otherwise.
  public static let defaultSessionsNeeded = 3

  /// In place of an entry's id: none.
  static let noEntry = UInt32.max

  /// The index that this adds to.
  public let index: LabelIndex
  /// The labels of `index`, which a search compares with: the whole view is too much to copy each
  /// time.
  let labels: SortedTexts
  /// Events at or before this time, in unix seconds, are in the index already and are ignored.
  public let cutoff: Int64
  /// Distinct sessions that make a query visible to others.
  public let sessionsNeeded: Int
  /// The most events of one session, so that nobody drives out what others submitted.
  let share: Int

  // The parts change through their own methods, and only in `LiveOverlay+Entries` and
  // `LiveOverlay+Events`, which keep them in step.
  @exclusivity(unchecked) var entries: OverlayEntries
  @exclusivity(unchecked) var order = OverlayOrder()
  var ring: EventRing
  var sessions = OverlaySessions()
  @exclusivity(unchecked) var places = OverlayPlaces()
  var clock: HeatClock
  /// The deletions that have begun and still look for events, in the order of their beginning.
  var pending: [Deletion] = []
  /// The number of deletions that have begun so far: what tells them apart. One that looks for no
  /// events any more may still have work to do, so its number is not used again.
  var deletionCount = 0
  /// The number of distinct queries that others may see. Unlike `queryCount`, it does not tell
  /// whether a text was submitted by somebody else.
  public internal(set) var visibleCount = 0
  /// The number of distinct queries that are shown to nobody else because they fail.
  public internal(set) var failingCount = 0

  /// Makes an empty overlay of `index`.
  ///
  /// - Parameters:
  ///   - index: A verified index.
  ///   - cutoff: Unix seconds; events up to then are in the index and are ignored. If nil, the time
  ///     of
  ///     the newest event in the index.
  ///   - sessionsNeeded: Distinct sessions that make a query visible to others, at least 1.
  ///   - capacity: Events kept, at least 1; the oldest make room.
  ///   - halfLife: Seconds after which a use counts half; if nil, that of the index.
  public init(
    index: LabelIndex, cutoff: Int64? = nil,
    sessionsNeeded: Int = LiveOverlay.defaultSessionsNeeded,
    capacity: Int = LiveOverlay.defaultCapacity, halfLife: Double? = nil
  ) {
    self.index = index
    labels = index.view.labels
    self.cutoff = cutoff ?? index.view.lastTime
    self.sessionsNeeded = max(1, sessionsNeeded)
    ring = EventRing(capacity: max(1, capacity))
    share = Self.share(of: ring.capacity, sessionsNeeded: self.sessionsNeeded)
    // An index of a log without times is as old as what comes first.
    clock = HeatClock(
      halfLife: max(1, halfLife ?? index.view.halfLife),
      origin: index.view.lastTime != 0 ? index.view.lastTime : nil)
    entries = OverlayEntries(labelCount: index.labelCount)
  }

  /// How many events of `capacity` one session may have: all, where one session is enough.
  static func share(of capacity: Int, sessionsNeeded: Int) -> Int {
    sessionsNeeded == 1 ? capacity : max(16, capacity / 64)
  }

  /// The number of events that count at present.
  public var eventCount: Int { ring.count }
  /// The number of distinct queries among them.
  public var queryCount: Int { entries.count }

  /// Adds a submitted query.
  ///
  /// These are not counted: an empty text; an event that is not newer than `cutoff`; a query that
  /// the person has submitted on the same day; a repetition of the session's last query within
  /// half an hour; a new query of a person that has its share of the events already.
  ///
  /// - Parameters:
  ///   - normalized: The query, normalised by the index's profile.
  ///   - surface: The query as typed.
  ///   - session: Names the session, well mixed.
  ///   - person: As whom the query counts, well mixed; nil for the session alone.
  ///   - time: Unix seconds.
  ///   - situation: The conversation and the place in which it was submitted. Of a session's
  ///     queries, one follows another if nothing was submitted between them and both are of one
  ///     conversation.
  ///   - ending: How it ended, as far as that is known.
  public func record(
    normalized: [UInt8], surface: [UInt8], session: UInt64, person: UInt64? = nil, at time: Int64,
    in situation: Situation = .unknown, ending: Ending = .unknown
  ) {
    if normalized.isEmpty || time <= cutoff { return }
    let person = person ?? session
    let known = find(normalized)
    if let known, isDoomed(known, of: person) {
      dropDoomed(known, of: person)
    } else if let known,
      sessions.isRepetition(of: known, by: person, in: session, at: time)
    {
      if person == session || isNewest(known, of: person, by: session) {
        sessions.setLast(of: session, to: known, at: time, in: situation.thread)
      } else {
        sessions.forgetLast(of: session)
      }
      end(known, surface: surface, person: person, as: ending)
      return
    }
    if sessions.eventCount(of: person) >= UInt32(clamping: share) {
      sessions.forgetLast(of: session)
      return
    }
    if ring.isFull {
      drop(ring.first)
      ring.removeFirst()
    }
    // Only now: the dropped event may have been the last one of this query, or of the one before
    // it.
    let id = addEntry(of: normalized)
    let previous = sessions.previousEntry(of: session, at: time, in: situation.thread)
    let event = OverlayEvent(
      session: session, person: person, entry: id,
      previous: previous.flatMap { isDoomed($0, of: person) ? nil : $0 } ?? Self.noEntry,
      time: time,
      earlier: entries.list[Int(id)].lastEvent, isFailure: ending == .failed,
      place: situation.place)
    add(event, surface: surface, thread: situation.thread)
  }

  /// How a submitted query ended.
  public enum Ending: Sendable {
    /// Nobody has said it.
    case unknown
    /// Well.
    case ok
    /// It failed.
    case failed
  }

  /// Whether the newest event of `person` with the entry `id` is one of `session`.
  private func isNewest(_ id: UInt32, of person: UInt64, by session: UInt64) -> Bool {
    sessions[person, id].flatMap { ring[$0.number] }?.session == session
  }

  /// Says how a query ended that was recorded before: what the person submitted of it on its newest
  /// day counts accordingly. A query that is not kept is ignored.
  ///
  /// - Parameters:
  ///   - normalized: The query, normalised by the index's profile.
  ///   - surface: The query as typed.
  ///   - session: Names the session.
  ///   - person: As whom the query counts; nil for the session alone.
  ///   - ending: How it ended.
  public func end(
    normalized: [UInt8], surface: [UInt8], session: UInt64, person: UInt64? = nil,
    as ending: Ending
  ) {
    guard let id = find(normalized) else { return }
    end(id, surface: surface, person: person ?? session, as: ending)
  }

  private func end(_ id: UInt32, surface: [UInt8], person: UInt64, as ending: Ending) {
    guard ending != .unknown, let pair = sessions[person, id] else { return }
    turn(pair.number, toFailure: ending == .failed, surface: surface)
  }
}
