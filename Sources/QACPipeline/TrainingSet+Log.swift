// Turns the learning part of a log into a training set.

public import QACLogs
public import QACReplay
public import QACText
public import QACTraining

extension TrainingSet {
  /// The observations of `parts` of `log`; the whole log where `split` is nil.
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
        // A log of pairs or of queries has counts in place of people.
        examples.append(
          Example(
            previous: observation.previous, query: observation.query, count: count,
            user: log.isTimed ? observation.user : TrainingSet.none))
      }
    }
    self.init(
      profile: profile, queries: log.queries.normalized, surfaces: log.queries.surface,
      examples: examples)
  }
}
