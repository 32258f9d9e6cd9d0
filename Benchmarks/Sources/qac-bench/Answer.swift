// Times our completions of single requests for a program that times another system in turn with it
// (Benchmarks/pecos/beside.py).
//
// A request is a line: previous query, tab, prefix; its answer a line: the nanoseconds of the index
// alone, of all sources, and the suggestions of the first. Processor time of this thread, the least
// of three, as the other system's.

import ArgumentParser
import Glibc
import QACEngine
import QACIndex
import QACReplay

/// Answers requests on standard input with times.
struct Answer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time requests from standard input.", shouldDisplay: false)

  private static let rounds = 3

  @Argument(help: "The index.")
  var index: String

  func run() throws {
    let engine = try CompletionEngine(index: LabelIndex(opening: index, populate: true))
    let systems = [EngineLatency.System.index(engine), .full(engine)]
    let scratches = systems.map { CompletionScratch(engine: $0.engine) }
    while let line = readLine() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map {
        Array($0.utf8)
      }
      guard fields.count == 2 else { throw ValidationError("a request has two fields") }
      // Nobody knows when these were submitted: now, by the index's time.
      let time = engine.index.view.lastTime
      var context = SessionContext()
      if !fields[0].isEmpty { context.record(normalized: fields[0], surface: fields[0], at: time) }
      var best = [UInt64](repeating: .max, count: systems.count)
      for _ in 0..<Self.rounds {
        for (s, system) in systems.enumerated() {
          fields[1].withUnsafeBufferPointer { prefix in
            let start = Clock.threadProcessorNanoseconds
            system.engine.complete(
              prefix: prefix, context: context, at: time, limit: SystemRunner.answers,
              options: system.options, scratch: scratches[s])
            best[s] = min(best[s], Clock.threadProcessorNanoseconds - start)
          }
        }
      }
      // At once: the other program waits for it.
      let answer = Array("\(best[0]) \(best[1]) \(scratches[0].count)\n".utf8)
      _ = write(1, answer, answer.count)
    }
  }
}
