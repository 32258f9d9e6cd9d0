// Makes a log to learn from out of the events of segments: it leaves out robots, half-typed
// beginnings and queries of too few users.
//
// Three passes go over the events in time order, and none of them holds the events in memory:
//   1. sessions: marks robots' sessions and half-typed beginnings, one bit each;
//   2. `count`: sorts pairs of query and user, and counts each query's distinct users, and those
//      for whom it failed: a query that failed for more people than it did not fail for is left
//      out;
//   3. `log`: makes a `QueryLog` of the events that are left. If a query was typed in several
//      forms, it sorts pairs of form and user too, to know which forms may be shown (`Spelling`).
// What does not fit into the memory is sorted on disk.
//
// The result depends only on the events, the filters and the window, and neither on how the log was
// cut into segments nor on the memory. An event that is not learned counts as not submitted: no
// other event has its query as the previous one. It still keeps its session from ending.
// Memory: the result, and besides it the bytes that are given; what does not fit is on disk. About
// 70 bytes per user, 40 per distinct query, and 8 bytes and two bits per event.

import QACText

/// A log in segments, filtered.
package final class EventAggregation {
  /// What a log is made for.
  package enum Purpose {
    /// To judge an index: the log has the queries that had enough users before the held-out part,
    /// and all that people submitted in the held-out part.
    case judgement
    /// To publish an index: the held-out part is treated as all the rest.
    case publication
  }

  let segments: [LogSegment]
  let filters: LogFilters
  private let merge: EventMerge
  let profile: NormalizationProfile
  let dictionary: EventDictionary
  let memory: ScratchMemory
  let sortBytes: Int
  private var isHalfTyped = Bits(count: 0)
  private var isRobot = Bits(count: 0)
  /// By query: whether it has enough users and uses, in all events and before the held-out part.
  private(set) var admitted: ScratchArray<Admission>
  private(set) var heldOut = Int.max
  /// The greatest number of observations that a log can have, by purpose.
  private(set) var most: (judgement: Int, publication: Int) = (0, 0)
  /// What became of the events; complete once a log for publication was made.
  package internal(set) var counts = LogCounts()

  struct Admission: OptionSet {
    var rawValue: UInt8
    static let all = Admission(rawValue: 1)
    static let learning = Admission(rawValue: 2)
    static let fewUsers = Admission(rawValue: 4)
    /// It failed for more people than it did not fail for.
    static let failing = Admission(rawValue: 8)
  }

  /// Numbers the texts of `segments` and marks robots and half-typed beginnings.
  ///
  /// - Parameters:
  ///   - segments: In the order of the files, and within each file in the order of the lines.
  ///   - window: Unix seconds; events of other times are left out.
  ///   - filters: What is learned.
  ///   - memory: Bytes that may be used besides the result.
  ///   - directory: Where to write what does not fit into them.
  /// - Throws: `LogError.file` if there is no room for that.
  package init(
    _ segments: [LogSegment], window: ClosedRange<Int64>, filters: LogFilters, memory: Int,
    directory: String
  ) throws(LogError) {
    self.segments = segments
    self.filters = filters
    profile = segments.first?.profile ?? .search
    sortBytes = memory / 2
    self.memory = ScratchMemory(bytes: memory - sortBytes, directory: directory)
    merge = EventMerge(segments, window: window)
    dictionary = try EventDictionary(segments, filters, memory: self.memory)
    admitted = ScratchArray(in: self.memory)
    for segment in segments {
      let old =
        window.lowerBound == .min ? 0 : segment.position(after: window.lowerBound - 1)
      counts.tooOld += old
      counts.tooNew += segment.eventCount - max(old, segment.position(after: window.upperBound))
    }
    counts.events = merge.count
    try markSessions()
  }

  /// The number of events after `time`.
  package func eventCount(after time: Int64) -> Int { merge.count(after: time) }

  /// The time of the newest event; nil if there are none.
  package var lastTime: Int64? { merge.lastTime }

  // MARK: Sessions

  /// The state of one user's session while the events pass.
  private struct Visit {
    var time: Int64 = 0
    var minute: Int64 = 0
    /// The last event. Only the next one shows whether it is half-typed.
    var event: UInt32 = 0
    var query: UInt32 = 0
    var session = UInt32.max
    var queries: UInt32 = 0
    var minuteQueries: UInt32 = 0
  }

  private func markSessions() throws(LogError) {
    let visits = try ScratchArray(repeating: Visit(), count: dictionary.userCount, in: memory)
    var halfTyped = Bits(count: merge.count)
    var robots = Bits(count: 0)
    var sessions: UInt32 = 0
    let filters = filters
    func confirm(_ visit: inout Visit) {
      if visit.queries == 0 || visit.time - visit.minute >= 60 {
        visit.minute = visit.time
        visit.minuteQueries = 0
      }
      visit.queries += 1
      visit.minuteQueries += 1
      if filters.robotSession > 0, visit.queries > filters.robotSession {
        robots.set(Int(visit.session))
      }
      if filters.robotMinute > 0, visit.minuteQueries > filters.robotMinute {
        robots.set(Int(visit.session))
      }
    }
    merge.forEach { number, s, position in
      let time = segments[s].times[position]
      let user = Int(dictionary.user(s, position))
      let query = dictionary.query(ofForm: dictionary.form(s, position))
      var visit = visits[user]
      if visit.session != .max, !Self.isBeyond(filters.sessionGap, visit.time, time) {
        if time - visit.time <= filters.halfTypedSeconds, isBeginning(visit.query, of: query) {
          halfTyped.set(Int(visit.event))
        } else {
          confirm(&visit)
        }
      } else {
        if visit.session != .max { confirm(&visit) }
        visit = Visit()
        visit.session = sessions
        sessions += 1
        robots.grow(to: Int(sessions))
      }
      visit.time = time
      visit.event = UInt32(truncatingIfNeeded: number)
      visit.query = query
      visits[user] = visit
    }
    for user in 0..<visits.count where visits[user].session != .max {
      var last = visits[user]
      confirm(&last)
      counts.users += 1
    }
    counts.sessions = Int(sessions)
    counts.robotSessions = robots.ones
    isHalfTyped = halfTyped
    isRobot = robots
  }

  private static func isBeyond(_ gap: Int64, _ earlier: Int64, _ later: Int64) -> Bool {
    let (difference, overflow) = later.subtractingReportingOverflow(earlier)
    return overflow || difference > gap
  }

  /// Whether `query` is a proper prefix of `other`.
  private func isBeginning(_ query: UInt32, of other: UInt32) -> Bool {
    if query == other { return false }
    let (text, whole) = (dictionary.text(ofQuery: query), dictionary.text(ofQuery: other))
    return text.count < whole.count && whole.starts(with: text)
  }

  /// Why an event is not learned, however many users its query has.
  enum Obstacle {
    case robot, halfTyped, failed, fault(TextFault)
  }

  /// An event within the window.
  struct Event {
    /// Its number in the order of time.
    var number: Int
    var time: Int64
    var user: UInt32
    var session: UInt32
    var form: Int
    /// The segment, and what it knows of the event beside that.
    var segment: Int
    var details: LogSegment.Details
    /// Why it is not learned, if there is a reason.
    var obstacle: Obstacle?
  }

  private struct LastVisit {
    var time: Int64 = 0
    var session = UInt32.max
  }

  /// Calls `body` for every event.
  @inline(__always)
  func forEachEvent(_ body: (Event) throws(LogError) -> Void) throws(LogError) {
    let last = try ScratchArray(repeating: LastVisit(), count: dictionary.userCount, in: memory)
    var sessions: UInt32 = 0
    try merge.forEach { (number, s, position) throws(LogError) in
      let time = segments[s].times[position]
      let user = dictionary.user(s, position)
      let form = dictionary.form(s, position)
      let before = last[Int(user)]
      var session = before.session
      if session == .max || Self.isBeyond(filters.sessionGap, before.time, time) {
        session = sessions
        sessions += 1
      }
      last[Int(user)] = LastVisit(time: time, session: session)
      let fault = dictionary.fault(ofForm: form)
      let details = segments[s].details(position)
      let obstacle: Obstacle? =
        fault != .none
        ? .fault(fault)
        : isRobot[Int(session)]
          ? .robot : isHalfTyped[number] ? .halfTyped : details.hasFailed ? .failed : nil
      try body(
        Event(
          number: number, time: time, user: user, session: session, form: form, segment: s,
          details: details, obstacle: obstacle))
    }
  }

  // MARK: Users

  /// Counts the users of every query.
  ///
  /// - Parameter count: The number of newest events that are held out.
  /// - Throws: `LogError.file` if the disk has no room for what does not fit into the memory.
  package func count(holdingOut count: Int) throws(LogError) {
    heldOut = merge.count - count
    most = (count, 0)
    var sort = ExternalSort(memory: sortBytes, count: merge.count, files: memory)
    var failures = ExternalSort(memory: sortBytes, count: 0, files: memory)
    try forEachEvent { (event) throws(LogError) in
      if case .failed = event.obstacle {
        try failures.add(
          UInt64(dictionary.query(ofForm: event.form)) << 32 | UInt64(event.user))
      }
      if event.obstacle != nil { return }
      let key = UInt64(dictionary.query(ofForm: event.form)) << 32 | UInt64(event.user) << 1
      try sort.add(key | (event.number < heldOut ? 0 : 1))
    }
    admitted = try ScratchArray(repeating: .fewUsers, count: dictionary.queryCount, in: memory)
    let failed = try failedUsers(failures)
    counts.queries = 0
    var group = QueryUse()
    func close() {
      if group.uses == 0 { return }
      counts.queries += 1
      var admission: Admission = []
      let failing = failed.isEmpty ? 0 : failed[group.query] ?? 0
      if failing >= filters.minimumUsers, failing > group.users {
        admitted[Int(group.query)] = .failing
        return
      }
      if group.users < filters.minimumUsers {
        admission = .fewUsers
      } else if group.uses >= filters.minimumCount {
        admission = .all
        most.publication += group.uses
      }
      if group.usersBefore >= filters.minimumUsers, group.usesBefore >= filters.minimumCount {
        admission.insert(.learning)
        most.judgement += group.usesBefore
      }
      admitted[Int(group.query)] = admission
    }
    try sort.forEach { key in
      let query = UInt32(key >> 32)
      if query != group.query || group.uses == 0 {
        close()
        group = QueryUse(query: query)
      }
      group.add(user: UInt32(key >> 1 & 0x7FFF_FFFF), isBefore: key & 1 == 0)
    }
    close()
  }

  /// How many users each query failed for that failed at all. `failures` has a pair of query and
  /// user for each failure.
  private func failedUsers(
    _ failures: consuming ExternalSort
  ) throws(LogError) -> [UInt32: Int] {
    var users: [UInt32: Int] = [:]
    var last = UInt64.max
    try failures.forEach { key in
      if key != last { users[UInt32(key >> 32), default: 0] += 1 }
      last = key
    }
    return users
  }

  /// Whether some query is learned for publication; known once users are counted.
  package var admitsQueries: Bool { most.publication > 0 }

  /// The uses of one query.
  private struct QueryUse {
    var query: UInt32 = 0
    var uses = 0
    var usesBefore = 0
    var users = 0
    var usersBefore = 0
    private var lastUser = UInt32.max

    init(query: UInt32 = 0) { self.query = query }

    mutating func add(user: UInt32, isBefore: Bool) {
      uses += 1
      if isBefore { usesBefore += 1 }
      if user == lastUser { return }
      // The keys sort a user's uses before the held-out part first.
      users += 1
      if isBefore { usersBefore += 1 }
      lastUser = user
    }
  }
}
