// Lays out rows of cells as text, and writes the figures in them.

import Foundation
import QACReplay

/// Lays out tables for terminals.
enum ReportTable {
  /// The rows with aligned columns, the first to the left, the others to the right.
  static func align(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let pad = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + pad : pad + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// `value` with four decimals; a dash if there is no figure.
  static func fixed(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0) } ?? "-"
  }

  /// A gain and its interval.
  static func cells(_ gain: EvaluationReport.Gain?) -> [String] {
    guard let gain else { return ["-", "-"] }
    return [
      String(format: "%+.4f", gain.mrr10),
      String(format: "%+.3f to %+.3f", gain.interval.low, gain.interval.high),
    ]
  }
}
