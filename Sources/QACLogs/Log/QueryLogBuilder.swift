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
  private let normalizer: Normalizer
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
  private var normalized: [UInt8] = []
  private var isTimed = true

  init(_ options: LogReadOptions) {
    self.options = options
    normalizer = Normalizer(options.profile)
    spellings = SpellingCount(minimum: options.minimumSpellingUsers)
  }

  /// Adds one record; if it cannot be used, returns the reason.
  mutating func add(_ record: LogRecord, _ layout: LogLayout) -> BadLine.Reason? {
    let isEvent = layout.isTimed
    // The key of a record without a time is the previous query.
    if isTooLong(record.query) || (!isEvent && isTooLong(record.key)) { return .longQuery }
    let weight = isEvent ? 1 : scaled(record.count)
    let form = intern(record.query, weight: weight)
    let query = formQuery[form]
    let isSecret = query == QueryTable.none && secretForms.contains(UInt32(form))
    if isSecret { secrets += 1 }
    if query == QueryTable.none, !isSecret { return .query }
    if isEvent {
      let user = layout.hasSessions ? UInt32(users.intern(record.key).id) : nobody()
      let place =
        record.place.isEmpty ? QueryTable.none : UInt32(places.intern(record.place).id)
      var event = Event(time: record.time, user: user, query: query, place: place)
      event.thread = LogRecord.threadNumber(record.thread)
      event.hasFailed = record.outcome == .failed
      if !record.typed.isEmpty { event.typed = UInt32(typed.intern(record.typed).id) }
      events.append(event)
      if !isSecret, !event.hasFailed { spellings.add(form, by: user) }
    } else {
      isTimed = false
      if isSecret { return nil }
      let before = intern(record.key, weight: weight)
      spellings.add(form, after: before, times: weight)
      let previous = formQuery[before]
      let line = UInt32(clamping: observations.count)
      observations.append(
        Observation(
          query: query, previous: previous, session: line, user: line, time: 0, count: weight))
    }
    return nil
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
  private mutating func nobody() -> UInt32 {
    // No byte of a key is 0xFF in UTF-8, so no other user has this key.
    let key: [UInt8] = [0xFF] + withUnsafeBytes(of: UInt64(users.count)) { Array($0) }
    return key.withUnsafeBufferPointer { UInt32(users.intern($0).id) }
  }

  private mutating func isTooLong(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // Normalising makes text at most 18 times as long (NFKC of one character, UAX 15).
    if text.count <= options.longestQuery / 18 { return false }
    if text.count > options.longestQuery { return true }
    normalizer.normalize(text, as: .query, into: &normalized)
    return normalized.count > options.longestQuery
  }

  private func scaled(_ count: Double) -> UInt32 {
    let scaled = (count * options.countScale).rounded()
    let limit = max(1, options.countCap)
    return scaled >= Double(limit) ? limit : max(1, UInt32(scaled))
  }

  /// The id of the form of `text`. Its query is `QueryTable.none` if normalising leaves nothing of
  /// it or it has a secret.
  private mutating func intern(_ text: UnsafeBufferPointer<UInt8>, weight: UInt32) -> Int {
    let form = forms.intern(Tokenizer.trimmed(text, bothEnds: options.profile != .verbatim))
    if form.isNew {
      normalizer.normalize(text, as: .query, into: &normalized)
      let isSecret = !normalized.isEmpty && !options.keepsSecrets && KnownSecrets.isIn(text)
      if isSecret { secretForms.insert(UInt32(form.id)) }
      let id =
        normalized.isEmpty || isSecret
        ? QueryTable.none : normalized.withUnsafeBufferPointer { UInt32(queries.intern($0).id) }
      formQuery.append(id)
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
