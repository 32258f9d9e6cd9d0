// Lines over an axis of numbers or of classes, with error bars or bands, axes and a legend, as SVG.
//
// Lines differ by colour, dashes and marker, so that they can be told apart without colours. The
// colours are those of Okabe and Ito that have contrast on white and on black.

import Foundation
public import QACReplay

/// A plot of lines, for reports.
public struct LinePlot: Sendable {
  /// A point of a line.
  public struct Point: Sendable {
    /// Its place across; of classes, the number of the class from 0.
    public var x: Double
    /// Its height.
    public var y: Double
    /// Where its height lies; nil where that is not known.
    public var interval: Interval?

    /// Makes a point.
    public init(x: Double, y: Double, interval: Interval? = nil) {
      self.x = x
      self.y = y
      self.interval = interval
    }
  }

  /// A line.
  public struct Line: Sendable {
    /// Its name in the legend.
    public var name: String
    /// Its points, ascending in x.
    public var points: [Point]

    /// Makes a line.
    public init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// How intervals are drawn.
  public enum Spread: Sendable {
    /// As bars, the lines' side by side.
    case bars
    /// As bands around the lines.
    case bands
  }

  /// What the plot shows.
  public var title: String
  /// What is across.
  public var xLabel: String
  /// What is upwards.
  public var yLabel: String
  /// The names of the classes across; empty for an axis of numbers.
  public var classes: [String] = []
  /// The lines, in the order of the legend.
  public var lines: [Line]
  /// How intervals are drawn.
  public var spread = Spread.bars
  /// The range upwards; nil for one that holds all points.
  public var yRange: ClosedRange<Double>?

  /// Makes a plot.
  public init(title: String, xLabel: String, yLabel: String, lines: [Line]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.lines = lines
  }

  private static let colors = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"]
  private static let dashes: [[Double]] = [[], [6, 3], [2, 3], [8, 3, 2, 3]]
  private static let (left, right, top, bottom) = (76.0, 530.0, 44.0, 350.0)

  /// The plot as SVG.
  public func svg() -> String {
    var canvas = SVGCanvas(width: 700, height: 400)
    let points = lines.flatMap(\.points)
    let xs = Axis(
      classes.isEmpty
        ? Axis.range(points.map(\.x)) : -0.5...(Double(classes.count) - 0.5),
      from: Self.left, to: Self.right)
    let heights = points.flatMap { [$0.y] + ($0.interval.map { [$0.low, $0.high] } ?? []) }
    let ys = Axis(yRange ?? Axis.range(heights + [0]), from: Self.bottom, to: Self.top)
    drawAxes(&canvas, xs, ys)
    for (i, line) in lines.enumerated() { drawSpread(&canvas, xs, ys, i, line) }
    for (i, line) in lines.enumerated() { draw(&canvas, xs, ys, i, line) }
    return canvas.document(title: title)
  }

  private func style(_ i: Int) -> SVGCanvas.Style {
    SVGCanvas.Style(
      color: Self.colors[i % Self.colors.count], width: 2, dashes: Self.dashes[i % 4])
  }

  private func drawAxes(_ canvas: inout SVGCanvas, _ xs: Axis, _ ys: Axis) {
    canvas.text(title, x: Self.left, y: 22, size: 15, bold: true)
    let middle = (Self.left + Self.right) / 2
    canvas.text(xLabel, x: middle, y: Self.bottom + 40, anchor: .middle)
    canvas.text(
      yLabel, x: 16, y: (Self.top + Self.bottom) / 2, anchor: .middle, turned: true)
    for tick in ys.ticks {
      let y = ys.place(tick)
      canvas.line([(Self.left, y), (Self.right, y)], SVGCanvas.Style(opacity: 0.3))
      canvas.text(ys.label(tick), x: Self.left - 8, y: y + 4, anchor: .end)
    }
    canvas.line([(Self.left, Self.bottom), (Self.right, Self.bottom)], SVGCanvas.Style())
    let ticks: [(Double, String)] =
      classes.isEmpty
      ? xs.ticks.map { ($0, xs.label($0)) }
      : classes.enumerated().map { (Double($0.offset), $0.element) }
    for (value, name) in ticks {
      let x = xs.place(value)
      canvas.line([(x, Self.bottom), (x, Self.bottom + 5)], SVGCanvas.Style())
      canvas.text(name, x: x, y: Self.bottom + 20, anchor: .middle)
    }
  }

  /// How far line `i` is moved across, so that bars of equal places do not hide each other.
  private func shift(_ i: Int) -> Double {
    spread == .bars && !classes.isEmpty ? (Double(i) - Double(lines.count - 1) / 2) * 5 : 0
  }

  private func drawSpread(
    _ canvas: inout SVGCanvas, _ xs: Axis, _ ys: Axis, _ i: Int, _ line: Line
  ) {
    var style = style(i)
    style.dashes = []
    switch spread {
    case .bars:
      style.width = 1.5
      style.opacity = 0.8
      for point in line.points {
        guard let interval = point.interval else { continue }
        let x = xs.place(point.x) + shift(i)
        canvas.line([(x, ys.place(interval.low)), (x, ys.place(interval.high))], style)
      }
    case .bands:
      style.opacity = 0.2
      let known = line.points.filter { $0.interval != nil }
      if known.count < 2 { return }
      let upper = known.map { (xs.place($0.x), ys.place($0.interval?.high ?? $0.y)) }
      let lower = known.reversed().map { (xs.place($0.x), ys.place($0.interval?.low ?? $0.y)) }
      canvas.area(upper + lower, style)
    }
  }

  private func draw(
    _ canvas: inout SVGCanvas, _ xs: Axis, _ ys: Axis, _ i: Int, _ line: Line
  ) {
    let style = style(i)
    let places = line.points.map { (xs.place($0.x) + shift(i), ys.place($0.y)) }
    canvas.line(places, style)
    for (x, y) in places { canvas.marker(i, x: x, y: y, style) }
    let y = Self.top + 10 + Double(i) * 22
    canvas.line([(Self.right + 16, y), (Self.right + 50, y)], style)
    canvas.marker(i, x: Self.right + 33, y: y, style)
    canvas.text(line.name, x: Self.right + 58, y: y + 4)
  }
}

/// A range of values on a range of pixels, with round numbers to mark.
struct Axis {
  private let values: ClosedRange<Double>
  private let start: Double
  private let end: Double
  /// Round values within the range, ascending.
  let ticks: [Double]
  private let decimals: Int

  /// Makes an axis with the least of `values` at pixel `start` and the greatest at `end`.
  init(_ values: ClosedRange<Double>, from start: Double, to end: Double) {
    self.values = values
    self.start = start
    self.end = end
    let span = values.upperBound - values.lowerBound
    let rough = pow(10, (log10(span / 5)).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * rough }.first { span / $0 <= 6 } ?? span
    decimals = max(0, Int(-log10(step).rounded(.down)))
    let first = Int((values.lowerBound / step - 1e-9).rounded(.up))
    let last = Int((values.upperBound / step + 1e-9).rounded(.down))
    ticks = first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// The pixel of `value`.
  func place(_ value: Double) -> Double {
    let share = (value - values.lowerBound) / (values.upperBound - values.lowerBound)
    return start + share * (end - start)
  }

  /// `tick` in words.
  func label(_ tick: Double) -> String { String(format: "%.\(decimals)f", tick) }

  /// A range that holds all of `values`, of some width.
  static func range(_ values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 1
    return low < high ? low...high : low...(low + 1)
  }
}
