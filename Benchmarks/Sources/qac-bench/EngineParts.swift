// What the parts of a completion take: sources switched on one after another, and what is done
// before any of them.
//
// A row says what its part adds to the mean with the parts before it, so the rows add up to the
// whole. Features, ranking and folding grow with the candidates and are in the part that brings
// these. The sessions are those of the log, and ones of given lengths (`EarlierQueries`).

import BenchSessions
import QACEngine
import QACIndex
import QACText

/// Measures the parts of a completion.
enum EngineParts {
  /// All sources in the order in which they are switched on: these, then the others.
  private static let order: [SuggestionSource] = {
    let first: [SuggestionSource] = [
      .popular, .index, .followers, .session, .recent, .composed, .words, .corrected,
    ]
    return first + SuggestionSource.allCases.filter { !first.contains($0) }
  }()

  /// Queries whose keys are asked: means need fewer than percentiles.
  private static let queries = 500

  static func measure(
    _ log: BenchLog, _ keystrokes: Keystrokes, _ engine: CompletionEngine, into report: inout Report
  ) {
    let keystrokes = keystrokes.thinned(to: queries)
    // These do not see the session.
    let first = [
      ("normalise", normalise(keystrokes, engine)),
      ("range of labels", range(keystrokes, engine)),
    ]
    measure(log, keystrokes, earlier: nil, after: first, engine, into: &report)
    for count in EarlierQueries.counts {
      measure(log, keystrokes.holding(count), earlier: count, after: first, engine, into: &report)
    }
  }

  private static func measure(
    _ log: BenchLog, _ keystrokes: Keystrokes, earlier: Int?, after first: [(String, Double)],
    _ engine: CompletionEngine, into report: inout Report
  ) {
    var rows = first
    let known = rows.reduce(0) { $0 + $1.1 }
    var systems = [
      EngineLatency.System(
        name: "no source", engine: engine, options: CompletionOptions(sources: []),
        hasOverlay: true)
    ]
    var sources: Set<SuggestionSource> = []
    for source in order {
      sources.insert(source)
      systems.append(
        EngineLatency.System(
          name: "source \(source.name)", engine: engine,
          options: CompletionOptions(sources: sources), hasOverlay: true))
    }
    var before = known
    let times = EngineLatency.nanoseconds(of: systems, keystrokes)
    for (system, times) in zip(systems, times) {
      let mean = Double(times.reduce(0, +)) / Double(times.count)
      let name = system.name == "no source" ? "context, overlay, and nothing found" : system.name
      rows.append((name, mean - before))
      before = mean
    }
    rows.append(("all", before))
    for (name, nanoseconds) in rows {
      report.parts.append(
        Report.Part(
          log: log.name, labels: engine.index.labelCount, earlier: earlier, part: name,
          meanMicroseconds: nanoseconds / 1000))
    }
  }

  private static func normalise(_ keystrokes: Keystrokes, _ engine: CompletionEngine) -> Double {
    let normalizer = Normalizer(engine.index.profile)
    var output: [UInt8] = []
    return fastest(keystrokes) { prefix in
      normalizer.normalize(prefix, as: .prefix, into: &output)
      return output.count
    }
  }

  private static func range(_ keystrokes: Keystrokes, _ engine: CompletionEngine) -> Double {
    let view = engine.index.view
    return fastest(keystrokes) { view.range(ofPrefix: $0).count }
  }

  /// Mean nanoseconds of `body` for a key, in the fastest of five rounds over all keys.
  private static func fastest(
    _ keystrokes: Keystrokes, _ body: (UnsafeBufferPointer<UInt8>) -> Int
  ) -> Double {
    var best = UInt64.max
    var sum = 0
    var count = 0
    for _ in 0..<5 {
      count = 0
      let start = Clock.nanoseconds
      for query in keystrokes.queries {
        query.text.withUnsafeBufferPointer { text in
          for end in query.ends {
            sum &+= body(UnsafeBufferPointer(rebasing: text[..<end]))
            count += 1
          }
        }
      }
      best = min(best, Clock.nanoseconds - start)
    }
    // Used, so that the work is not left out.
    precondition(sum >= 0)
    return Double(best) / Double(max(1, count))
  }
}
