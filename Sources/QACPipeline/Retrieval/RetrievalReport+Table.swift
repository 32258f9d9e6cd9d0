// The figures of retrieval as tables for a terminal.

import Foundation
import QACReplay

extension RetrievalReport {
  /// The report for a terminal.
  public var table: String {
    var rows = [Self.head("system") + ["MRR"]]
    var classes = [Self.head("full, by examples of the item")]
    for system in System.allCases {
      guard let figures = systems[system.rawValue] else { continue }
      rows.append(
        Self.cells(system.rawValue, figures.all) + [ReportTable.short(figures.all.mrr)])
      if system != .full { continue }
      for name in ["seen", "new"] + Self.useClasses {
        if let own = figures.classes[name] { classes.append(Self.cells(name, own)) }
      }
    }
    var parts = [
      "\(items) items, \(learnedQueries) queries learned; tree \(treeBytes) bytes, items "
        + "\(itemBytes) bytes", ReportTable.align(rows), ReportTable.align(classes),
    ]
    if let costs { parts.append(costs) }
    if let context { parts.append(context.table) }
    if let ablation { parts.append(ablation.table) }
    return parts.joined(separator: "\n\n")
  }

  private static func head(_ name: String) -> [String] {
    [name, "queries", "P@1", "95 %", "recall@10", "95 %", "recall@100"]
  }

  private static func cells(_ name: String, _ figures: Figures) -> [String] {
    [
      name, "\(figures.queries)", ReportTable.short(figures.p1),
      ReportTable.range(figures.p1Interval), ReportTable.short(figures.recall10),
      ReportTable.range(figures.recall10Interval), ReportTable.short(figures.recall100),
    ]
  }

  /// What the systems cost, if that was measured.
  private var costs: String? {
    var rows = [["system", "search p50", "p99", "with features p50", "p99", "bytes"]]
    for system in System.allCases {
      guard let cost = systems[system.rawValue]?.cost else { continue }
      rows.append(
        [system.rawValue]
          + [cost.milliseconds.search, cost.milliseconds.withFeatures].flatMap {
            [ReportTable.short($0.p50), ReportTable.short($0.p99)]
          } + ["\(cost.modelBytes)"])
    }
    guard rows.count > 1, let seconds = systems[System.tree.rawValue]?.cost?.trainingSeconds else {
      return nil
    }
    let trained = seconds.sorted { $0.key < $1.key }.map {
      String(format: "%.2f s with %@ threads", $0.value, $0.key)
    }
    return "Milliseconds of processor time per query; the tree was trained in "
      + trained.joined(separator: ", ") + ".\n" + ReportTable.align(rows)
  }
}

extension ReportTable {
  /// `value` with three decimals.
  static func short(_ value: Double) -> String { String(format: "%.3f", value) }

  /// An interval with three decimals; a dash if there is none.
  static func range(_ interval: Interval?) -> String {
    interval.map { String(format: "%.3f to %.3f", $0.low, $0.high) } ?? "-"
  }

  /// A difference and its interval.
  static func cells(_ loss: RetrievalAblation.Loss?) -> [String] {
    guard let loss else { return ["-", "-"] }
    return [
      String(format: "%+.3f", loss.mean),
      String(format: "%+.3f to %+.3f", loss.interval.low, loss.interval.high),
    ]
  }
}
