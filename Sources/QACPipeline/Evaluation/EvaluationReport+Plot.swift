// An evaluation's MRR@10 by characters typed, as a plot.

import QACReplay

extension EvaluationReport {
  /// MRR@10 of each system by class of prefix length, with 95 % intervals.
  ///
  /// - Parameter name: What was evaluated, for the title.
  /// - Returns: The plot.
  public func plot(name: String) -> LinePlot {
    let classes = RequestKind.lengthClasses
    let lines = order.compactMap { system in
      systems[system].map { figures in
        LinePlot.Line(
          name: system,
          points: classes.enumerated().compactMap { i, name in
            figures.byPrefixLength[name].flatMap {
              $0.requests == 0
                ? nil : LinePlot.Point(x: Double(i), y: $0.mrr10, interval: $0.interval)
            }
          })
      }
    }
    var plot = LinePlot(
      title: "\(name), \(`protocol`)", xLabel: "characters typed",
      yLabel: "MRR@10, with 95 % intervals", lines: lines)
    plot.classes = classes
    return plot
  }
}
