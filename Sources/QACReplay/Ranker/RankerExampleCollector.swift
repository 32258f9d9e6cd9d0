// Collects the candidates and features of past requests from an engine, for the ranker's fit.

public import QACEngine
import QACIndex
public import QACTraining

extension LogReplay {
  /// The candidates of the requests of `part`, and which of them was submitted.
  ///
  /// Requests with a query that is not among the candidates teach the ranker nothing and are left
  /// out. If there are more than `limit` requests, an evenly spread share of them is taken.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - engine: Finds the candidates; its weights do not matter.
  ///   - options: Sources and beam.
  ///   - limit: The most requests.
  /// - Returns: The features of all candidates, in the order of `RankerFeature`.
  public func rankerExamples(
    of part: LogSplit.Part, engine: CompletionEngine,
    options: CompletionOptions = .standard, limit: Int = 20_000
  ) -> RankerExamples {
    // From beginnings without errors the ranker would only learn that corrections, and labels that
    // begin otherwise, are never right.
    var options = options
    options.sources.subtract([.corrected, .anywhere])
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

/// Chooses some elements of a sequence of known length, evenly spread.
struct EvenSample {
  private let total: Int
  private let limit: Int
  private var seen = 0

  /// Makes a sample of `limit` of `total` elements, or of all if there are not more.
  init(of total: Int, atMost limit: Int) {
    self.total = total
    self.limit = limit
  }

  /// Whether the next element is taken: element i is if `i * limit / total` is greater than for i -
  /// 1.
  mutating func takesNext() -> Bool {
    seen += 1
    return total <= limit || seen * limit / total > (seen - 1) * limit / total
  }
}
