// The third pass over the events: the log that is learned.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension EventAggregation {
  /// The query that a user submitted last, and in which session.
  private struct Before {
    var query = QueryTable.none
    var session = UInt32.max
  }

  /// The log that is learned, in the order of time. In one to judge by, queries are shown in their normal
  /// form.
  ///
  /// - Returns: The log, and how many of its first observations are learned to be judged.
  /// - Throws: `LogError.file` where there is no room on disk for what is beyond the memory.
  package func log(for purpose: Purpose) throws(LogError) -> (log: QueryLog, learned: Int) {
    var result = LogCounts()
    var faults = [Int](repeating: 0, count: TextFault.allCases.count)
    var observations: [Observation] = []
    observations.reserveCapacity(purpose == .judgement ? most.judgement : most.publication)
    var learned = 0
    let before = try ScratchArray(repeating: Before(), count: dictionary.userCount, in: memory)
    let formUses = try ScratchArray(
      repeating: UInt32(0), count: dictionary.formCount, in: memory)
    var isUsed = Bits(count: dictionary.queryCount)
    // Where a query has one form alone, that has the query's users.
    let countsForms = purpose == .publication && filters.minimumUsers > 1
    var formUsers = ExternalSort(memory: sortBytes, count: 0, files: memory)
    let newest = lastTime ?? 0
    try forEachEvent { (event) throws(LogError) in
      switch event.obstacle {
      case .robot: result.robots += 1
      case .folded: result.folded += 1
      case .fault(let fault): faults[Int(fault.rawValue)] += 1
      case nil:
        let query = dictionary.query(ofForm: event.form)
        let admission = admitted[Int(query)]
        let isAsked = purpose == .judgement && event.number >= heldOut
        guard isAsked || admission.contains(purpose == .judgement ? .learning : .all) else {
          if admission.contains(.fewUsers) { result.fewUsers += 1 } else { result.fewUses += 1 }
          return
        }
        formUses[event.form] &+= 1
        if countsForms, dictionary.hasOtherForms(event.form) {
          try formUsers.add(UInt64(event.form) << 32 | UInt64(event.user))
        }
        let own = before[Int(event.user)]
        let previous = own.session == event.session ? own.query : QueryTable.none
        if previous == query {
          result.repeats += 1
          return
        }
        before[Int(event.user)] = Before(query: query, session: event.session)
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
            time: event.time, count: 1))
      }
    }
    for fault in TextFault.allCases where faults[Int(fault.rawValue)] > 0 {
      result.faultyTexts["\(fault)"] = faults[Int(fault.rawValue)]
    }
    if purpose == .publication {
      try holdBackForms(formUsers, formUses)
    } else {
      for form in 0..<formUses.count { formUses[form] = 0 }
    }
    let table = try renumber(&observations, isUsed, formUses)
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

  /// Has forms that may not be shown count as never used: those of too few users, by `users`, pairs of the
  /// forms that are not their query's only one with who typed them.
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

  /// Numbers the queries that are used from 0, and gives each the form that was typed most often of those
  /// that `formUses` counts; its normal form where it counts none.
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
      // Of equally many the first by bytes: forms of a query ascend.
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
        best[$0] < 0 ? normalized[$0] : Spelling.shown(dictionary.text(ofForm: Int(best[$0])))
      })
  }
}
