// Reports show what was found, with stable keys, tables that fit, and well-formed plots.

import Foundation
import QACLogs
import QACReplay
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACPipeline

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct EvaluationReportTests {
  private static func report(
    _ rule: ReplayProtocol, ablates: Bool = false, resamples: Int = 60, typos: Double = 0
  ) throws -> EvaluationReport {
    var options = EvaluationOptions(profile: .search)
    options.settings.leafSize = 16
    options.settings.epochs = 1
    options.rule = rule
    options.keys = 30
    options.resamples = resamples
    options.ablates = ablates
    options.calibrates = ablates
    options.typos = typos
    let log = SyntheticLog(seed: 6, events: 1200).queryLog()
    return EvaluationReport(try Evaluation.run(log, options: options), options: options)
  }

  /// Reports with ablation, which take long to make.
  private static let ablated = Dictionary(
    uniqueKeysWithValues: ReplayProtocol.allCases.map { rule in
      (rule, Result { try report(rule, ablates: true) })
    })

  private static func ablated(_ rule: ReplayProtocol) throws -> EvaluationReport {
    try #require(ablated[rule]).get()
  }

  /// The keys of a JSON object and of the objects in it, with dots between; lists as `[]`.
  private static func keys(_ value: Any, _ path: String = "") -> Set<String> {
    if let object = value as? [String: Any] {
      return object.reduce(into: []) { $0.formUnion(keys($1.value, path + "." + $1.key)) }
    }
    if let list = value as? [Any] {
      return list.reduce(into: []) { $0.formUnion(keys($1, path + "[]")) }
    }
    return [String(path.dropFirst())]
  }

  @Test func whatErrorsTakeIsShownIfThereAreSome() throws {
    let report = try Self.report(.offline, typos: 0.5)
    let errors = try #require(report.errors)
    let all = try #require(errors["all"])
    let kinds = errors.filter { $0.key != "all" }
    #expect(kinds.keys.allSatisfy { TypingError(rawValue: $0) != nil })
    #expect(kinds.values.reduce(0) { $0 + $1.requests } == all.requests)
    #expect(all.requests * 4 > report.requests && all.requests < report.requests)
    #expect(all.uncorrected < all.right)
    #expect(report.table.contains("\ndropped "))
    #expect(report.table.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let json = try JSONSerialization.jsonObject(with: Data(report.json().utf8))
    #expect(
      Self.keys(json).filter { $0.hasPrefix("errors.all.") }.sorted()
        == ["back", "corrected", "requests", "right", "uncorrected"].map { "errors.all.\($0)" })
    let without = try Self.report(.offline)
    #expect(without.errors == nil)
    #expect(!without.table.contains("typing error"))
  }

  @Test func theKeysOfTheJSONAreStable() throws {
    let report = try Self.ablated(.replay)
    let text = try report.json()
    #expect(try JSONDecoder().decode(EvaluationReport.self, from: Data(text.utf8)) == report)
    let all = Self.keys(try JSONSerialization.jsonObject(with: Data(text.utf8)))
    let interval = ["interval.high", "interval.low"]
    let figures = ["bleuRR", "empty", "mrr10", "requests", "success1", "success10", "success3"]
    let typing = [
      "eSaved", "keystrokesSaved", "pSaved", "recoverableLength", "shortestPrefix", "shown",
    ]
    let groups = [
      "byContext.with", "byContext.without", "bySeen.seen", "bySeen.unseen", "bySession.first",
      "bySession.later", "byHistory.own", "byHistory.new",
    ]
    let lengths = RequestKind.lengthClasses.map { "byPrefixLength.\($0)" }
    let seen = [
      "answers", "charactersSaved", "composed", "forNobody", "lines", "misspelt", "other",
      "useful", "usefulAmong10", "usefulAmong3",
    ]
    var system: Set<String> = ["mrr10"]
    for group in lengths + ["overall"] {
      system.formUnion(seen.map { "seen.\(group).\($0)" })
    }
    for name in ["savedInterval", "usefulInterval"] {
      system.formUnion(["low", "high"].map { "seen.overall.\(name).\($0)" })
    }
    for group in groups { system.formUnion(figures.map { "\(group).\($0)" }) }
    for group in lengths + ["overall"] {
      system.formUnion((figures + interval).map { "\(group).\($0)" })
    }
    for depth in ["top1", "top3", "top10"] {
      system.formUnion(typing.map { "keys.\(depth).\($0)" })
    }
    func part(_ name: String) -> Set<String> {
      let prefix = name + "."
      return Set(all.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
    }
    for name in CompletionSystem.allCases.map(\.rawValue) {
      let gains = name == "full" ? [] : (["mrr10"] + interval).map { "fullGains.\($0)" }
      let difference = part("systems.\(name)").symmetricDifference(system.union(gains))
      #expect(difference.isEmpty, "\(name)")
    }
    let loss = (["mrr10"] + interval).map { "loss.\($0)" } + ["mrr10", "without"]
    #expect(part("ablation.sources[]") == Set(loss))
    #expect(part("ablation.features[]") == Set(loss))
    #expect(part("resampling") == ["unit", "clusters", "resamples"])
    #expect(part("observations") == ["learn", "fit", "score"])
    let top = Set(all.map { $0.split(separator: ".").first.map(String.init) ?? "" })
    #expect(
      top == [
        "protocol", "split", "seed", "typos", "settings", "labels", "indexBytes",
        "observations", "requests", "keyedRequests", "resampling", "ranker", "systems", "order[]",
        "ablation", "anyOrder", "calibration",
      ])
    let reliability = ["error"] + ["observed", "predicted", "requests"].map { "deciles[].\($0)" }
    for name in ["index", "full"] { #expect(part("calibration.\(name)") == Set(reliability)) }
    #expect(report.calibration?["full"]?.deciles.count == 10)
  }

  @Test(arguments: ReplayProtocol.allCases)
  func tablesFitATerminal(rule: ReplayProtocol) throws {
    let report = try Self.ablated(rule)
    for line in report.table.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    for system in CompletionSystem.allCases {
      #expect(report.table.contains("\n" + system.rawValue))
    }
    #expect(report.table.contains("an even sample of 30 requests"))
    #expect(report.table.contains("What people see"))
    #expect(report.table.contains("The same of full, by characters typed"))
  }

  @Test func plotsAreWellFormed() throws {
    let svg = try Self.report(.offline).plot(name: "a<b & \"c\"\u{1}").svg()
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    for system in CompletionSystem.allCases { #expect(svg.contains(">\(system.rawValue)</text>")) }
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func plotsOfAnyNumbersAreWellFormed() {
    for points in [[], [(0.0, 0.0)], [(1, 5), (2, 5)], [(-1e6, 1e-9), (1e6, 3e9)]] {
      for spread in [LinePlot.Spread.bars, .bands] {
        var plot = LinePlot(
          title: "t", xLabel: "x", yLabel: "y",
          lines: [
            LinePlot.Line(
              name: "a",
              points: points.map {
                LinePlot.Point(x: $0, y: $1, interval: Interval(low: $1 - 1, high: $1 + 1))
              })
          ])
        plot.spread = spread
        let svg = plot.svg()
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(!svg.contains("nan") && !svg.contains("inf"))
      }
    }
  }

  @Test func axesMarkRoundNumbers() {
    #expect(
      Axis(0...1, from: 0, to: 1).ticks.map { Axis(0...1, from: 0, to: 1).label($0) }
        == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    let axis = Axis(3...47, from: 100, to: 0)
    #expect(axis.ticks == [10, 20, 30, 40])
    #expect(axis.place(3) == 100 && axis.place(47) == 0 && axis.place(25) == 50)
  }

  @Test func logarithmicAxesMarkPowersOfTen() {
    let wide = Axis(900...1_100_000, from: 0, to: 100, scale: .logarithmic)
    #expect(wide.ticks.map(wide.label) == ["1 k", "10 k", "100 k", "1 M"])
    let narrow = Axis(4...130, from: 0, to: 100, scale: .logarithmic)
    #expect(narrow.ticks.map(narrow.label) == ["5", "10", "20", "50", "100"])
    let axis = Axis(0.01...100, from: 0, to: 40, scale: .logarithmic)
    #expect(axis.ticks.map(axis.label) == ["0.01", "0.1", "1", "10", "100"])
    for (value, place) in [(0.01, 0.0), (0.1, 10), (1, 20), (10, 30), (100, 40)] {
      #expect(abs(axis.place(value) - place) < 1e-9)
    }
  }

  @Test func whatNeverVariesIsWorthNothing() throws {
    // Under the offline protocol, in a log without repeats, no query follows itself.
    let ablation = try #require(try Self.ablated(.offline).ablation)
    #expect(!ablation.sources.isEmpty && !ablation.features.isEmpty)
    for rows in [ablation.sources, ablation.features] {
      let losses = rows.map(\.loss.mrr10)
      #expect(losses == losses.sorted(by: >))
      for row in rows {
        #expect(abs(row.mrr10 + row.loss.mrr10 - ablation.mrr10) < 1e-12)
      }
    }
  }
}
