// Collects the records of a log: interned texts, events and weighted pairs.
//
// Texts are interned twice: first the form as typed, without white space around it, so that a form
// that was seen before costs one look-up; then the normalised text, which is the query. A query is
// shown by its most frequent form of those that may be shown (`Spelling`). A form with a secret in
// it has no query: its events count as not submitted, except that they keep their session from
// ending.

import QACText

/// A log while it is made.
struct QueryLogBuilder {
  /// An event before sessions are cut.
  struct Event {
    var time: Int64
    var user: UInt32
    var query: UInt32
    /// Where it was submitted, a number of the log's places, or `QueryTable.none`.
    var place = QueryTable.none
    /// A hash of the conversation's name, or 0.
    var thread: UInt32 = 0
    /// Whether it failed.
    var hasFailed = false
    /// A number of `typed`, or `QueryTable.none`.
    var typed = QueryTable.none
  }

  private let options: LogReadOptions
  private var rules: TextRules
  private var queries = ByteInterner()
  private var forms = ByteInterner()
  // By form: its query, or `QueryTable.none` if nothing is left of it; and its weight.
  private var formQuery: [UInt32] = []
  private var formWeight: [UInt64] = []
  private var secretForms: Set<UInt32> = []
  private var secrets = 0
  private var spellings: SpellingCount
  private var users = ByteInterner()
  private var places = ByteInterner()
  private var typed = ByteInterner()
  private var events: [Event] = []
  private var observations: [Observation] = []
  private var isTimed = true

  init(_ options: LogReadOptions) {
    self.options = options
    rules = TextRules(options)
    spellings = SpellingCount(minimum: options.minimumSpellingUsers)
  }

  /// Adds one record; if it cannot be used, returns the reason.
  mutating func add(_ record: LogRecord, _ layout: LogLayout) -> BadLine.Reason? {
    let isEvent = layout.isTimed
    // The key of a record without a time is the previous query.
    if rules.isTooLong(record.query) || (!isEvent && rules.isTooLong(record.key)) {
      return .longQuery
    }
    let weight = isEvent ? 1 : rules.scaled(record.count)
    let form = intern(record.query, weight: weight)
    let isSecret = secretForms.contains(UInt32(form))
    if !hasQuery(form), !isSecret { return .query }
    if isEvent {
      let user = layout.hasSessions ? self.user(record.key) : nobody()
      add(
        Event(
          time: record.time, user: user, query: QueryTable.none,
          place: record.place.isEmpty ? QueryTable.none : place(record.place),
          thread: LogRecord.threadNumber(record.thread), hasFailed: record.outcome == .failed,
          typed: record.typed.isEmpty ? QueryTable.none : typedText(record.typed)),
        form: isSecret ? nil : form)
    } else {
      let before = isSecret ? form : intern(record.key, weight: weight)
      addPair(before, isSecret ? nil : form, weight: weight)
    }
    return nil
  }

  /// Adds an event of `form`; nil if that was left out for a secret in it.
  mutating func add(_ event: Event, form: Int?) {
    var event = event
    event.query = form.map { formQuery[$0] } ?? QueryTable.none
    events.append(event)
    if let form {
      if !event.hasFailed { spellings.add(form, by: event.user) }
    } else {
      secrets += 1
    }
  }

  /// Adds `weight` uses of `form` after `before`; `form` is nil if it was left out for a secret in
  /// it.
  mutating func addPair(_ before: Int, _ form: Int?, weight: UInt32) {
    isTimed = false
    guard let form else {
      secrets += 1
      return
    }
    spellings.add(form, after: before, times: weight)
    let line = UInt32(clamping: observations.count)
    observations.append(
      Observation(
        query: formQuery[form], previous: formQuery[before], session: line, user: line, time: 0,
        count: weight))
  }

  /// Whether normalising leaves something of `form`, and it has no secret.
  func hasQuery(_ form: Int) -> Bool { formQuery[form] != QueryTable.none }

  /// Counts `weight` uses of `form`.
  mutating func addWeight(_ weight: UInt32, to form: Int) { formWeight[form] += UInt64(weight) }

