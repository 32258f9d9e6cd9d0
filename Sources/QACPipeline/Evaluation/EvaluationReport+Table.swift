// An evaluation's report as tables for terminals, at most 100 columns wide.

import Foundation
import QACReplay

extension EvaluationReport {
  /// The report as tables for terminals.
  public var table: String {
    var parts = [head, overallTable, lengthTable, kindTable, seenTable]
    if let endings = systems[CompletionSystem.full.rawValue]?.byEnding {
      parts.append(Self.table(of: endings))
    }
    if order.contains(where: { systems[$0]?.keys != nil }) { parts.append(keyTable) }
    if let anyOrder {
      parts.append(
        "Labels of several words among the first ten, of \(anyOrder.requests): asked from the second "
          + "word on \(Self.percent(anyOrder.fromSecondWord)),\nin reverse order "
          + "\(Self.percent(anyOrder.reversed))")
    }
    if let errors { parts.append(Self.table(of: errors)) }
    if let ablation {
      parts.append(Self.table(of: ablation.sources, "source", whole: ablation.mrr10))
      parts.append(Self.table(of: ablation.features, "feature", whole: ablation.mrr10))
    }
    return parts.joined(separator: "\n\n")
  }

  private var head: String {
    """
    \(`protocol`), split by \(split), seed \(seed): learned from \(observations["learn"] ?? 0) \
    queries (\(labels) labels, \(indexBytes) bytes),
    ranker fitted on \(observations["fit"] ?? 0), scored on \(requests) requests. Intervals: 95 %, \
    \(resampling.resamples) resamples of \(resampling.clusters) \(resampling.unit.rawValue)s.
    """ + (typos > 0 ? "\nTyping errors in \(Self.percent(typos)) of the prefixes." : "")
  }

  private var overallTable: String {
    let names = [
      "system", "MRR@10", "95 %", "top 1", "top 3", "top 10", "BLEU_RR", "empty", "full has",
      "95 %",
    ]
    let rows = rows { system in
      let overall = system.overall
      let success = [overall.success1, overall.success3, overall.success10]
      return [ReportTable.fixed(overall.mrr10), Self.range(overall.interval)]
        + success.map(Self.percent)
        + [
          ReportTable.fixed(overall.bleuRR),
          Self.percent(Double(overall.empty) / Double(max(1, overall.requests))),
        ] + ReportTable.cells(system.fullGains)
    }
    return ReportTable.align([names] + rows)
  }

  private var lengthTable: String {
    let classes = RequestKind.lengthClasses
    let rows = rows { system in classes.map { Self.mrr(system.byPrefixLength[$0]) } }
    let counts = classes.map { name in
      "\(order.lazy.compactMap { systems[$0]?.byPrefixLength[name]?.requests }.first ?? 0)"
    }
    return "MRR@10 by characters typed; 0: of the \(keyedRequests) requests typed key by key\n\n"
      + ReportTable.align([["system"] + classes] + rows + [["requests"] + counts])
  }

  private var kindTable: String {
    func kinds(_ system: System) -> [Figures?] {
      [
        system.byContext["with"], system.byContext["without"], system.bySeen["seen"],
        system.bySeen["unseen"], system.bySession["first"], system.bySession["later"],
        system.byHistory["own"], system.byHistory["new"],
      ]
    }
    let memory = `protocol` == ReplayProtocol.replay.rawValue ? "user" : "session"
    let names = ["context", "none", "seen", "unseen", "first", "later", "own", "new"]
    let rows = rows { kinds($0).map(Self.mrr) }
    let counts = order.first.flatMap { systems[$0] }.map(kinds) ?? []
    return """
      MRR@10 with and without a previous query, of queries seen in learning and not, first in the \
      session
      and later, submitted before by the same \(memory) and \
      not

      """ + "\n"
        + ReportTable.align(
          [["system"] + names] + rows + [["requests"] + counts.map { "\($0?.requests ?? 0)" }])
  }

  private var keyTable: String {
    let depths = KeyTally.depths.map { "top\($0)" }
    let names =
      ["system"] + ["saved 1", "3", "10", "eSaved", "pSaved", "after 1", "3", "10", "shown"]
      + ["MRL 1", "3", "10"]
    let rows: [[String]] = order.compactMap { name in
      guard let keys = systems[name]?.keys else { return nil }
      let own = depths.compactMap { keys[$0] }
      guard let last = own.last else { return nil }
      return [name] + own.map { Self.percent($0.keystrokesSaved) }
        + [last.eSaved, last.pSaved].map(Self.percent)
        + own.map { String(format: "%.2f", $0.shortestPrefix) } + [Self.percent(last.shown)]
        + own.map { String(format: "%.2f", $0.recoverableLength) }
    }
    return """
      Typed key by key, an even sample of \(keyedRequests) requests: keystrokes saved looking at \
      the first 1, 3, 10;
      eSaved, pSaved at 10; shortest prefix for the first 1, 3, 10 in characters, queries shown at \
      10;
      mean recoverable length at 1, 3, 10 in characters

      """ + "\n" + ReportTable.align([names] + rows)
  }

