// What was measured, for the JSON file; +Tables prints it.

import Foundation
import Histogram

/// Percentiles of latencies, in microseconds.
struct Percentiles: Codable {
  var count: Int
  var mean: Double
  var p50: Double
  var p99: Double
  var p999: Double
  var greatest: Double

  /// Those of a list of nanoseconds; nil where it is empty.
  init?(_ nanoseconds: [UInt64]) {
    if nanoseconds.isEmpty { return nil }
    let sorted = nanoseconds.sorted()
    func at(_ share: Double) -> Double {
      Double(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]) / 1000
    }
    count = sorted.count
    mean = Double(sorted.reduce(0, +)) / Double(sorted.count) / 1000
    (p50, p99, p999, greatest) = (at(0.5), at(0.99), at(0.999), at(1))
  }

  /// Those of a histogram of nanoseconds, within 0.1 %; nil where it is empty.
  init?(_ histogram: Histogram<UInt64>) {
    if histogram.totalCount == 0 { return nil }
    func at(_ percent: Double) -> Double { Double(histogram.valueAtPercentile(percent)) / 1000 }
    count = Int(histogram.totalCount)
    mean = histogram.mean / 1000
    (p50, p99, p999, greatest) = (at(50), at(99), at(99.9), Double(histogram.max) / 1000)
  }
}

/// All figures of one run.
struct Report: Codable {
  struct Machine: Codable {
    var cores: Int
    var processor: String
    var system: String
    var swift: String
    /// Waiting programs before anything was measured: more than 0 says that others used the
    /// machine.
    var load: Double
  }

  struct Engine: Codable {
    var log: String
    var labels: Int
    var system: String
    var characters: String
    var context: String
    var latency: Percentiles
  }

  struct Session: Codable {
    var log: String
    var labels: Int
    /// Queries that the session submitted before.
    var earlier: Int
    var characters: String
    var latency: Percentiles
  }

  struct Part: Codable {
    var log: String
    var labels: Int
    /// How many queries each session submitted before; nil for the log's own sessions.
    var earlier: Int?
    var part: String
    var meanMicroseconds: Double
  }

  struct Build: Codable {
    var log: String
    var events: Int
    var labels: Int
    var seconds: Double
    var phases: [Phase]
    var peakBytes: Int
    var indexBytes: Int

    struct Phase: Codable {
      var name: String
      var seconds: Double
    }
  }

  struct Load: Codable {
    var server: String
    var log: String
    var clients: Int
    /// Requests a second asked for; nil where each client waits for its answer.
    var schedule: Double?
    var rate: Double
    var completions: Percentiles?
    var records: Percentiles?
    var errors: Int
    var refused: Int
    var lost: Int
    /// Processor microseconds of the server for one request, and of the generator.
    var serverMicroseconds: Double
    var generatorMicroseconds: Double
  }

  struct Start: Codable {
    var log: String
    var labels: Int
    var bytes: Int
    var openMicroseconds: Double
    var populateMilliseconds: Double
    var verifyMilliseconds: Double
    /// From the start of the process to where it can be connected to.
    var daemonMilliseconds: Double
  }

  struct Swap: Codable {
    var log: String
    var clients: Int
    var schedule: Double
    var swaps: Int
    var swapMilliseconds: Percentiles?
    var completions: Percentiles?
    /// The same load without swaps.
    var without: Percentiles?
    var answered: Int
    var errors: Int
    var lost: Int
    var slow: Int
    var slowWithout: Int
  }

  struct Retrieval: Codable {
    var items: Int
    var system: String
    /// The most items that are wanted.
    var limit: Int
    var latency: Percentiles
  }

  var machine = Machine.current
  var engine: [Engine] = []
  var sessions: [Session] = []
  var parts: [Part] = []
  var builds: [Build] = []
  var loads: [Load] = []
  var starts: [Start] = []
  var swaps: [Swap] = []
  var retrievals: [Retrieval] = []

  /// Writes all of it as JSON to the file at `path`.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try TextFile.write(String(decoding: encoder.encode(self), as: UTF8.self) + "\n", to: path)
  }

  /// What the file at `path` holds.
  static func read(from path: String) throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(contentsOf: URL(filePath: path)))
  }
}

extension Report.Machine {
  /// This machine, now.
  static var current: Report.Machine {
    let info = TextFile.read("/proc/cpuinfo") ?? ""
    let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    let release = TextFile.read("/etc/os-release") ?? ""
    let pretty = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    let load = (TextFile.read("/proc/loadavg") ?? "").split(separator: " ").first
    return Report.Machine(
      cores: ProcessInfo.processInfo.activeProcessorCount,
      processor: model.map { $0.drop { $0 != ":" }.dropFirst(2) }.map(String.init) ?? "unknown",
      system: pretty.map { $0.dropFirst(12).filter { $0 != "\"" } }.map { String($0) } ?? "unknown",
      swift: Self.swiftVersion, load: load.flatMap { Double($0) } ?? 0)
  }

  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
