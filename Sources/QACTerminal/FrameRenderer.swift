// Turns frames into the bytes that draw them over the frame before.
//
// Invariant: between two calls the terminal's cursor stands in the first row of the frame, in
// `cursorColumn`; everything below that row belongs to the frame.
// Each frame is one string to be written at once; the cursor is hidden while it is drawn.
// Source: ECMA-48, §8.3 (CUU, CUF, EL, ED, SGR).

/// Draws frames on a terminal.
public struct FrameRenderer: Sendable {
  private let usesColor: Bool
  private var drawn: (frame: Frame, width: Int)?

  /// Makes a renderer; without colour, typed and completed text still differ in weight.
  public init(usesColor: Bool) {
    self.usesColor = usesColor
  }

  /// The bytes that draw `frame` over the frame before; empty if nothing changed.
  public mutating func draw(_ frame: Frame, width: Int) -> String {
    if let drawn, drawn.frame == frame, drawn.width == width { return "" }
    var output = "\u{1B}[?25l" + toFirstRow(width)
    for (i, row) in frame.rows.enumerated() {
      if i > 0 { output += "\r\n" }
      output += row.map { styled($0) }.joined() + "\u{1B}[K"
    }
    output += "\u{1B}[J\r"
    if frame.rows.count > 1 { output += "\u{1B}[\(frame.rows.count - 1)A" }
    if frame.cursorColumn > 0 { output += "\u{1B}[\(frame.cursorColumn)C" }
    output += "\u{1B}[?25h"
    drawn = (frame, width)
    return output
  }

  /// The bytes that draw `frame` for good and continue in the row below it.
  public mutating func finish(_ frame: Frame, width: Int) -> String {
    var output = toFirstRow(width)
    for row in frame.rows {
      output += row.map { styled($0) }.joined() + "\u{1B}[K\r\n"
    }
    drawn = nil
    return output + "\u{1B}[J"
  }

  /// The bytes that erase the frame.
  public mutating func erase(width: Int) -> String {
    let output = toFirstRow(width) + "\u{1B}[J"
    drawn = nil
    return output
  }

  /// Forgets the frame, after the screen was cleared or another program wrote to it.
  public mutating func forget() {
    drawn = nil
  }

  /// Moves to the start of the first row, which a narrower terminal may have wrapped.
  private func toFirstRow(_ width: Int) -> String {
    guard let drawn, width > 0, width < drawn.width else { return "\r" }
    let rows = drawn.frame.cursorColumn / width
    return rows > 0 ? "\r\u{1B}[\(rows)A" : "\r"
  }

  private func styled(_ span: Span) -> String {
    guard let code = code(span.style) else { return span.text }
    return "\u{1B}[\(code)m\(span.text)\u{1B}[0m"
  }

  private func code(_ style: Style) -> String? {
    switch style {
    case .typed: return nil
    case .completed: return "1"
    case .ghost, .note: return "2"
    case .sign: return usesColor ? "1;36" : "1"
    case .chosen: return "7"
    case .warning: return usesColor ? "33" : nil
    }
  }
}