  private static func table(of rows: [Ablated], _ kind: String, whole: Double) -> String {
    "Without each \(kind), of \(ReportTable.fixed(whole)) with all; the ranker fitted anew\n\n"
      + ReportTable.align(
        [["without", "MRR@10", "loss", "95 %"]]
          + rows.map { [$0.without, ReportTable.fixed($0.mrr10)] + ReportTable.cells($0.loss) })
  }

  private static func table(of endings: [String: Ending]) -> String {
    let names: [(EndingKind, String)] = [
      (.followed, "one known word, which followed this one before"),
      (.endsOthers, "one known word, never after this one, but at other ends"),
      (.knownEnding, "several words, as other queries end"),
      (.newOrder, "known words, in an order never seen"),
      (.nothingFinished, "known words, nothing finished yet"), (.newWord, "a word never seen"),
    ]
    let rows = names.compactMap { kind, name in
      endings[kind.rawValue].map { ending in
        [
          name, percent(ending.share), ReportTable.fixed(ending.mrr10),
          ending.usefulAmong10.map(percent) ?? "-", ending.charactersSaved.map(percent) ?? "-",
          "\(ending.requests)",
        ]
      }
    }
    return """
      Queries not seen in learning, of \(CompletionSystem.full.rawValue), by what was still to \
      come, the unfinished word included:
      their share, MRR@10, answers with a useful line among 10, characters to type that useful \
      lines save

      """ + "\n"
        + ReportTable.align(
          [["still to come", "share", "MRR@10", "in 10", "saved", "requests"]] + rows)
  }

  private static func table(of errors: [String: MistypedFigures]) -> String {
    let rows = (TypingError.allCases.map(\.rawValue) + ["all"]).compactMap { name in
      errors[name].map { figures in
        [
          name, ReportTable.fixed(figures.right), ReportTable.fixed(figures.uncorrected),
          ReportTable.fixed(figures.corrected), figures.back.map(percent) ?? "-",
          "\(figures.requests)",
        ]
      }
    }
    return """
      MRR@10 of \(CompletionSystem.full.rawValue) for the prefixes with a typing error, by its \
      kind: had it not been made,
      not corrected, corrected; the share of what errors take that comes back

      """ + "\n"
        + ReportTable.align(
          [["error", "right", "not corrected", "corrected", "back", "requests"]] + rows)
  }

  private var seenTable: String {
    let names = [
      "lines", "useful", "nobody", "composed", "misspelt", "in 10", "in 3", "saved", "other",
    ]
    let rows: [[String]] = order.compactMap { name in
      systems[name]?.seen.map { [name] + Self.cells($0.overall) }
    }
    var text = """
      What people see: lines per answer that begin with what was typed; of these, useful (the \
      query or
      its first words), for nobody (never submitted), composed and misspelt ones; answers with a \
      useful
      line among 10 and 3; characters to type that useful lines save; of all lines, those that match
      otherwise

      """ + "\n" + ReportTable.align([["system"] + names] + rows)
    let full = CompletionSystem.full.rawValue
    if let seen = systems[full]?.seen {
      let classes: [[String]] = RequestKind.lengthClasses.compactMap { name in
        guard let figures = seen.byPrefixLength[name], figures.answers > 0 else { return nil }
        return [name] + Self.cells(figures)
      }
      text += "\n\nThe same of \(full), by characters typed\n\n"
      text += ReportTable.align([["typed"] + names] + classes)
    }
    return text
  }

  private static func cells(_ seen: SeenFigures) -> [String] {
    [String(format: "%.2f", seen.lines)]
      + [
        seen.useful, seen.forNobody, seen.composed, seen.misspelt, seen.usefulAmong10,
        seen.usefulAmong3, seen.charactersSaved, seen.other,
      ].map(percent)
  }

  private func rows(_ cells: (System) -> [String]) -> [[String]] {
    order.compactMap { name in systems[name].map { [name] + cells($0) } }
  }

  private static func range(_ interval: Interval?) -> String {
    interval.map { String(format: "%.3f-%.3f", $0.low, $0.high) } ?? "-"
  }

  private static func mrr(_ figures: Figures?) -> String {
    ReportTable.fixed(figures.flatMap { $0.requests == 0 ? nil : $0.mrr10 })
  }

  private static func percent(_ value: Double) -> String {
    String(format: "%.1f%%", value * 100)
  }
}
