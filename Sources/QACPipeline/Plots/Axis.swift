// Maps a range of values to a range of pixels, with round numbers to mark.

import Foundation

/// An axis of a plot.
struct Axis {
  private let start: Double
  private let end: Double
  private let scale: LinePlot.Scale
  /// The least and the greatest value; on a logarithmic axis, their logarithms.
  private let low: Double
  private let high: Double
  /// Round values within the range, ascending.
  let ticks: [Double]
  /// The decimals of the numbers on a linear axis.
  private let decimals: Int

  /// Makes an axis with the least of `values` at pixel `start` and the greatest at `end`.
  ///
  /// A logarithmic axis takes only values greater than 0. It marks powers of ten, and twice and
  /// five times these if there are few.
  init(
    _ values: ClosedRange<Double>, from start: Double, to end: Double,
    scale: LinePlot.Scale = .linear
  ) {
    self.start = start
    self.end = end
    self.scale = scale
    switch scale {
    case .linear:
      low = values.lowerBound
      high = values.upperBound
      let span = high - low
      let rough = pow(10, (log10(span / 5)).rounded(.down))
      let step = [1, 2, 5, 10].map { $0 * rough }.first { span / $0 <= 6 } ?? span
      decimals = max(0, Int(-log10(step).rounded(.down)))
      let first = Int((low / step - 1e-9).rounded(.up))
      let last = Int((high / step + 1e-9).rounded(.down))
      ticks = first <= last ? (first...last).map { Double($0) * step } : []
    case .logarithmic:
      precondition(values.lowerBound > 0, "a logarithmic axis begins above 0")
      low = log10(values.lowerBound)
      high = log10(values.upperBound)
      let powers = Int(low.rounded(.down))...Int(high.rounded(.up))
      let steps: [Double] = high - low < 2 ? [1, 2, 5] : [1]
      ticks = powers.flatMap { power in steps.map { $0 * pow(10, Double(power)) } }
        .filter { values.contains($0) }
      decimals = 0
    }
  }

  /// The pixel of `value`.
  func place(_ value: Double) -> Double {
    let seen = scale == .linear ? value : log10(value)
    return start + (seen - low) / (high - low) * (end - start)
  }

  /// `tick` as text.
  func label(_ tick: Double) -> String {
    if scale == .linear { return String(format: "%.\(decimals)f", tick) }
    if tick >= 1e6 { return String(format: "%g M", tick / 1e6) }
    if tick >= 1e3 { return String(format: "%g k", tick / 1e3) }
    return String(format: "%g", tick)
  }

  /// A range that holds all of `values` and is not empty.
  static func range(_ values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 1
    return low < high ? low...high : low...(low + 1)
  }
}
