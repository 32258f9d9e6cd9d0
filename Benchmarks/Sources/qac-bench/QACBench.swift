// Latency of one completion in process: every request of a log's replay, by system.
//
// Usage: qac-bench LOG. Learns from the first nine tenths of the log, asks the last tenth's requests
// three times, keeps each request's fastest time (the machine's noise only ever adds), and prints
// percentiles over the requests. The first system is the yardstick: compare within one run.

import QACEngine
import QACIndex
import QACLogs
import QACPipeline
import QACReplay
import QACTraining

@main
struct QACBench {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: qac-bench LOG")
      return
    }
    let log = try LogReader.read(
      paths: [CommandLine.arguments[1]], options: LogReadOptions(profile: .search))
    let split = LogSplit(log, by: log.isTimed ? .time : .hash, seed: 1)
    let clock = ContinuousClock()
    var content: IndexContent?
    let building = try clock.measure {
      let set = TrainingSet(log, profile: .search, split: split, parts: [.learn, .fit])
      content = try IndexBuilder(settings: BuildSettings()).build(set)
    }
    guard let content else { return }
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    let engine = try CompletionEngine(
      index: index, weights: [Double](repeating: 1, count: RankerFeature.count))
    print(
      "\(index.labelCount) labels, \(index.byteCount) bytes, built in \(building) "
        + "(\(BuildSettings().threads) threads)")
    let replay = LogReplay(log, split: split, protocol: .replay, seed: 1)
    var requests: [ReplayRequest] = []
    replay.forEachRequest(of: .score) { requests.append($0) }
    print("\(requests.count) requests; microseconds: p50, p90, p99, greatest")
    let baselines = Baselines(log, split: split)
    for system in [CompletionSystem.index, .full] {
      let runner = SystemRunner(system, engine: engine, baselines: baselines)
      var best = [Duration](repeating: .seconds(1), count: requests.count)
      for _ in 0..<3 {
        for (i, request) in requests.enumerated() {
          let start = clock.now
          runner.complete(request.prefix, of: request)
          best[i] = min(best[i], clock.now - start)
        }
      }
      best.sort()
      let shown = [0.5, 0.9, 0.99, 1].map { share in
        let i = min(best.count - 1, Int(share * Double(best.count)))
        let nanoseconds = best[i].components.attoseconds / 1_000_000_000
        return "\(Double(nanoseconds / 100) / 10)"
      }
      print("\(system.rawValue): \(shown.joined(separator: ", "))")
    }
  }
}
