// What an overlay knows of each session: how many events it has, its last query, its entries.
//
// Several sessions may count as one person. Where nobody says so, each session is a person of its
// own. Pairs and counts are those of people, the last query is that of a session.
//
// Invariant: a person or a pair of person and entry that has no event is not held; of the last
// entry of a session there is an event of that session.
// Cost: one or two look-ups in a `SteadyTable` per call.

/// The sessions of one overlay.
struct OverlaySessions {
  struct PairKey: Hashable {
    var session: UInt64
    var entry: UInt32
  }

  /// What one person did with one entry.
  struct Pair {
    /// The events that did not fail, and those that did.
    var events: UInt32 = 0
    var failures: UInt32 = 0
    /// The day of the newest event, or `noDay` when that event was forgotten.
    var day = noDay
    /// The number of that event.
    var number = 0
    /// How the person wrote the entry on that day.
    var spelling = Spellings.noVote
  }

  /// The last query of a session.
  struct Last {
    var entry: UInt32
    var time: Int64
    /// The conversation (`Situation.thread`), or 0.
    var thread: UInt64
  }

  static let noDay = Int32.min
  private static let secondsPerDay: Int64 = 86_400

  private(set) var pairs = SteadyTable<PairKey, Pair>()
  private(set) var last = SteadyTable<UInt64, Last>()
  private(set) var eventCounts = SteadyTable<UInt64, UInt32>()

  /// The day of `time`, in days since 1970 (UTC).
  static func day(of time: Int64) -> Int32 {
    Int32(clamping: time / secondsPerDay - (time % secondsPerDay < 0 ? 1 : 0))
  }

  /// What the person `session` did with `entry`, or nil if it has no event of it; set to nil, it is
  /// removed.
  subscript(session: UInt64, entry: UInt32) -> Pair? {
    get { pairs[PairKey(session: session, entry: entry)] }
    set { pairs[PairKey(session: session, entry: entry)] = newValue }
  }

  /// The entry that `session` submitted last, if an event at `time` of `thread` comes after it in
  /// the same sitting. What other threads submitted before that is not known.
  func previousEntry(
    of session: UInt64, at time: Int64, in thread: UInt64 = 0
  ) -> UInt32? {
    guard let last = last[session], thread == 0 || last.thread == thread else { return nil }
    let (age, overflow) = time.subtractingReportingOverflow(last.time)
    return !overflow && age >= 0 && age <= SessionContext.contextSeconds ? last.entry : nil
  }

  /// Whether `person` submitted `entry` on the day of `time` already, or `session` as its last
  /// query in the same sitting.
  func isRepetition(
    of entry: UInt32, by person: UInt64, in session: UInt64, at time: Int64
  ) -> Bool {
    guard let pair = self[person, entry] else { return false }
    return pair.day == Self.day(of: time) || previousEntry(of: session, at: time) == entry
  }

  /// Notes that `session` submitted `entry` at `time` in `thread`, and nothing after it so far.
  mutating func setLast(
    of session: UInt64, to entry: UInt32, at time: Int64, in thread: UInt64
  ) {
    last[session] = Last(entry: entry, time: time, thread: thread)
  }

  /// Forgets what `session` submitted last.
  mutating func forgetLast(of session: UInt64) { last[session] = nil }

  /// Forgets what `session` submitted last if that is `entry`, and, unless `day` is nil, if it was
  /// on that day.
  mutating func forgetLast(of session: UInt64, ifEntry entry: UInt32, on day: Int32?) {
    guard let last = last[session], last.entry == entry else { return }
    if day == nil || Self.day(of: last.time) == day { self.last[session] = nil }
  }

  /// The number of events of the person `session`.
  func eventCount(of session: UInt64) -> UInt32 { eventCounts[session] ?? 0 }

  /// Counts an event of the person `session`.
  mutating func addEvent(of session: UInt64) {
    eventCounts[session] = eventCount(of: session) + 1
  }

  /// Takes an event of the person `session` from its count.
  mutating func removeEvent(of session: UInt64) {
    let rest = (eventCounts[session] ?? 1) - 1
    eventCounts[session] = rest == 0 ? nil : rest
  }
}
