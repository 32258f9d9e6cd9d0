// From the events of segments to a log that may be learned: who is a robot, what is half-typed, which
// queries have users enough.
//
// Three passes over the events in the order of time, none of which holds them in memory:
//   1. sessions: robots' sessions and half-typed beginnings are marked, one bit each;
//   2. `count`: pairs of query and user are sorted, beyond the memory allowed on disk, and each query's
//      distinct users counted;
//   3. `log`: what is left becomes a `QueryLog`.
//
// The result depends on the events, filters and window alone, not on how the log was cut into
// segments. An event that is not learned is as if it had not been submitted: no query stands beside
// it as the one before. It does keep its session from ending.
// Memory: about 50 bytes a user and a distinct query, what is learned, and the sort's share.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// A log in segments, filtered.
package final class EventAggregation {
  /// Which log is made.
  package enum Purpose {
    /// To judge by: learned is what had users enough before the held-out part, in which everything
    /// that people submitted is asked.
    case judgement
    /// To publish: the held-out part is learned too.
    case publication
  }

  private let segments: [LogSegment]
  private let filters: LogFilters
  private let merge: EventMerge
  private let dictionary: EventDictionary
  private var isFolded = Bits(count: 0)
  private var isRobot = Bits(count: 0)
  /// By query: whether it has users and uses enough, in all and before the held-out part.
  private var admitted: [Admission] = []
  private var heldOut = Int.max
  /// What became of the events; complete after a log for publication was made.
  package private(set) var counts = LogCounts()

  private struct Admission: OptionSet {
    var rawValue: UInt8
    static let all = Admission(rawValue: 1)
    static let learning = Admission(rawValue: 2)
    static let fewUsers = Admission(rawValue: 4)
  }

  /// Numbers the texts of `segments` and marks robots and half-typed beginnings.
  ///
  /// - Parameters:
  ///   - segments: In the order of the files and within each in that of the lines.
  ///   - window: Unix seconds; events of other times are left out.
  ///   - filters: What is learned.
  package init(_ segments: [LogSegment], window: ClosedRange<Int64>, filters: LogFilters) {
    self.segments = segments
    self.filters = filters
    merge = EventMerge(segments, window: window)
    dictionary = EventDictionary(segments, filters)
    for segment in segments {
      let old =
        window.lowerBound == .min ? 0 : segment.position(after: window.lowerBound - 1)
      counts.tooOld += old
      counts.tooNew += segment.eventCount - max(old, segment.position(after: window.upperBound))
    }
    counts.events = merge.count
    markSessions()
  }

  /// The number of events after `time`.
  package func eventCount(after time: Int64) -> Int { merge.count(after: time) }

  /// The time of the newest event; nil without events.
  package var lastTime: Int64? { merge.lastTime }

  // MARK: Sessions

  /// What is known of a user while events go by.
  private struct Visit {
    var time: Int64 = 0
    var minute: Int64 = 0
    /// The last event, which is not known to be half-typed before the next one.
    var event: UInt32 = 0
    var query: UInt32 = 0
    var session = UInt32.max
    var queries: UInt32 = 0
    var minuteQueries: UInt32 = 0
  }

  private func markSessions() {
    var visits = [Visit](repeating: Visit(), count: dictionary.userCount)
    var folded = Bits(count: merge.count)
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
      let user = Int(dictionary.userNumbers[s][Int(segments[s].eventUsers[position])])
      let form = Int(dictionary.formNumbers[s][Int(segments[s].eventForms[position])])
      let query = dictionary.formQuery[form]
      var visit = visits[user]
      if visit.session != .max, !Self.isBeyond(filters.sessionGap, visit.time, time) {
        if time - visit.time <= filters.foldSeconds, isBeginning(visit.query, of: query) {
          folded.set(Int(visit.event))
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
    for user in visits.indices where visits[user].session != .max { confirm(&visits[user]) }
    counts.users = visits.reduce(0) { $0 + ($1.session == .max ? 0 : 1) }
    counts.sessions = Int(sessions)
    counts.robotSessions = robots.ones
    isFolded = folded
    isRobot = robots
  }

  private static func isBeyond(_ gap: Int64, _ earlier: Int64, _ later: Int64) -> Bool {
    let (difference, overflow) = later.subtractingReportingOverflow(earlier)
    return overflow || difference > gap
  }

  /// Whether `query` is a beginning of `other` and not all of it.
  private func isBeginning(_ query: UInt32, of other: UInt32) -> Bool {
    if query == other { return false }
    let (text, whole) = (dictionary.text(ofQuery: query), dictionary.text(ofQuery: other))
    return text.count < whole.count && whole.starts(with: text)
  }

  /// Why an event is not learned, whatever its query's users.
  private enum Obstacle {
    case robot, folded, fault(TextFault)
  }

  /// Calls `body` for every event: number, time, user, session, form, and what keeps it from being
  /// learned.
  @inline(__always)
  private func forEachEvent<Failure: Error>(
    _ body: (Int, Int64, UInt32, UInt32, Int, Obstacle?) throws(Failure) -> Void
  ) throws(Failure) {
    var last = [(time: Int64, session: UInt32)](
      repeating: (0, UInt32.max), count: dictionary.userCount)
    var sessions: UInt32 = 0
    try merge.forEach { (number, s, position) throws(Failure) in
      let time = segments[s].times[position]
      let user = dictionary.userNumbers[s][Int(segments[s].eventUsers[position])]
      let form = Int(dictionary.formNumbers[s][Int(segments[s].eventForms[position])])
      var session = last[Int(user)].session
      if session == .max || Self.isBeyond(filters.sessionGap, last[Int(user)].time, time) {
        session = sessions
        sessions += 1
      }
      last[Int(user)] = (time, session)
      let fault = dictionary.formFault[form]
      let obstacle: Obstacle? =
        fault != .none
        ? .fault(fault) : isRobot[Int(session)] ? .robot : isFolded[number] ? .folded : nil
      try body(number, time, user, session, form, obstacle)
    }
  }

  // MARK: Users

  /// Counts the users of every query.
  ///
  /// - Parameters:
  ///   - count: So many of the newest events are held out.
  ///   - memory: Bytes that sorting may take.
  ///   - directory: Where what is beyond that is written.
  /// - Throws: `LogError.file`.
  package func count(
    holdingOut count: Int, memory: Int, directory: String
  ) throws(LogError) {
    heldOut = merge.count - count
    var sort = ExternalSort(memory: memory, directory: directory)
    try forEachEvent { (number, _, user, _, form, obstacle) throws(LogError) in
      if obstacle != nil { return }
      let key = UInt64(dictionary.formQuery[form]) << 32 | UInt64(user) << 1
      try sort.add(key | (number < heldOut ? 0 : 1))
    }
    admitted = [Admission](repeating: .fewUsers, count: dictionary.queryCount)
    counts.queries = 0
    var group = QueryUse()
    func close() {
      if group.uses == 0 { return }
      counts.queries += 1
      var admission: Admission = []
      if group.users < filters.minimumUsers {
        admission = .fewUsers
      } else if group.uses >= filters.minimumCount {
        admission = .all
      }
      if group.usersBefore >= filters.minimumUsers, group.usesBefore >= filters.minimumCount {
        admission.insert(.learning)
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
      // Of one user's uses those before the held-out part come first.
      users += 1
      if isBefore { usersBefore += 1 }
      lastUser = user
    }
  }

  // MARK: The log

  /// The log that is learned, in the order of time.
  ///
  /// - Returns: The log, and how many of its first observations are learned to be judged.
  package func log(for purpose: Purpose) -> (log: QueryLog, learned: Int) {
    var result = LogCounts()
    var observations: [Observation] = []
    var learned = 0
    var before = [(query: UInt32, session: UInt32)](
      repeating: (QueryTable.none, .max), count: dictionary.userCount)
    var formUses = [UInt32](repeating: 0, count: dictionary.formCount)
    var isUsed = Bits(count: dictionary.queryCount)
    let newest = lastTime ?? 0
    forEachEvent { number, time, user, session, form, obstacle in
      switch obstacle {
      case .robot: result.robots += 1
      case .folded: result.folded += 1
      case .fault(let fault): result.faultyTexts["\(fault)", default: 0] += 1
      case nil:
        let query = dictionary.formQuery[form]
        let admission = admitted[Int(query)]
        let isAsked = purpose == .judgement && number >= heldOut
        guard isAsked || admission.contains(purpose == .judgement ? .learning : .all) else {
          if admission.contains(.fewUsers) { result.fewUsers += 1 } else { result.fewUses += 1 }
          return
        }
        formUses[form] &+= 1
        let previous =
          before[Int(user)].session == session ? before[Int(user)].query : QueryTable.none
        if previous == query {
          result.repeats += 1
          return
        }
        before[Int(user)] = (query, session)
        if !isAsked, isDecayed(user: user, query: query, time: time, newest: newest) {
          result.decayed += 1
          return
        }
        isUsed.set(Int(query))
        if previous != QueryTable.none { isUsed.set(Int(previous)) }
        if number < heldOut { learned += 1 }
        observations.append(
          Observation(
            query: query, previous: previous, session: session, user: user, time: time, count: 1))
      }
    }
    let table = renumber(&observations, isUsed, formUses)
    if purpose == .publication { complete(result, learned: observations.count, table.count) }
    return (QueryLog(observations: observations, queries: table), learned)
  }

  private func complete(_ found: LogCounts, learned: Int, _ queries: Int) {
    counts.robots = found.robots
    counts.folded = found.folded
    counts.faultyTexts = found.faultyTexts
    counts.fewUsers = found.fewUsers
    counts.fewUses = found.fewUses
    counts.repeats = found.repeats
    counts.decayed = found.decayed
    counts.learned = learned
    counts.learnedQueries = queries
  }

  /// Whether the decay leaves an event out: by a number drawn from what the event is, so that an event
  /// once left out stays so as it ages.
  private func isDecayed(user: UInt32, query: UInt32, time: Int64, newest: Int64) -> Bool {
    if filters.decayDays <= 0 { return false }
    let hash = StableHash.mix(
      dictionary.userHashes[Int(user)] ^ StableHash.mix(dictionary.queryHashes[Int(query)])
        ^ StableHash.mix(UInt64(bitPattern: time) ^ StableHash.mix(filters.seed)))
    let draw = Double(hash >> 11) * 0x1p-53
    return draw >= exp2(-Double(newest - time) / (filters.decayDays * 86_400))
  }

  /// Numbers the queries that are used from 0, and gives each the form that was typed most often.
  private func renumber(
    _ observations: inout [Observation], _ isUsed: Bits, _ formUses: [UInt32]
  ) -> QueryTable {
    var number = [UInt32](repeating: QueryTable.none, count: dictionary.queryCount)
    var normalized: [[UInt8]] = []
    for query in number.indices where isUsed[query] {
      number[query] = UInt32(normalized.count)
      normalized.append(Array(dictionary.text(ofQuery: UInt32(query))))
    }
    var best = [Int](repeating: -1, count: normalized.count)
    for form in 0..<dictionary.formCount where dictionary.formFault[form] == .none {
      let id = number[Int(dictionary.formQuery[form])]
      if id == QueryTable.none { continue }
      // Of equally many the first by bytes: forms of a query ascend.
      let held = best[Int(id)]
      if held < 0 || formUses[form] > formUses[held] { best[Int(id)] = form }
    }
    for i in observations.indices {
      observations[i].query = number[Int(observations[i].query)]
      if observations[i].previous != QueryTable.none {
        observations[i].previous = number[Int(observations[i].previous)]
      }
    }
    return QueryTable(
      normalized: normalized,
      surface: best.map { Array(String(decoding: dictionary.text(ofForm: $0), as: UTF8.self).utf8) }
    )
  }
}
