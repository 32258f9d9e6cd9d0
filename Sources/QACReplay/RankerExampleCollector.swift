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
  ///   - limit: Requests at the most.
  /// - Returns: The features of all candidates, in the order of `RankerFeature`.
  public func rankerExamples(
    of part: LogSplit.Part, engine: CompletionEngine, limit: Int = 20_000
  ) -> RankerExamples {
    var total = 0
    forEachRequest(of: part, whole: true) { _ in total += 1 }
    let scratch = CompletionScratch(engine: engine)
    let options = CompletionOptions()
    var examples = RankerExamples(featureCount: RankerFeature.count)
    var seen = 0
    forEachRequest(of: part, whole: true) { request in
      seen += 1
      // The i-th of `limit` requests is taken where the running share steps up.
      if total > limit, seen * limit / total == (seen - 1) * limit / total { return }
      request.prefix.withUnsafeBufferPointer { prefix in
        engine.complete(
          prefix: prefix, context: request.context, at: request.time, limit: nil,
          options: options, scratch: scratch)
      }
      let target = request.target.withUnsafeBufferPointer { engine.index.view.label(of: $0) }
      guard let place = scratch.place(ofTarget: target, of: request), scratch.count > 1 else {
        return
      }
      examples.append(
        rows: (0..<scratch.count).lazy.flatMap { scratch.featureValues($0) }, target: place)
    }
    return examples
  }
}
