// Draws the curves of several logs, one plot per setting: what the index alone gains and loses.

import QACReplay

extension SettingCurves {
  /// One plot for each setting of which at least one of `logs` has a curve, in the settings' order.
  ///
  /// - Parameter logs: The curves, one value per log.
  /// - Returns: The settings and their plots, with one line per log.
  public static func plots(of logs: [SettingCurves]) -> [(setting: VariedSetting, plot: LinePlot)] {
    VariedSetting.allCases.compactMap { setting in
      let curves = logs.compactMap { log in
        log.curves.first { $0.setting == setting }.map { (log.name, $0) }
      }
      if curves.isEmpty { return nil }
      let values = setting.ordered(curves.flatMap { $0.1.points.map(\.value) })
      let standards = setting.ordered(curves.map { $0.1.standard }).map(setting.label)
      var plot = LinePlot(
        title: "\(setting.rawValue), default \(standards.joined(separator: ", ")): index alone",
        xLabel: setting.rawValue, yLabel: "gain in MRR@10 over the default, 95 %",
        lines: curves.map { name, curve in
          LinePlot.Line(
            name: name,
            points: curve.points.compactMap { point in
              values.firstIndex(of: point.value).map {
                LinePlot.Point(x: Double($0), y: point.gain.mrr10, interval: point.gain.interval)
              }
            })
        })
      plot.classes = values.map(setting.label)
      return (setting, plot)
    }
  }
}
