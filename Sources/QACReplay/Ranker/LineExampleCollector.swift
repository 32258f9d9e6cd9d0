// Collects composed lines of past requests from an engine, and whether they were useful, to fit
// `LineModel`.
//
// Cost: one completion per request.

public import QACEngine
import QACText
import QACTraining

extension LogReplay {
  /// The composed lines that `engine` shows for the requests of `part`, and which were useful.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - engine: Answers the requests; it shows every composed line.
  ///   - lines: How many lines are shown per answer.
  ///   - limit: The most requests, evenly spread.
  /// - Returns: An example per composed line, with `LineFeature.valueCount` features.
  public func lineExamples(
    of part: LogSplit.Part, engine: CompletionEngine, lines: Int = 10, limit: Int = 20_000
  ) -> LineExamples {
    precondition(engine.lines == nil, "the engine leaves lines out")
    var sample = EvenSample(of: requestCount(of: part), atMost: limit)
    let asker = EngineAsker(engine, .standard, overlay: overlay(of: engine.index))
    var examples = LineExamples()
    forEachRequest(of: part, submitted: { asker.record($0, of: log) }) { request in
      if !sample.takesNext() { return }
      asker.complete(request.prefix, of: request, limit: lines)
      let scratch = asker.scratch
      let typed = UsefulLine.typedBytes(of: request.prefix)
      examples.addAnswer()
      for i in 0..<scratch.count {
        let text = scratch.normalizedText(i)
        let isUseful = UsefulLine.isUseful(text, typedBytes: typed, before: request.target)
        let saved = isUseful ? max(0, text.scalarCount - request.prefix.scalarCount) : 0
        if scratch.isComposed(i) {
          examples.addComposed(scratch.lineValues(i), isUseful: isUseful, saved: saved)
        } else {
          examples.addOther(saved: saved)
        }
      }
    }
    return examples
  }
}

extension Collection<UInt8> {
  /// The number of Unicode scalars of UTF-8.
  fileprivate var scalarCount: Int { reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) } }
}
