// What an index costs: the product's own `qac-index build` as a process of its own, its phases as
// it tells them, the most memory it had, and the bytes it wrote.

import Foundation
import QACIndex
import QACLogs

/// Measures builds.
enum BuildCost {
  /// Builds the index of `log`, which stays for other measurements.
  static func measure(
    _ log: BenchLog, _ tools: Tools, work: String, into report: inout Report
  ) throws {
    let start = Clock.nanoseconds
    let process = try ChildProcess(
      tools.index, ["build", "--log", log.log, "--out", log.index],
      errorPath: "\(work)/build.log")
    let peak = try process.wait()
    let seconds = Double(Clock.nanoseconds - start) / 1e9
    let index = try LabelIndex(opening: log.index)
    report.builds.append(
      Report.Build(
        log: log.name, events: observations(index.provenance), labels: index.labelCount,
        seconds: seconds, phases: phases(process.said), peakBytes: peak,
        indexBytes: index.byteCount))
  }

  /// Lines like "ranker: labels: done in 1.2 s".
  static func phases(_ said: String) -> [Report.Build.Phase] {
    said.split(separator: "\n").compactMap { line in
      guard let end = line.range(of: ": done in "), line.hasSuffix(" s") else { return nil }
      guard let seconds = Double(line[end.upperBound...].dropLast(2)) else { return nil }
      return Report.Build.Phase(name: String(line[..<end.lowerBound]), seconds: seconds)
    }
  }

  private static func observations(_ provenance: String) -> Int {
    struct Part: Decodable { var observations: Int }
    return (try? JSONDecoder().decode(Part.self, from: Data(provenance.utf8)))?.observations ?? 0
  }
}
