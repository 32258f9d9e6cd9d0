// Turns the learning part of a log into a training set.
//
// A log of pairs says how often each query followed another, and so also how often the first query
// of a pair was submitted at least. A query that was followed more often than it followed others
// must have come first in a session that many times, so it is learned that many times without a
// previous query. Then every query of the log is a label, and its weight is the least number of
// uses that the pairs prove. Logs of events state every use themselves.

public import QACLogs
public import QACReplay
public import QACText
public import QACTraining

extension TrainingSet {
  /// The observations of `parts` of `log`, or of the whole log if `split` is nil.
  public init(
    _ log: QueryLog, profile: NormalizationProfile, split: LogSplit? = nil,
    parts: [LogSplit.Part] = LogSplit.Part.allCases
  ) {
    var examples: [Example] = []
    examples.reserveCapacity(log.observations.count)
    for (i, observation) in log.observations.enumerated() {
      let count =
        split.map { split in parts.reduce(0) { $0 + split.count(i, in: $1) } }
        ?? observation.count
      if count > 0 {
        // A log of pairs or of queries has counts instead of people.
        examples.append(
          Example(
            previous: observation.previous, query: observation.query, count: count,
            user: log.isTimed ? observation.user : TrainingSet.none, time: observation.time,
            place: observation.place))
      }
    }
    if !log.isTimed { examples += Self.starts(of: examples, queries: log.queries.count) }
    self.init(
      profile: profile, queries: log.queries.normalized, surfaces: log.queries.surface,
      examples: examples, places: log.places)
  }
}

extension TrainingSet {
  /// Examples without a previous query, by ascending query: one for each query that `examples` show
  /// more often before another query than after one, with the difference as its count.
  static func starts(of examples: [Example], queries: Int) -> [Example] {
    var surplus = [Int64](repeating: 0, count: queries)
    for example in examples {
      surplus[Int(example.query)] -= Int64(example.count)
      if example.previous != none { surplus[Int(example.previous)] += Int64(example.count) }
    }
    return surplus.indices.filter { surplus[$0] > 0 }.map { query in
      Example(
        previous: none, query: UInt32(query),
        count: UInt32(min(surplus[query], Int64(UInt32.max))))
    }
  }
}
