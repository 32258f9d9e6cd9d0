// The report as tables in Markdown, so that they can be pasted into documents.

import Foundation

extension Report {
  /// All tables that have rows.
  var tables: String {
    var text =
      "\(machine.cores) cores (\(machine.processor)), \(machine.system), Swift \(machine.swift); "
      + "load before: \(machine.load)\n"
    text += engineTable + sessionTable + partsTable
    text += loadTable + buildTable + startTable + swapTable + retrievalTable
    return text
  }

  private static func table(_ title: String, _ columns: [String], _ rows: [[String]]) -> String {
    if rows.isEmpty { return "" }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    return "\n## \(title)\n\n" + line(columns) + "|"
      + String(repeating: "---|", count: columns.count)
      + "\n" + rows.map(line).joined()
  }

  private static func number(_ value: Double) -> String {
    String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
  }

  /// `value` with its thousands set apart.
  static func grouped(_ value: Int) -> String {
    let digits = String(value)
    var result = ""
    for (i, digit) in digits.enumerated() {
      if i > 0, (digits.count - i) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }

  private static func cells(_ spread: Percentiles?) -> [String] {
    guard let spread else { return ["-", "-", "-"] }
    return [number(spread.p50), number(spread.p99), number(spread.p999)]
  }

  private var engineTable: String {
    Self.table(
      "One completion in process, microseconds",
      [
        "log", "labels", "system", "characters", "previous query", "requests", "p50", "p99",
        "p99.9",
      ],
      engine.map { row in
        [
          row.log, Self.grouped(row.labels), row.system, row.characters, row.context,
          Self.grouped(row.latency.count),
        ] + Self.cells(row.latency)
      })
  }

  private var sessionTable: String {
    Self.table(
      "One completion in process by the session's earlier queries, microseconds",
      [
        "log", "labels", "earlier queries", "characters", "requests", "mean", "p50", "p99",
        "p99.9",
      ],
      sessions.map { row in
        [
          row.log, Self.grouped(row.labels), "\(row.earlier)", row.characters,
          Self.grouped(row.latency.count), Self.number(row.latency.mean),
        ] + Self.cells(row.latency)
      })
  }

  private var retrievalTable: String {
    Self.table(
      "One retrieval in process, microseconds",
      ["items", "system", "wanted", "queries", "p50", "p99", "p99.9"],
      retrievals.map { row in
        [
          Self.grouped(row.items), row.system, "\(row.limit)", Self.grouped(row.latency.count),
        ] + Self.cells(row.latency)
      })
  }

  private var partsTable: String {
    Self.table(
      "Its parts: what each adds to the mean, microseconds",
      ["log", "labels", "earlier queries", "part", "mean"],
      parts.map { row in
        [
          row.log, Self.grouped(row.labels), row.earlier.map { "\($0)" } ?? "the log's", row.part,
          Self.number(row.meanMicroseconds),
        ]
      })
  }

  private var loadTable: String {
    Self.table(
      "Over the socket: completions, microseconds",
      [
        "server", "log", "clients", "schedule, 1/s", "answers, 1/s", "p50", "p99", "p99.9",
        "records p50", "errors", "refused", "lost", "server CPU", "generator CPU",
      ],
      loads.map { row in
        [
          row.server, row.server == "qacd" ? row.log : "", "\(row.clients)",
          row.schedule.map { Self.grouped(Int($0)) } ?? "as answered", Self.grouped(Int(row.rate)),
        ] + Self.cells(row.completions) + [
          row.records.map { Self.number($0.p50) } ?? "-", "\(row.errors)", "\(row.refused)",
          "\(row.lost)", Self.number(row.serverMicroseconds),
          Self.number(row.generatorMicroseconds),
        ]
      })
  }

  private var buildTable: String {
    Self.table(
      "Builds",
      ["log", "events", "labels", "seconds", "peak, MB", "bytes a label", "phases, seconds"],
      builds.map { row in
        [
          row.log, Self.grouped(row.events), Self.grouped(row.labels), Self.number(row.seconds),
          Self.number(Double(row.peakBytes) / 1e6),
          Self.number(Double(row.indexBytes) / Double(max(1, row.labels))),
          row.phases.map { "\($0.name) \(Self.number($0.seconds))" }.joined(separator: ", "),
        ]
      })
  }

  private var startTable: String {
    Self.table(
      "Start",
      [
        "log", "labels", "MB", "open, microseconds", "populate, ms", "verify, ms",
        "daemon serves after, ms",
      ],
      starts.map { row in
        [
          row.log, Self.grouped(row.labels), Self.number(Double(row.bytes) / 1e6),
          Self.number(row.openMicroseconds), Self.number(row.populateMilliseconds),
          Self.number(row.verifyMilliseconds), Self.number(row.daemonMilliseconds),
        ]
      })
  }

  private var swapTable: String {
    Self.table(
      "Swaps under load",
      [
        "log", "clients", "requests, 1/s", "swaps", "reload p50, ms", "answered", "errors", "lost",
        "over 10 ms", "p50", "p99", "p99.9", "over 10 ms without swaps", "p99.9 without",
      ],
      swaps.map { row in
        [
          row.log, "\(row.clients)", Self.grouped(Int(row.schedule)), "\(row.swaps)",
          row.swapMilliseconds.map { Self.number($0.p50 / 1000) } ?? "-",
          Self.grouped(row.answered), "\(row.errors)", "\(row.lost)", "\(row.slow)",
        ] + Self.cells(row.completions) + [
          "\(row.slowWithout)", Self.cells(row.without)[2],
        ]
      })
  }
}
