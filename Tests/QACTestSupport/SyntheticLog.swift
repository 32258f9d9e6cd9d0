// Logs of made-up users: popular and rare queries, follow-ups, repeats, sessions apart.

import QACBinary
public import QACLogs
public import QACText
public import QACTraining

/// A made-up log, as events in time order.
public struct SyntheticLog {
  /// One submitted query.
  public struct Event {
    /// The user's number.
    public var user: UInt32
    /// Unix seconds.
    public var time: Int64
    /// The query, as typed.
    public var query: String
  }

  /// The events.
  public private(set) var events: [Event] = []

  /// Makes `count` events of `users` users who know `vocabulary` queries.
  ///
  /// Query i is drawn with a probability proportional to 1/(i + 1). Every query has three
  /// follow-ups; one of them comes after it half of the time.
  public init(seed: UInt64, events count: Int, users: Int = 12, vocabulary: Int = 120) {
    var generator = LabelGenerator(seed: seed)
    let queries = (0..<vocabulary).map { _ in generator.query() }
    var random = generator.random
    let cumulative = (0..<vocabulary).reduce(into: [0.0]) {
      $0.append($0[$0.count - 1] + 1 / Double($1 + 1))
    }
    let whole = cumulative[vocabulary]
    var last = [Int?](repeating: nil, count: users)
    var time: Int64 = 1_700_000_000
    for _ in 0..<count {
      time += Int64(random.below(20) == 0 ? 4000 : random.below(60))
      let user = random.below(users)
      var next: Int
      if let previous = last[user], random.below(2) == 0 {
        next = (previous * 7 + 1 + random.below(3)) % vocabulary
      } else {
        let target = random.unit() * whole
        next = (cumulative.firstIndex { $0 > target } ?? 1) - 1
      }
      next = min(max(next, 0), vocabulary - 1)
      last[user] = next
      events.append(Event(user: UInt32(user), time: time, query: queries[next]))
    }
  }

  /// The log, normalised and cut where 30 minutes pass between a user's queries.
  public func queryLog(_ profile: NormalizationProfile = .search) -> QueryLog {
    let normalizer = Normalizer(profile)
    var normalized: [[UInt8]] = []
    var surfaces: [[UInt8]] = []
    var ids: [[UInt8]: UInt32] = [:]
    var observations: [Observation] = []
    var state: [UInt32: (session: UInt32, time: Int64, query: UInt32)] = [:]
    var sessions: UInt32 = 0
    for event in events {
      let text = normalizer.normalize(event.query)
      if text.isEmpty { continue }
      let id = ids[text] ?? UInt32(normalized.count)
      if ids.updateValue(id, forKey: text) == nil {
        normalized.append(text)
        surfaces.append(Array(event.query.utf8))
      }
      var previous = QueryTable.none
      var session = sessions
      if let before = state[event.user], event.time - before.time <= 1800 {
        (previous, session) = (before.query, before.session)
      } else {
        sessions += 1
      }
      state[event.user] = (session, event.time, id)
      if previous == id { continue }
      observations.append(
        Observation(
          query: id, previous: previous, session: session, user: event.user, time: event.time,
          count: 1))
    }
    return QueryLog(
      observations: observations, queries: QueryTable(normalized: normalized, surface: surfaces))
  }

  /// All of the log as a training set.
  public func trainingSet(_ profile: NormalizationProfile = .search) -> TrainingSet {
    let log = queryLog(profile)
    return TrainingSet(
      profile: profile, queries: log.queries.normalized, surfaces: log.queries.surface,
      examples: log.observations.map {
        TrainingSet.Example(previous: $0.previous, query: $0.query, count: $0.count)
      })
  }
}
