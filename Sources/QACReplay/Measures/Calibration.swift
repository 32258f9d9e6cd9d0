// Compares probabilities that were given with how often they came true: that the first suggestion
// is the submitted query, and that a composed line is useful.
//
// Requests are sorted by predicted probability and cut into ten bins of equal size (deciles). The
// expected calibration error is the mean over requests of the distance between their bin's mean
// prediction and the share of it that came true. Requests without a suggestion have no prediction
// and are left out. A prediction for a query that no system can know counts as wrong.
// Cost: one completion per request and system; O(n log n) to sort.
// Source: Guo et al., ICML 2017, §2 (reliability diagrams, ECE). Here the bins have equal size.

public import QACEngine
import QACTraining

#if canImport(Glibc)
  import Glibc
#endif

/// Predictions of the first suggestion, and whether they came true.
public struct Calibration: Sendable, Equatable {
  /// A tenth of the predictions.
  public struct Bin: Sendable, Equatable {
    /// The number of requests, or of lines.
    public var requests: Int
    /// Their mean predicted probability.
    public var predicted: Double
    /// The share of them for which the first suggestion was submitted.
    public var observed: Double
  }

  private var predictions: [(probability: Double, isRight: Bool)] = []

  /// Makes figures without predictions.
  public init() {}

  /// Adds a prediction, of a probability from 0 to 1.
  public mutating func add(_ probability: Double, isRight: Bool) {
    predictions.append((probability, isRight))
  }

  /// Whether both have the same predictions in the same order.
  public static func == (a: Calibration, b: Calibration) -> Bool {
    a.predictions.elementsEqual(b.predictions) { $0 == $1 }
  }

  /// The deciles in ascending order of predicted probability; fewer than ten if there are fewer
  /// predictions.
  public var bins: [Bin] {
    // Equal predictions stay in the order of the requests.
    let sorted = predictions.enumerated().sorted {
      ($0.element.probability, $0.offset) < ($1.element.probability, $1.offset)
    }.map(\.element)
    return (0..<10).compactMap { b in
      let part = sorted[sorted.count * b / 10..<sorted.count * (b + 1) / 10]
      if part.isEmpty { return nil }
      let n = Double(part.count)
      return Bin(
        requests: part.count, predicted: part.reduce(0) { $0 + $1.probability } / n,
        observed: Double(part.filter(\.isRight).count) / n)
    }
  }

  /// The expected calibration error, 0 to 1.
  public var error: Double {
    let bins = bins
    let n = bins.reduce(0) { $0 + $1.requests }
    return bins.reduce(0) { sum, bin in
      sum + abs(bin.predicted - bin.observed) * Double(bin.requests) / Double(max(1, n))
    }
  }
}

extension LogReplay {
  /// The calibration of `system` over the requests of `part`.
  ///
  /// The index predicts P(label | context, prefix). The full system predicts the share of the first
  /// suggestion in a softmax of all candidates' scores, for which its ranker is fitted.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - system: `.index` or `.full`; the others predict nothing.
  ///   - engine: The engine that answers; `.full` uses its weights.
  /// - Returns: The predictions; none for other systems.
  public func calibration(
    of part: LogSplit.Part, _ system: CompletionSystem, engine: CompletionEngine
  ) -> Calibration {
    var calibration = Calibration()
    guard system == .index || system == .full else { return calibration }
    let isIndex = system == .index
    let asker =
      isIndex
      ? EngineAsker(
        CompletionEngine(engine, weights: RankerFeature.indexOnly),
        CompletionOptions(sources: [.index], foldsDuplicates: false), overlay: nil)
      : EngineAsker(engine, .standard, overlay: overlay(of: engine.index))
    forEachRequest(of: part, submitted: { asker.record($0, of: log) }) { request in
      asker.complete(request.prefix, of: request, limit: isIndex ? 1 : nil)
      let scratch = asker.scratch
      if scratch.count == 0 { return }
      let first = scratch.score(0)
      let probability =
        isIndex
        ? exp(first)
        : 1 / (0..<scratch.count).reduce(0) { $0 + exp(scratch.score($1) - first) }
      calibration.add(
        min(1, probability), isRight: asker.place(ofTargetOf: request) == 0)
    }
    return calibration
  }

  /// How far the probability of `engine.lines` can be trusted: that of each composed line, shown or
  /// not, and whether it was useful.
  ///
  /// - Returns: The predictions; none where the engine has no model of lines.
  public func lineCalibration(of part: LogSplit.Part, engine: CompletionEngine) -> Calibration {
    var calibration = Calibration()
    guard let model = engine.lines else { return calibration }
    let all = CompletionEngine(engine, weights: engine.weights)
    let lines = lineExamples(of: part, engine: all).lines
    for (i, probability) in lines.probabilities(model.weights).enumerated() {
      calibration.add(probability, isRight: lines.holds(i))
    }
    return calibration
  }
}