  /// The number of a user.
  mutating func user(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 { UInt32(users.intern(key).id) }

  /// The number of a place.
  mutating func place(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
    UInt32(places.intern(name).id)
  }

  /// The number of what was typed.
  mutating func typedText(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    UInt32(typed.intern(text).id)
  }

  /// Makes the log and completes the counts of `report`.
  consuming func finish(_ report: LogReport) -> QueryLog {
    var report = report
    var typedOf: [UInt32] = []
    if isTimed {
      report.failed = dropFailures()
      let cut = Sessioniser(options).cut(&events, userCount: users.count)
      observations = cut.observations
      if typed.count > 0 { typedOf = cut.typed }
      report.sessions = cut.sessions
      report.repeatsDropped = cut.repeatsDropped
      report.users = users.count
    } else {
      report.sessions = observations.count
      report.users = observations.count
    }
    report.observations = observations.count
    report.secrets = secrets
    var log = QueryLog(observations: observations, queries: table(), isTimed: isTimed)
    log.places = (0..<places.count).map { Array(places.bytes($0)) }
    log.typed = typedOf
    log.typedTexts = (0..<typed.count).map { Array(typed.bytes($0)) }
    log.report = report
    return log
  }

  /// Takes the queries from the events that failed, and from those of queries that failed for more
  /// people than they did not fail for: nobody submitted them, but their sessions go on.
  private mutating func dropFailures() -> Int {
    var failed: [UInt32: Set<UInt32>] = [:]
    for event in events where event.hasFailed {
      failed[event.query, default: []].insert(event.user)
    }
    if failed.isEmpty { return 0 }
    var well: [UInt32: Set<UInt32>] = [:]
    for event in events where !event.hasFailed && failed[event.query] != nil {
      well[event.query, default: []].insert(event.user)
    }
    var dropped = 0
    for i in events.indices where events[i].query != QueryTable.none {
      let users = failed[events[i].query]?.count ?? 0
      if !events[i].hasFailed, users <= well[events[i].query]?.count ?? 0 || users == 0 { continue }
      events[i].query = QueryTable.none
      dropped += 1
    }
    return dropped
  }

  /// A user of its own, for an event of which it is not known whose it is.
  mutating func nobody() -> UInt32 {
    // No byte of a key is 0xFF in UTF-8, so no other user has this key.
    let key: [UInt8] = [0xFF] + withUnsafeBytes(of: UInt64(users.count)) { Array($0) }
    return key.withUnsafeBufferPointer { UInt32(users.intern($0).id) }
  }

  /// The id of the form of `text`. Its query is `QueryTable.none` if normalising leaves nothing of
  /// it or it has a secret.
  mutating func intern(_ text: UnsafeBufferPointer<UInt8>, weight: UInt32) -> Int {
    let form = forms.intern(rules.form(of: text))
    if form.isNew {
      let verdict = rules.verdict(text)
      if verdict == .secret { secretForms.insert(UInt32(form.id)) }
      formQuery.append(
        verdict == .fine
          ? rules.normalized.withUnsafeBufferPointer { UInt32(queries.intern($0).id) }
          : QueryTable.none)
      formWeight.append(0)
    }
    formWeight[form.id] += UInt64(weight)
    return form.id
  }

  /// The table of all queries. Each is shown by its form of greatest weight of those that may be
  /// shown, at a tie the first in byte order, or by its normal form if none may be.
  private mutating func table() -> QueryTable {
    let isKnown = spellings.known(count: forms.count)
    var best = [Int](repeating: -1, count: queries.count)
    for form in 0..<forms.count where formQuery[form] != QueryTable.none {
      let isFit = forms.withBytes(form) { DisplayText.isFit($0, profile: options.profile) }
      if !isKnown[form] || !isFit { continue }
      let query = Int(formQuery[form])
      let held = best[query]
      if held < 0 || formWeight[form] > formWeight[held]
        || formWeight[form] == formWeight[held]
          && forms.bytes(form).lexicographicallyPrecedes(forms.bytes(held))
      {
        best[query] = form
      }
    }
    return QueryTable(
      normalized: (0..<queries.count).map { Array(queries.bytes($0)) },
      surface: best.enumerated().map { query, form in
        form < 0
          ? DisplayText.shown(form: Array(queries.bytes(query)), profile: options.profile)
          : Spelling.shown(forms.bytes(form))
      })
  }
}
