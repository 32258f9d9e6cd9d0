// The bytes of a frame, replayed on a small terminal, show the frame.

import QACTerminal
import Testing

@Suite struct FrameRendererTests {
  /// A terminal that understands what the renderer writes.
  private struct Screen {
    var cells: [[Character]] = [[]]
    var row = 0
    var column = 0
    var isCursorShown = true

    mutating func write(_ output: String) {
      var rest = Array(output.unicodeScalars)[...]
      while let scalar = rest.popFirst() {
        switch scalar {
        case "\r": column = 0
        case "\n":
          row += 1
          while cells.count <= row { cells.append([]) }
        case "\u{1B}":
          _ = rest.popFirst()
          var parameters = ""
          while let next = rest.first, next.value < 0x40 {
            parameters.unicodeScalars.append(next)
            rest.removeFirst()
          }
          command(rest.removeFirst(), parameters)
        default:
          while cells[row].count <= column { cells[row].append(" ") }
          cells[row][column] = Character(scalar)
          column += 1
        }
      }
    }

    private mutating func command(_ final: Unicode.Scalar, _ parameters: String) {
      switch final {
      case "A": row -= Int(parameters) ?? 1
      case "C": column += Int(parameters) ?? 1
      case "K": cells[row].removeLast(max(0, cells[row].count - column))
      case "J":
        cells[row].removeLast(max(0, cells[row].count - column))
        cells.removeLast(cells.count - row - 1)
      case "h", "l": isCursorShown = final == "h"
      default: break
      }
    }

    var lines: [String] { cells.map { String($0) } }
  }

  private func frame(_ rows: [String], column: Int = 0) -> Frame {
    Frame(rows: rows.map { [Span($0, .typed)] }, cursorColumn: column)
  }

  @Test func framesReplaceEachOther() {
    var renderer = FrameRenderer(usesColor: true)
    var screen = Screen()
    screen.write("before\r\n")
    screen.write(renderer.draw(frame(["› gar", "status", "one", "two"], column: 5), width: 40))
    #expect(screen.lines == ["before", "› gar", "status", "one", "two"])
    #expect(screen.row == 1 && screen.column == 5 && screen.isCursorShown)
    screen.write(renderer.draw(frame(["› g", "s"], column: 3), width: 40))
    #expect(screen.lines == ["before", "› g", "s"])
    #expect(screen.row == 1 && screen.column == 3)
    #expect(renderer.draw(frame(["› g", "s"], column: 3), width: 40).isEmpty)
    screen.write(renderer.finish(frame(["› garden"]), width: 40))
    #expect(screen.lines == ["before", "› garden", ""])
    #expect(screen.row == 2 && screen.column == 0)
    screen.write(renderer.draw(frame(["› ", "s"], column: 2), width: 40))
    screen.write(renderer.erase(width: 40))
    #expect(screen.lines == ["before", "› garden", ""])
  }

  @Test func colourIsUsedOnlyIfWanted() {
    let rows = [Style.allCases.map { Span("x", $0) }]
    func codes(_ usesColor: Bool) -> String {
      var renderer = FrameRenderer(usesColor: usesColor)
      return renderer.draw(Frame(rows: rows, cursorColumn: 0), width: 80)
    }
    #expect(codes(true).contains("[1;36m") && codes(true).contains("[33m"))
    #expect(!codes(false).contains(";3") && !codes(false).contains("[3"))
    // Weight is not colour: typed and completed text still differ.
    #expect(codes(false).contains("[1m") && codes(false).contains("[2m"))
  }

  @Test func aNarrowerTerminalHasBrokenTheFirstRow() {
    var renderer = FrameRenderer(usesColor: false)
    _ = renderer.draw(frame(["0123456789012345678901234"], column: 25), width: 40)
    // 25 cells on 10 columns: the row has become three, and the cursor is in the third.
    #expect(renderer.draw(frame(["01234"]), width: 10).contains("\r\u{1B}[2A"))
  }
}
