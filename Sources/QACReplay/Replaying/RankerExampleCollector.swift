// Asks the engine for the candidates and features of past requests, for the ranker's fit.

public import QACEngine
import QACIndex
public import QACTraining

extension LogReplay {
  /// The candidates of the requests of `part` and which of them was submitted.
  ///
  /// Requests whose query is not among the candidates say nothing to the ranker and are left out.
  /// Beyond `limit` requests an even share of them is taken.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - engine: Brings the candidates; its weights do not matter.
  ///   - options: Sources and beam.
  ///   - limit: Requests at the most.
  /// - Returns: The features of all candidates, in the order of `RankerFeature`.
  public func rankerExamples(
    of part: LogSplit.Part, engine: CompletionEngine,
    options: CompletionOptions = .standard, limit: Int = 20_000
  ) -> RankerExamples {
    // Prefixes without errors say nothing about corrections but that they are never right.
    var options = options
    options.sources.remove(.corrected)
    var sample = EvenSample(of: requestCount(of: part), atMost: limit)
    let asker = EngineAsker(engine, options, overlay: overlay(of: engine.index))
    var examples = RankerExamples(featureCount: RankerFeature.count)
    var rows: [Double] = []
    forEachRequest(
      of: part, whole: true, submitted: { asker.record($0, of: log) }
    ) { request in
      if !sample.takesNext() { return }
      asker.complete(request.prefix, of: request, limit: nil)
      let scratch = asker.scratch
      guard let place = asker.place(ofTargetOf: request), scratch.count > 1 else { return }
      rows.removeAll(keepingCapacity: true)
      for i in 0..<scratch.count { rows.append(contentsOf: scratch.featureValues(i)) }
      examples.append(rows: rows, target: place)
    }
    return examples
  }
}

/// Takes some of a known number of things, evenly spread.
struct EvenSample {
  private let total: Int
  private let limit: Int
  private var seen = 0

  /// Makes a sample of `limit` of `total` things, or of all where there are no more.
  init(of total: Int, atMost limit: Int) {
    self.total = total
    self.limit = limit
  }

  /// Whether the next thing is taken: the i-th where the running share steps up.
  mutating func takesNext() -> Bool {
    seen += 1
    return total <= limit || seen * limit / total > (seen - 1) * limit / total
  }
}
