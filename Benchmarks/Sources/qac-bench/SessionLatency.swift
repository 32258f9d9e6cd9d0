// Latency of one completion in process, by how many queries the session submitted before.
//
// The same queries are typed in sessions of 0, 64 and 256 earlier queries (`EarlierQueries`), in
// turn, and measured as in `EngineLatency`.

import BenchSessions
import QACEngine
import QACIndex
import QACReplay
import QACText

/// Measures completions in sessions of given lengths.
enum SessionLatency {
  /// Measures all sources on the queries of `keystrokes`; rows are added to `report`.
  static func measure(
    _ log: BenchLog, _ keystrokes: Keystrokes, _ engine: CompletionEngine, into report: inout Report
  ) {
    let system = EngineLatency.System.full(engine)
    let counts = EarlierQueries.counts
    for count in counts {
      let digest = String(digest(keystrokes.holding(count), engine), radix: 16)
      print("\(log.name), \(count) earlier queries: the answers' hash is \(digest)")
    }
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

  /// A hash of all that is answered to the queries of `keystrokes`: texts, scores, features.
  ///
  /// Two versions of the engine that answer the same, bit for bit, have the same hash.
  static func digest(_ keystrokes: Keystrokes, _ engine: CompletionEngine) -> UInt64 {
    let scratch = CompletionScratch(engine: engine)
    var hash: UInt64 = 0
    func add(_ value: UInt64) { hash = StableHash.mix(hash ^ value) }
    EngineLatency.forEachKey(keystrokes) { _, query, characters in
      query.text.withUnsafeBufferPointer { text in
        engine.complete(
          prefix: UnsafeBufferPointer(rebasing: text[..<query.ends[characters]]),
          context: query.context, overlay: keystrokes.overlay, at: query.time,
          limit: SystemRunner.answers, scratch: scratch)
      }
      for i in 0..<scratch.count {
        scratch.withText(i) { add(StableHash.of($0, seed: 0)) }
        add(scratch.score(i).bitPattern)
        for value in scratch.featureValues(i) { add(value.bitPattern) }
      }
    }
    return hash
  }
}
