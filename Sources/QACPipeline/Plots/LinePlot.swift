// Draws lines over an axis of numbers or of classes, with error bars or bands, axes and a legend,
// as SVG.
//
// Lines differ by colour, dashes and marker, so that they can be told apart without colours. The
// colours are those of Okabe and Ito that contrast with both white and black.

import Foundation
public import QACReplay

/// A plot of lines, for reports.
public struct LinePlot: Sendable {
  /// A point of a line.
  public struct Point: Sendable {
    /// Its place across; on an axis of classes, the number of the class, from 0.
    public var x: Double
    /// Its height.
    public var y: Double
    /// The interval of its height; nil if that is not known.
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
    /// As bars, those of different lines side by side.
    case bars
    /// As bands around the lines.
    case bands
  }

  /// How values are mapped to places.
  public enum Scale: Sendable {
    /// Equal differences are equal distances.
    case linear
    /// Equal ratios are equal distances; values are greater than 0.
    case logarithmic
  }

  /// What the plot shows.
  public var title: String
  /// What the horizontal axis shows.
  public var xLabel: String
  /// What the vertical axis shows.
  public var yLabel: String
  /// The names of the classes on the horizontal axis; empty for an axis of numbers.
  public var classes: [String] = []
  /// The lines, in the order of the legend.
  public var lines: [Line]
  /// How intervals are drawn.
  public var spread = Spread.bars
  /// The scale of both axes; `.logarithmic` is for axes of numbers.
  public var scale = Scale.linear
  /// The range of the vertical axis; nil for one that holds all points.
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
      from: Self.left, to: Self.right, scale: scale)
    var heights = points.flatMap { [$0.y] + ($0.interval.map { [$0.low, $0.high] } ?? []) }
    if scale == .linear { heights.append(0) }
    let ys = Axis(
      yRange ?? Axis.range(heights), from: Self.bottom, to: Self.top, scale: scale)
    drawAxes(&canvas, xs, ys)
    for (i, line) in lines.enumerated() { drawSpread(of: line, number: i, on: &canvas, xs, ys) }
    for (i, line) in lines.enumerated() { draw(line, number: i, on: &canvas, xs, ys) }
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

  /// How far line `i` is moved sideways, so that bars at the same place do not hide each other.
  private func shift(_ i: Int) -> Double {
    spread == .bars && !classes.isEmpty ? (Double(i) - Double(lines.count - 1) / 2) * 5 : 0
  }

  private func drawSpread(
    of line: Line, number i: Int, on canvas: inout SVGCanvas, _ xs: Axis, _ ys: Axis
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
    _ line: Line, number i: Int, on canvas: inout SVGCanvas, _ xs: Axis, _ ys: Axis
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
