// How cost grows with the number of labels: plots on logarithmic axes, and the exponent of the
// power of the label count that fits best (least squares of the logarithms).

import ArgumentParser
import Foundation
import QACPipeline

/// Plots a report's growth.
struct Growth: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plot how cost grows with the number of labels, from a JSON file of this program.")

  @Argument(help: "Figures of several sizes, written by --json.")
  var report: String

  @Option(help: "The directory for the plots.")
  var out = "docs/plots"

  /// Costs by label count.
  private struct Series {
    var name: String
    /// In a legend, where there is little room.
    var short: String
    var points: [(labels: Double, cost: Double)]
  }

  func run() throws {
    let report = try Report.read(from: report)
    let plots: [(file: String, title: String, yLabel: String, series: [Series])] = [
      (
        "growth-latency", "One completion in process", "microseconds",
        [
          Self.latency(report, of: "all sources", name: "all sources, p50", short: "all p50") {
            $0.p50
          },
          Self.latency(report, of: "all sources", name: "all sources, p99", short: "all p99") {
            $0.p99
          },
          Self.latency(report, of: "index alone", name: "index, p50", short: "index p50") {
            $0.p50
          },
          Self.latency(report, of: "index alone", name: "index, p99", short: "index p99") {
            $0.p99
          },
        ]
      ),
      (
        "growth-build", "Building an index", "seconds",
        [Self.build(report, name: "whole build", short: "build") { $0.seconds }]
      ),
      (
        "growth-memory", "Memory of a build", "MB",
        [
          Self.build(report, name: "peak of the process", short: "peak") {
            Double($0.peakBytes) / 1e6
          }
        ]
      ),
      (
        "growth-bytes", "Index file", "MB",
        [Self.build(report, name: "file", short: "file") { Double($0.indexBytes) / 1e6 }]
      ),
    ]
    print("| what | exponent | " + Self.sizes(report).joined(separator: " | ") + " |")
    print("|" + String(repeating: "---|", count: 2 + Self.sizes(report).count))
    for plot in plots {
      var picture = LinePlot(
        title: "\(plot.title) by number of labels", xLabel: "labels", yLabel: plot.yLabel, lines: []
      )
      picture.scale = .logarithmic
      for series in plot.series where !series.points.isEmpty {
        let exponent = Self.exponent(series.points)
        let power = exponent.map { String(format: " n^%.2f", $0) } ?? ""
        picture.lines.append(
          LinePlot.Line(
            name: series.short + power,
            points: series.points.map { LinePlot.Point(x: $0.labels, y: $0.cost) }))
        let cells = series.points.map { String(format: $0.cost < 10 ? "%.2f" : "%.0f", $0.cost) }
        print(
          "| \(plot.title), \(series.name), \(plot.yLabel) | "
            + (exponent.map { String(format: "%.2f", $0) } ?? "-") + " | "
            + cells.joined(separator: " | ") + " |")
      }
      try TextFile.write(picture.svg(), to: "\(out)/\(plot.file).svg")
    }
  }

  private static func sizes(_ report: Report) -> [String] {
    builds(report).map { Report.grouped($0.labels) + " labels" }
  }

  /// Those of the simulated logs, which differ in nothing but size.
  private static func builds(_ report: Report) -> [Report.Build] {
    report.builds.filter { $0.log.hasPrefix("geo-") }.sorted { $0.labels < $1.labels }
  }

  private static func build(
    _ report: Report, name: String, short: String, _ cost: (Report.Build) -> Double
  ) -> Series {
    Series(name: name, short: short, points: builds(report).map { (Double($0.labels), cost($0)) })
  }

  private static func latency(
    _ report: Report, of system: String, name: String, short: String,
    _ cost: (Percentiles) -> Double
  ) -> Series {
    let rows = report.engine.filter {
      $0.log.hasPrefix("geo-") && $0.system == system && $0.characters == "any"
        && $0.context == "any"
    }
    return Series(
      name: name, short: short,
      points: rows.sorted { $0.labels < $1.labels }.map { (Double($0.labels), cost($0.latency)) })
  }

  /// b where cost = a labels^b fits best; nil for fewer than two sizes.
  private static func exponent(_ points: [(labels: Double, cost: Double)]) -> Double? {
    let logs = points.map { (log($0.labels), log(max($0.cost, 1e-9))) }
    let x = logs.reduce(0) { $0 + $1.0 } / Double(logs.count)
    let y = logs.reduce(0) { $0 + $1.1 } / Double(logs.count)
    let variance = logs.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
    if logs.count < 2 || variance == 0 { return nil }
    return logs.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / variance
  }
}
