// The pieces of HTML of which a report's page is made: tables, plots, lists and dates.
//
// Invariant: every text is escaped here, or by `SVGCanvas` in a plot, so a page has no markup that
// comes from a log.

import Foundation

extension RebuildReport {
  /// A table of `rows` below `head`. The columns in `numbers` are aligned to the right; `classes`
  /// has a class of style for every cell, or none.
  static func table(
    _ head: [String], _ rows: [[String]], numbers: Set<Int> = [], classes: [[String]] = []
  ) -> String {
    func cell(_ tag: String, column i: Int, _ text: String, class own: String) -> String {
      let names = [numbers.contains(i) ? "number" : "", own].filter { !$0.isEmpty }
      let attribute = names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
      return "<\(tag)\(attribute)>\(escaped(text))</\(tag)>"
    }
    var text = "<table>"
    if !head.isEmpty {
      text +=
        "<tr>" + head.enumerated().map { cell("th", column: $0, $1, class: "") }.joined() + "</tr>"
    }
    for (r, row) in rows.enumerated() {
      text += "<tr>"
      for (i, value) in row.enumerated() {
        text += cell("td", column: i, value, class: classes.isEmpty ? "" : classes[r][i])
      }
      text += "</tr>"
    }
    return text + "</table>\n"
  }

  /// A plot in a box that scrolls.
  static func figure(_ plot: LinePlot) -> String {
    "<div class=\"plot\">" + plot.svg() + "</div>"
  }

  /// `lines` as a list.
  static func list(_ lines: [String]) -> String {
    "<ul>" + lines.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>"
  }

  /// `text` with escaped markup.
  static func escaped(_ text: String) -> String { SVGCanvas.escaped(text) }

  /// `time`, unix seconds, as `2026-01-05 03:15`, UTC.
  static func date(_ time: Int64) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyy-MM-dd HH:mm"
    return formatter.string(from: Date(timeIntervalSince1970: Double(time)))
  }
}
