// Whether suggestions are used: what the clients said of submitted queries, in numbers alone.

import Foundation
import QACSessions
import QACText

extension RebuildReport {
  /// The use of suggestions in the window, of the queries of which a client said it.
  public struct Use: Codable, Sendable, Equatable {
    /// Some of the queries.
    public struct Row: Codable, Sendable, Equatable {
      /// Which: characters that were typed, or the source of the line that was taken.
      public var name: String
      /// Queries that were submitted.
      public var submissions = 0
      /// Those of them that are lines which were taken.
      public var taken = 0
      /// The sum of the places of these lines, from 1.
      public var places = 0
      /// The characters of these lines that were not typed.
      public var saved = 0

      /// The mean place of the lines that were taken; nil if none was.
      public var meanPlace: Double? { taken > 0 ? Double(places) / Double(taken) : nil }
    }

    /// All queries.
    public var all = Row(name: "all")
    /// By the characters that were typed, few first.
    public var byLength: [Row] = []
    /// By the source of the line that was taken, the most frequent first.
    public var bySource: [Row] = []
  }
}

/// Counts the use of suggestions.
struct UseCount {
  /// The first number of each range of typed characters.
  private static let lengths = [0, 1, 3, 6, 11]
  /// Sources with names as the daemon's; what a client calls otherwise counts as this. No text of a
  /// client reaches a report.
  private static let other = "other"

  private var all = RebuildReport.Use.Row(name: "all")
  private var byLength = UseCount.lengths.indices.map {
    RebuildReport.Use.Row(name: UseCount.name(ofLength: $0))
  }
  private var bySource: [String: RebuildReport.Use.Row] = [:]
  private let sources: Set<String>

  /// Makes a count that knows the names `sources`.
  init(sources: Set<String>) { self.sources = sources }

  /// Counts a query.
  mutating func add(_ choice: StoredChoice) {
    let typed = Self.scalars(choice.typed ?? [])
    let saved = choice.taken > 0 ? max(0, Self.scalars(choice.query) - typed) : 0
    func add(to row: inout RebuildReport.Use.Row) {
      row.submissions += 1
      if choice.taken == 0 { return }
      row.taken += 1
      row.places += choice.taken
      row.saved += saved
    }
    add(to: &all)
    add(to: &byLength[Self.lengths.lastIndex { $0 <= typed } ?? 0])
    if choice.taken == 0 { return }
    let said = String(decoding: choice.source ?? [], as: UTF8.self)
    let source = sources.contains(said) ? said : Self.other
    add(to: &bySource[source, default: RebuildReport.Use.Row(name: source)])
  }

  /// The counts; nil if nothing was counted.
  var use: RebuildReport.Use? {
    if all.submissions == 0 { return nil }
    return RebuildReport.Use(
      all: all, byLength: byLength.filter { $0.submissions > 0 },
      bySource: bySource.values.sorted { ($1.taken, $0.name) < ($0.taken, $1.name) })
  }

  private static func scalars(_ text: [UInt8]) -> Int {
    text.withUnsafeBufferPointer { UTF8Scalars.count($0) }
  }

  private static func name(ofLength i: Int) -> String {
    guard i + 1 < lengths.count else { return "\(lengths[i]) and more" }
    let last = lengths[i + 1] - 1
    return last == lengths[i] ? "\(last)" : "\(lengths[i])-\(last)"
  }
}

extension RebuildReport {
  /// The part of the page on the use of suggestions; empty if no client said anything.
  var usePart: String {
    guard let use else { return "" }
    func row(_ row: Use.Row, ofSource: Bool = false) -> [String] {
      let share = Double(row.taken) / Double(max(1, row.submissions))
      return [
        row.name, "\(row.submissions)", "\(row.taken)",
        ofSource ? "" : String(format: "%.1f %%", 100 * share),
        row.meanPlace.map { String(format: "%.2f", $0) } ?? "",
        row.taken > 0
          ? String(format: "%.1f", Double(row.saved) / Double(row.taken)) : "",
      ]
    }
    func head(_ name: String) -> [String] {
      [name, "queries", "taken", "share", "mean place", "characters saved"]
    }
    let numbers: Set<Int> = [1, 2, 3, 4, 5]
    return "<h2>Use of suggestions</h2><p class=\"soft\">Queries of which a client said whether a "
      + "line was taken. Characters saved are those per taken line that were not typed.</p>"
      + Self.table(
        head("characters typed"), (use.byLength + [use.all]).map { row($0) }, numbers: numbers)
      + (use.bySource.isEmpty
        ? ""
        : Self.table(
          head("source of the line"), use.bySource.map { row($0, ofSource: true) },
          numbers: numbers))
  }
}
