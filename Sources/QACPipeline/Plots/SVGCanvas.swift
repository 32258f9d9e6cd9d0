// Draws a picture as SVG text: lines, shapes and words, and nothing that needs another program.
//
// Words and axes are grey, which can be read on white and on black; if the viewer says which of
// them it shows, they get more contrast. The background is transparent.
//
// Invariant: the text is well-formed XML, whatever the words; numbers have at most two decimals.

import Foundation

/// Draws a picture as SVG.
struct SVGCanvas {
  /// Which part of a text is at its point.
  enum Anchor: String {
    case start, middle, end
  }

  /// How lines and shapes look.
  struct Style {
    /// A CSS colour; nil for that of words and axes.
    var color: String?
    /// In pixels.
    var width = 1.0
    /// Lengths of dashes and gaps in pixels; empty for a solid line.
    var dashes: [Double] = []
    /// 0 to 1.
    var opacity = 1.0
  }

  let width: Double
  let height: Double
  private var elements: [String] = []

  /// Makes an empty picture with the given size in pixels.
  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// Draws a line through `points`.
  mutating func line(_ points: [(x: Double, y: Double)], _ style: Style) {
    let path = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    elements.append("<polyline points=\"\(path)\" fill=\"none\"\(stroke(style))/>")
  }

  /// Fills the area within `points`.
  mutating func area(_ points: [(x: Double, y: Double)], _ style: Style) {
    let path = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    elements.append("<polygon points=\"\(path)\"\(fill(style))/>")
  }

  /// Draws marker number `shape` of four around a point: circle, square, diamond, triangle.
  mutating func marker(_ shape: Int, x: Double, y: Double, _ style: Style) {
    let r = 4.0
    switch shape % 4 {
    case 0:
      elements.append(
        "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(r))\""
          + "\(fill(style))/>")
    case 1: area([(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], style)
    case 2: area([(x, y - r - 1), (x + r + 1, y), (x, y + r + 1), (x - r - 1, y)], style)
    default: area([(x, y - r - 1), (x + r + 1, y + r), (x - r - 1, y + r)], style)
    }
  }

  /// Writes `words` at a point; `turned` from bottom to top.
  mutating func text(
    _ words: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 12,
    bold: Bool = false, turned: Bool = false
  ) {
    let (left, top) = (Self.number(x), Self.number(y))
    let turn = turned ? " transform=\"rotate(-90 \(left) \(top))\"" : ""
    let weight = bold ? " font-weight=\"bold\"" : ""
    elements.append(
      "<text class=\"ink\" x=\"\(left)\" y=\"\(top)\" font-size=\"\(Self.number(size))\""
        + " text-anchor=\"\(anchor.rawValue)\"\(weight)\(turn)>\(Self.escaped(words))</text>")
  }

  /// The picture as an SVG document; `title` describes it to people who cannot see it.
  func document(title: String) -> String {
    let size = "\(Self.number(width)) \(Self.number(height))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(Self.number(width))" \
      height="\(Self.number(height))" role="img" font-family="sans-serif">
      <title>\(Self.escaped(title))</title>
      <style>
      .ink { fill: #808080; } .line { stroke: #808080; }
      @media (prefers-color-scheme: light) { .ink { fill: #333333; } .line { stroke: #555555; } }
      @media (prefers-color-scheme: dark) { .ink { fill: #dddddd; } .line { stroke: #aaaaaa; } }
      </style>

      """ + elements.joined(separator: "\n") + "\n</svg>\n"
  }

  private func stroke(_ style: Style) -> String {
    let color = style.color.map { " stroke=\"\($0)\"" } ?? " class=\"line\""
    let dashes =
      style.dashes.isEmpty
      ? ""
      : " stroke-dasharray=\"\(style.dashes.map(Self.number).joined(separator: " "))\""
    return color + " stroke-width=\"\(Self.number(style.width))\"\(dashes)\(opacity(style))"
  }

  private func fill(_ style: Style) -> String {
    (style.color.map { " fill=\"\($0)\"" } ?? " class=\"ink\"") + opacity(style)
  }

  private func opacity(_ style: Style) -> String {
    style.opacity == 1 ? "" : " opacity=\"\(Self.number(style.opacity))\""
  }

  /// `value` with at most two decimals.
  static func number(_ value: Double) -> String {
    let text = String(format: "%.2f", value)
    return text.hasSuffix(".00")
      ? String(text.dropLast(3)) : text.hasSuffix("0") ? String(text.dropLast()) : text
  }

  /// `words` with the characters escaped that XML reserves, and those replaced that it forbids.
  static func escaped(_ words: String) -> String {
    var result = ""
    for scalar in words.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value & 0xFFFF):
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
