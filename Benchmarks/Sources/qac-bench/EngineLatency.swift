// Latency of one completion in process, by what was typed and by context.
//
// Every request is asked three times by each system, in turn, and its fastest time is kept: the
// machine's noise only ever adds. Percentiles are over requests.

import QACEngine
import QACIndex
import QACReplay

/// Measures completions in process.
struct EngineLatency {
  /// Times each request is asked.
  private static let rounds = 3

  /// A way to complete.
  struct System {
    var name: String
    var engine: CompletionEngine
    var options: CompletionOptions
    var hasOverlay: Bool

    /// All sources, ranked: what is served.
    static func full(_ engine: CompletionEngine) -> System {
      System(name: "all sources", engine: engine, options: .standard, hasOverlay: true)
    }

    /// The hybrid index alone, as `qac-index evaluate` has it.
    static func index(_ engine: CompletionEngine) -> System {
      System(
        name: "index alone",
        engine: CompletionEngine(engine, weights: RankerFeature.indexOnly),
        options: CompletionOptions(
          sources: [.index], candidatesPerSource: 10, foldsDuplicates: false),
        hasOverlay: false)
    }
  }

  /// Characters typed, as shown in the table.
  static let lengths: [(name: String, characters: ClosedRange<Int>)] = [
    ("nothing", 0...0), ("1", 1...1), ("2", 2...2), ("3", 3...3), ("4 to 6", 4...6),
    ("7 to 10", 7...10), ("11 and more", 11...Int.max),
  ]

  /// Measures both systems on `keystrokes`; rows are added to `report`.
  static func measure(
    _ log: BenchLog, _ keystrokes: Keystrokes, _ engine: CompletionEngine, into report: inout Report
  ) {
    let systems = [System.full(engine), System.index(engine)]
    let times = nanoseconds(of: systems, keystrokes)
    for (system, times) in zip(systems, times) {
      func add(_ characters: String, _ context: String, _ which: (Int, Bool) -> Bool) {
        var chosen: [UInt64] = []
        forEachKey(keystrokes) { i, query, characters in
          if which(characters, query.isInContext) { chosen.append(times[i]) }
        }
        guard let spread = Percentiles(chosen) else { return }
        report.engine.append(
          Report.Engine(
            log: log.name, labels: engine.index.labelCount, system: system.name,
            characters: characters, context: context, latency: spread))
      }
      add("any", "any") { _, _ in true }
      add("any", "none") { !$1 }
      add("any", "some") { $1 }
      for length in lengths {
        add(length.name, "any") { characters, _ in length.characters.contains(characters) }
      }
    }
  }

  static func forEachKey(
    _ keystrokes: Keystrokes, _ body: (Int, borrowing Keystrokes.Query, Int) -> Void
  ) {
    var i = 0
    for query in keystrokes.queries {
      for characters in query.ends.indices {
        body(i, query, characters)
        i += 1
      }
    }
  }

  /// The fastest time of each request of `keystrokes`, by system.
  static func nanoseconds(of systems: [System], _ keystrokes: Keystrokes) -> [[UInt64]] {
    nanoseconds(of: systems.map { ($0, keystrokes) })
  }

  /// The fastest time of each request, by system and what it is asked.
  static func nanoseconds(of cases: [(system: System, keystrokes: Keystrokes)]) -> [[UInt64]] {
    var best = cases.map { _, keystrokes in
      [UInt64](repeating: .max, count: keystrokes.queries.reduce(0) { $0 + $1.ends.count })
    }
    let scratches = cases.map { CompletionScratch(engine: $0.system.engine) }
    for _ in 0..<rounds {
      for (s, (system, keystrokes)) in cases.enumerated() {
        let overlay = system.hasOverlay ? keystrokes.overlay : nil
        forEachKey(keystrokes) { i, query, characters in
          query.text.withUnsafeBufferPointer { text in
            let prefix = UnsafeBufferPointer(rebasing: text[..<query.ends[characters]])
            let start = Clock.nanoseconds
            system.engine.complete(
              prefix: prefix, context: query.context, overlay: overlay, at: query.time,
              limit: SystemRunner.answers, options: system.options, scratch: scratches[s])
            best[s][i] = min(best[s][i], Clock.nanoseconds - start)
          }
        }
      }
    }
    return best
  }
}
