// Shows how far predicted probabilities can be trusted, as a table and as a reliability diagram.

import Foundation
public import QACReplay

/// The calibration of systems by name.
public struct CalibrationReport: Sendable {
  /// The systems, in the order of the table.
  public var systems: [(name: String, calibration: Calibration)]

  /// Makes a report.
  public init(_ systems: [(name: String, calibration: Calibration)]) {
    self.systems = systems
  }

  /// A table of the mean prediction and the share that came true, by decile of the prediction.
  public var table: String {
    systems.map { system in
      let head = String(
        format: "Calibration of %@: expected error %.4f.\n\npredicted  came true  predictions\n",
        system.name, system.calibration.error)
      return head
        + system.calibration.bins.map {
          String(format: "%9.4f  %9.4f  %11d", $0.predicted, $0.observed, $0.requests)
        }.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The reliability diagram.
  ///
  /// - Parameter name: What was evaluated, for the title.
  /// - Returns: The plot, with the ideal as its diagonal.
  public func plot(name: String) -> LinePlot {
    let ideal = LinePlot.Line(
      name: "ideal", points: [LinePlot.Point(x: 0, y: 0), LinePlot.Point(x: 1, y: 1)])
    var plot = LinePlot(
      title: "\(name): predicted and true", xLabel: "predicted probability, by decile",
      yLabel: "share that came true",
      lines: systems.map { system in
        LinePlot.Line(
          name: system.name,
          points: system.calibration.bins.map { LinePlot.Point(x: $0.predicted, y: $0.observed) })
      } + [ideal])
    plot.yRange = 0...1
    return plot
  }
}
