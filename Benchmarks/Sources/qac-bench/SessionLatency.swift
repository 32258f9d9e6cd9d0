// Latency of one completion in process, by how many queries the session submitted before.
//
// The same queries are typed in sessions of 0, 64 and 256 earlier queries (`EarlierQueries`), in
// turn, and measured as in `EngineLatency`.

import BenchSessions
import QACEngine

/// Measures completions in sessions of given lengths.
enum SessionLatency {
  /// Measures all sources on the queries of `keystrokes`; rows are added to `report`.
  static func measure(
    _ log: BenchLog, _ keystrokes: Keystrokes, _ engine: CompletionEngine, into report: inout Report
  ) {
    let system = EngineLatency.System.full(engine)
    let counts = EarlierQueries.counts
    let times = EngineLatency.nanoseconds(of: counts.map { (system, keystrokes.holding($0)) })
    for (count, times) in zip(counts, times) {
      for (name, lengths) in [("any", 0...Int.max)] + EngineLatency.lengths {
        var chosen: [UInt64] = []
        EngineLatency.forEachKey(keystrokes) { i, _, characters in
          if lengths.contains(characters) { chosen.append(times[i]) }
        }
        guard let spread = Percentiles(chosen) else { continue }
        report.sessions.append(
          Report.Session(
            log: log.name, labels: engine.index.labelCount, earlier: count, characters: name,
            latency: spread))
      }
    }
  }
}
