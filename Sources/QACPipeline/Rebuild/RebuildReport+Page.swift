// A rebuild's report as one HTML page that needs nothing else: no script, no network, plots inline.
//
// Every text from a log or a path is escaped. The page follows the reader's light or dark scheme.

import Foundation
import QACLogs
import QACReplay

extension RebuildReport {
  /// The page.
  ///
  /// - Parameter history: The reports of earlier versions, oldest first, for the plot over time.
  /// - Returns: HTML.
  func page(_ history: [RebuildReport]) -> String {
    let title = "Rebuild of \(Self.date(now)): \(decision.title)"
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>\(Self.escaped(title))</title>
      <style>\(Self.style)</style></head><body>
      <h1>Rebuild of \(Self.date(now))</h1>
      <p class="decision \(decision.rawValue)">\(decision.title)</p>

      """
        + [
          decisionPart, judgementPart, usePart, historyPart(history), labelsPart, itemsPart,
          readPart, costPart,
        ].joined() + "</body></html>\n"
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ccc; --soft: #666; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #ddd; --paper: #161616; --line: #444; --soft: #999; } }
    body { font: 15px/1.5 sans-serif; color: var(--ink); background: var(--paper);
      max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.5rem; margin-bottom: .3rem; }
    h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1rem; margin-bottom: .2rem; }
    table { border-collapse: collapse; margin: .6rem 0; }
    th, td { text-align: left; padding: .15rem 1.2rem .15rem 0; vertical-align: top; }
    th { font-weight: 600; border-bottom: 1px solid var(--line); }
    td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
    .decision { display: inline-block; margin: 0; padding: .25rem .8rem; border-radius: .3rem;
      font-weight: 600; color: #fff; background: #666; }
    .published { background: #1a7340; } .refused { background: #b3261e; }
    .passed { color: #1a7340; } .failed { color: #b3261e; font-weight: 600; }
    @media (prefers-color-scheme: dark) { .passed { color: #67c587; } .failed { color: #f2857c; } }
    .soft { color: var(--soft); }
    .plot { overflow-x: auto; } svg { min-width: 34rem; max-width: 100%; height: auto; }
    .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr));
      gap: 0 1.5rem; }
    .columns td, .columns th { padding-right: .8rem; }

    """

  // MARK: Parts

  private var decisionPart: String {
    var text = Self.list(reasons)
    if !warnings.isEmpty { text += "<h3>To look at</h3>" + Self.list(warnings) }
    var rows = [["version", version ?? "none"], ["served before", previous ?? "none"]]
    if hasLostLogs { rows.append(["logs not learned", "\(lostLogs ?? 0)"]) }
    if let daemon { rows.append(["the daemon", daemon.title]) }
    if let identity { rows.append(["identity", identity]) }
    if window.count == 2 {
      rows.append(["events looked at", "\(Self.date(window[0])) to \(Self.date(window[1]))"])
    }
    return text + Self.table([], rows)
  }

  private var judgementPart: String {
    guard let judgement else { return "" }
    var text = "<h2>Judgement</h2>"
    text += Self.table(
      ["demand", "", "found"],
      judgement.checks.map { [$0.name.rawValue, $0.passed ? "met" : "not met", $0.text] },
      classes: judgement.checks.map { ["", $0.passed ? "passed" : "failed", ""] })
    if judgement.requests == 0 { return text }
    text +=
      "<p>\(judgement.requests) queries of \(judgement.users) people, submitted from "
      + "\(Self.date(judgement.from)) to \(Self.date(judgement.to)), typed key by key.</p>"
    text += Self.table(
      ["system", "MRR@10", "keystrokes saved", "queries that are labels"],
      judgement.systems.map { system in
        [
          system.name.rawValue, String(format: "%.4f", system.mrr10),
          String(format: "%.1f %%", 100 * system.keystrokesSaved),
          judgement.coverage[system.name].map { String(format: "%.1f %%", 100 * $0) } ?? "",
        ]
      }, numbers: [1, 2, 3])
    text += seenTable(judgement)
    if let rules = judgement.rules { text += "<p>\(rules.sentence)</p>" }
    let classes = RequestKind.lengthClasses
    var plot = LinePlot(
      title: "Quality by characters typed", xLabel: "characters typed", yLabel: "MRR@10",
      lines: judgement.systems.map { system in
        LinePlot.Line(
          name: system.name.rawValue,
          points: classes.enumerated().compactMap { i, name in
            system.byPrefixLength[name].map { LinePlot.Point(x: Double(i), y: $0) }
          })
      })
    plot.classes = classes
    return text + Self.figure(plot)
  }

  /// What people see of the lists of each system.
  private func seenTable(_ judgement: Judgement) -> String {
    let rows: [[String]] = judgement.systems.compactMap { system in
      guard let seen = system.seen?.overall else { return nil }
      return [system.name.rawValue, String(format: "%.2f", seen.lines)]
        + [
          seen.useful, seen.forNobody, seen.composed, seen.misspelt, seen.usefulAmong10,
          seen.usefulAmong3, seen.charactersSaved,
        ].map { String(format: "%.1f %%", 100 * $0) }
    }
    if rows.isEmpty { return "" }
    let head = [
      "system", "lines per answer", "useful lines", "for nobody", "composed", "misspelt",
      "a useful one in 10", "in 3", "characters saved",
    ]
    return Self.table(head, rows, numbers: Set(1..<head.count))
  }

  private func historyPart(_ history: [RebuildReport]) -> String {
    // A version that was asked nothing has no quality; it is not one of quality 0.
    let known = (history + [self]).filter { ($0.judgement?.requests ?? 0) > 0 }
    guard known.count > 1, let first = known.first else { return "" }
    func line(_ name: Contender) -> LinePlot.Line {
      LinePlot.Line(
        name: name.rawValue,
        points: known.compactMap { report in
          report.judgement?.systems.first { $0.name == name }.map {
            LinePlot.Point(x: Double(report.now - first.now) / 86_400, y: $0.mrr10)
          }
        })
    }
    let plot = LinePlot(
      title: "Quality of the versions that are kept, and of this one",
      xLabel: "days after \(Self.date(first.now))", yLabel: "MRR@10 on its newest queries",
      lines: [.new, .served, .popular].map(line))
    return "<h2>Over time</h2>" + Self.figure(plot)
  }

  private var labelsPart: String {
    guard let labels else { return "" }
    var text =
      "<h2>Labels</h2><p>\(labels.count) labels: \(labels.added) new, \(labels.gone) gone. "
      + "<span class=\"soft\">Labels that are gone are not named.</span></p><div class=\"columns\">"
    for (name, changes) in [
      ("New", labels.newest), ("Rising", labels.rising), ("Falling", labels.falling),
    ] where !changes.isEmpty {
      text +=
        "<div><h3>\(name)</h3>"
        + Self.table(
          ["label", "before", "now"], changes.map { [$0.text, "\($0.before)", "\($0.now)"] },
          numbers: [1, 2]) + "</div>"
    }
    return text + "</div>"
  }

  private var readPart: String {
    var text = "<h2>What was read and what is not learned</h2>"
    text += Self.table(["", "events", ""], countRows, numbers: [1])
    if let synonyms { text += "<p>\(Self.escaped(synonyms.sentence)).</p>" }
    if let databaseEvents { text += "<p>\(databaseEvents) events of the daemon's database.</p>" }
    if !files.isEmpty {
      text += Self.table(
        ["file", "events", "lines", "bad lines", ""],
        files.map { file in
          [
            file.name, "\(file.events)", "\(file.lines)",
            file.badLines.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
              .joined(separator: ", "), file.failure ?? (file.isNew ? "read now" : "known"),
          ]
        }, numbers: [1, 2],
        classes: files.map { ["", "", "", "", $0.failure == nil ? "soft" : "failed"] })
    }
    return text
  }

  private var costPart: String {
    "<h2>Size and time</h2><p>\(indexBytes) bytes"
      + (labels.map { ", \(indexBytes / max(1, $0.count)) per label" } ?? "") + ".</p>"
      + Self.table(
        ["phase", "seconds"], phases.map { [$0.name, String(format: "%.2f", $0.seconds)] },
        numbers: [1])
      + "<h3>Settings</h3>"
      + Self.table(
        [],
        settings.sorted { $0.key < $1.key }.map {
          [$0.key, $0.value == $0.value.rounded() ? "\(Int($0.value))" : "\($0.value)"]
        }, numbers: [1])
  }
}

extension RebuildReport.Rules {
  /// In words.
  public var sentence: String {
    let change = mrr10With - mrr10Without
    return String(
      format: "The operator's rules (pins: %d, boosts: %d, block rules: %d) %@ %.4f MRR@10: "
        + "%.4f with them, %.4f without.",
      pins, boosts, blocks, change > 0 ? "gain" : "cost", abs(change), mrr10With, mrr10Without)
  }
}

extension RebuildReport.Daemon {
  /// In words.
  var title: String {
    switch self {
    case .untold: return "has not loaded this version"
    case .serves: return "serves this version"
    case .servesAnother: return "serves another file"
    case .refuses: return "cannot load this version"
    }
  }
}

extension RebuildReport.Decision {
  /// In words.
  public var title: String {
    switch self {
    case .published: return "published"
    case .refused: return "refused"
    case .unchanged: return "nothing published"
    case .dryRun: return "dry run"
    }
  }
}
