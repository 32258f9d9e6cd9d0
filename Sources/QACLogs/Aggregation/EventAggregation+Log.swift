// The third pass over the events, which makes the log to learn from.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension EventAggregation {
  /// The query that a user submitted last, and its session.
  private struct Before {
    var query = QueryTable.none
    var session = UInt32.max
  }

  /// The log to learn from, in time order. For `.judgement` its queries are shown in their normal
  /// form.
  ///
  /// - Returns: The log, and how many of its observations precede the held-out part.
  /// - Throws: `LogError.file` if the disk has no room for what does not fit into the memory.
  package func log(for purpose: Purpose) throws(LogError) -> (log: QueryLog, learned: Int) {
    var result = LogCounts()
    var faults = [Int](repeating: 0, count: TextFault.allCases.count)
    var observations: [Observation] = []
    observations.reserveCapacity(purpose == .judgement ? most.judgement : most.publication)
    var learned = 0
    let before = try ScratchArray(repeating: Before(), count: dictionary.userCount, in: memory)
    var beforeInThread: [UInt64: Before] = [:]
    var places = CommonNumbers(segments.map(\.places))
    var boxes = CommonNumbers(segments.map(\.boxes))
    var typed: [UInt32] = []
    let formUses = try ScratchArray(
      repeating: UInt32(0), count: dictionary.formCount, in: memory)
    var isUsed = Bits(count: dictionary.queryCount)
    // If a query has only one form, the form has the query's users, so it is not counted again.
    let countsForms = purpose == .publication && filters.minimumUsers > 1
    var formUsers = ExternalSort(memory: sortBytes, count: 0, files: memory)
    let newest = lastTime ?? 0
    try forEachEvent { (event) throws(LogError) in
      switch event.obstacle {
      case .robot: result.robots += 1
      case .halfTyped: result.halfTyped += 1
      case .failed: result.failed += 1
      case .fault(let fault): faults[Int(fault.rawValue)] += 1
      case nil:
        let query = dictionary.query(ofForm: event.form)
        let admission = admitted[Int(query)]
        let isAsked = purpose == .judgement && event.number >= heldOut
        guard isAsked || admission.contains(purpose == .judgement ? .learning : .all) else {
          if admission.contains(.failing) {
            result.failed += 1
          } else if admission.contains(.fewUsers) {
            result.fewUsers += 1
          } else {
            result.fewUses += 1
          }
          return
        }
        formUses[event.form] &+= 1
        if countsForms, dictionary.hasOtherForms(event.form) {
          try formUsers.add(UInt64(event.form) << 32 | UInt64(event.user))
        }
        // A thread has a context of its own; without one, that of all the session counts.
        let thread = event.details.thread
        let key = UInt64(event.user) << 32 | UInt64(thread)
        let own =
          thread == 0 ? before[Int(event.user)] : beforeInThread[key] ?? Before()
        let previous = own.session == event.session ? own.query : QueryTable.none
        before[Int(event.user)] = Before(query: query, session: event.session)
        if previous == query {
          result.repeats += 1
          return
        }
        if thread != 0 { beforeInThread[key] = before[Int(event.user)] }
        if !isAsked, isDecayed(event, query, newest: newest) {
          result.decayed += 1
          return
        }
        isUsed.set(Int(query))
        if previous != QueryTable.none { isUsed.set(Int(previous)) }
        if event.number < heldOut { learned += 1 }
        observations.append(
          Observation(
            query: query, previous: previous, session: event.session, user: event.user,
            time: event.time, count: 1,
            place: places.number(of: event.details.place, of: event.segment)))
        typed.append(boxes.number(of: event.details.box, of: event.segment))
      }
    }
    for fault in TextFault.allCases where faults[Int(fault.rawValue)] > 0 {
      result.faultyTexts[fault.name] = faults[Int(fault.rawValue)]
    }
    if purpose == .publication {
      try holdBackForms(formUsers, formUses)
    } else {
      for form in 0..<formUses.count { formUses[form] = 0 }
    }
    let table = try renumber(&observations, isUsed, formUses)
    if purpose == .publication { complete(result, learned: observations.count, table.count) }
    var log = QueryLog(observations: observations, queries: table)
    log.places = places.texts
    if boxes.count > 0 {
      log.typed = typed
      log.typedTexts = boxes.texts
    }
    return (log, learned)
  }

  private func complete(_ found: LogCounts, learned: Int, _ queries: Int) {
    counts.robots = found.robots
    counts.halfTyped = found.halfTyped
    counts.failed = found.failed
    counts.faultyTexts = found.faultyTexts
    counts.fewUsers = found.fewUsers
    counts.fewUses = found.fewUses
    counts.repeats = found.repeats
    counts.decayed = found.decayed
    counts.learned = learned
    counts.learnedQueries = queries
  }

  /// Whether the decay leaves an event out. This is decided by a number that is drawn from the
  /// event itself, so an event that was left out once stays left out as it ages.
  private func isDecayed(_ event: Event, _ query: UInt32, newest: Int64) -> Bool {
    if filters.decayDays <= 0 { return false }
    let user = StableHash.of(dictionary.text(ofUser: event.user), seed: 0)
    let text = StableHash.of(dictionary.text(ofQuery: query), seed: 1)
    let hash = StableHash.mix(
      user ^ StableHash.mix(text)
        ^ StableHash.mix(UInt64(bitPattern: event.time) ^ StableHash.mix(filters.seed)))
    let draw = Double(hash >> 11) * 0x1p-53
    return draw >= exp2(-Double(newest - event.time) / (filters.decayDays * 86_400))
  }

  /// Sets the uses of forms that may not be shown to 0: of those that are not fit (`DisplayText`),
  /// and of those that too few users typed. `users` has a pair of form and user for each use of a
  /// form that is not its query's only one.
  private func holdBackForms(
    _ users: consuming ExternalSort, _ formUses: borrowing ScratchArray<UInt32>
  ) throws(LogError) {
    var isKnown = Bits(count: dictionary.formCount)
    var last: (form: Int, user: UInt32, users: Int) = (-1, 0, 0)
    try users.forEach { key in
      let (form, user) = (Int(key >> 32), UInt32(truncatingIfNeeded: key))
      if form != last.form {
        last = (form, user, 1)
      } else if user != last.user {
        last.user = user
        last.users += 1
      }
      if last.users >= filters.minimumUsers { isKnown.set(form) }
    }
    for form in 0..<dictionary.formCount where formUses[form] > 0 {
      let isHeldBack =
        filters.minimumUsers > 1 && dictionary.hasOtherForms(form) && !isKnown[form]
      if isHeldBack || !DisplayText.isFit(dictionary.text(ofForm: form), profile: profile) {
        formUses[form] = 0
      }
    }
  }

  /// Numbers the queries in use from 0. Each gets the form with the most uses by `formUses`, or its
  /// normal form if none of its forms has any.
  private func renumber(
    _ observations: inout [Observation], _ isUsed: Bits, _ formUses: borrowing ScratchArray<UInt32>
  ) throws(LogError) -> QueryTable {
    let number = try ScratchArray(
      repeating: QueryTable.none, count: dictionary.queryCount, in: memory)
    var normalized: [[UInt8]] = []
    normalized.reserveCapacity(isUsed.ones)
    for query in 0..<number.count where isUsed[query] {
      number[query] = UInt32(normalized.count)
      normalized.append(Array(dictionary.text(ofQuery: UInt32(query))))
    }
    let best = try ScratchArray(repeating: Int32(-1), count: normalized.count, in: memory)
    for form in 0..<dictionary.formCount where formUses[form] > 0 {
      let id = number[Int(dictionary.query(ofForm: form))]
      if id == QueryTable.none { continue }
      // Forms of a query ascend, so of equally frequent ones the first by bytes is kept.
      let held = best[Int(id)]
      if held < 0 || formUses[form] > formUses[Int(held)] { best[Int(id)] = Int32(form) }
    }
    for i in observations.indices {
      observations[i].query = number[Int(observations[i].query)]
      if observations[i].previous != QueryTable.none {
        observations[i].previous = number[Int(observations[i].previous)]
      }
    }
    return QueryTable(
      normalized: normalized,
      surface: (0..<best.count).map {
        best[$0] < 0
          ? DisplayText.shown(form: normalized[$0], profile: profile)
          : Spelling.shown(dictionary.text(ofForm: Int(best[$0])))
      })
  }
}

/// Common numbers for texts of segments, in the order in which a log's observations name them.
private struct CommonNumbers {
  private let tables: [TextTable]
  private var known = ByteInterner()
  /// By segment and text of it, the number of the text in the log.
  private var numbers: [[UInt32]]

  init(_ tables: [TextTable]) {
    self.tables = tables
    numbers = tables.map { [UInt32](repeating: QueryTable.none, count: $0.count) }
  }

  /// The number of `text` of `segment`, or `QueryTable.none` for `LogSegment.unknown`.
  mutating func number(of text: UInt32, of segment: Int) -> UInt32 {
    if text == LogSegment.unknown { return QueryTable.none }
    let own = numbers[segment][Int(text)]
    if own != QueryTable.none { return own }
    let number = UInt32(known.intern(tables[segment][Int(text)]).id)
    numbers[segment][Int(text)] = number
    return number
  }

  /// How many texts there are.
  var count: Int { known.count }

  /// The texts.
  var texts: [[UInt8]] { (0..<known.count).map { Array(known.bytes($0)) } }
}
