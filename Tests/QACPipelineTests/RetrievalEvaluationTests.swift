// What is said of retrieval: figures by class, what parts are worth, the grid of curves, contexts.

import Foundation
import QACLogs
import QACReplay
import QACRetrieval
import QACTestSupport
import QACTraining
import Testing

@testable import QACPipeline

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct RetrievalEvaluationTests {
  private static let adjectives = ["red", "blue", "oak", "pine", "tall", "small", "old", "new"]
  private static let nouns = ["lamp", "chair", "table", "shelf", "rug", "sofa", "desk", "bed"]

  /// 64 items; for all but the last eight of them, queries of two forms.
  private static let set: ItemSet = {
    var items: [ItemSet.Item] = []
    var examples: [ItemSet.Example] = []
    for (i, noun) in nouns.enumerated() {
      for (j, adjective) in adjectives.enumerated() {
        let item = items.count
        items.append(
          ItemSet.Item("\(100 + item)", title: "\(adjective) \(noun)", text: "for every room"))
        if i == 7 { continue }
        for k in 0..<6 {
          examples.append(.init("\(adjective) \(noun) \(k)", item: item, count: Float(1 + k % 3)))
          examples.append(.init("\(noun) \(adjective) no\(k)", item: item))
        }
      }
    }
    return ItemSet(items: items, examples: examples)
  }()

  private static var options: RetrievalEvaluation.Options {
    var options = RetrievalEvaluation.Options()
    options.settings.tree.leafSize = 8
    options.resamples = 60
    return options
  }

  @Test func figuresHaveIntervalsAndClassesAndAreReadBack() throws {
    let (learned, questions) = RetrievalEvaluation.divided(Self.set, seed: 1)
    var options = Self.options
    options.measuresTimes = true
    let report = try RetrievalEvaluation.run(learned, questions: questions, options: options)
    for system in RetrievalReport.System.allCases {
      let figures = try #require(report.systems[system.rawValue])
      #expect(figures.all.queries == questions.queries.count)
      let interval = try #require(figures.all.recall10Interval)
      // A sum of equal parts may be a little off.
      #expect(interval.low - 1e-9 <= figures.all.recall10)
      #expect(figures.all.recall10 <= interval.high + 1e-9)
      let seen = figures.classes["seen"]?.queries ?? 0
      #expect(seen + (figures.classes["new"]?.queries ?? 0) == figures.all.queries)
      let byUse = RetrievalReport.useClasses.compactMap { figures.classes[$0]?.queries }
      #expect(byUse.reduce(0, +) == figures.all.queries)
      #expect(figures.cost != nil)
    }
    let json = try report.json()
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let systems = try #require(object["systems"] as? [String: [String: Any]])
    for key in ["p1", "recall10", "recall100", "queries", "milliseconds", "model_bytes"] {
      #expect(systems["tree"]?[key] is NSNumber || systems["tree"]?[key] is [String: Any], "\(key)")
    }
    let again = try JSONDecoder().decode(RetrievalReport.self, from: Data(json.utf8))
    #expect(try again.json() == json)
    #expect(report.table.contains("recall@10") && report.table.contains("training") == false)
    #expect(report.treeBytes > 0 && report.treeBytes < report.itemBytes)
  }

  @Test func anAblationTakesOutEachPart() throws {
    let (learned, questions) = RetrievalEvaluation.divided(Self.set, seed: 1)
    var options = Self.options
    options.ablates = true
    let report = try RetrievalEvaluation.run(learned, questions: questions, options: options)
    let ablation = try #require(report.ablation)
    #expect(ablation.arms.map(\.name) == ["tree", "lexical", "neighbours"])
    #expect(ablation.features.count == RetrievalFeature.count)
    #expect(ablation.terms.count == 5 && ablation.grams.count == 7)
    for row in ablation.arms + ablation.terms + ablation.data + ablation.features {
      let loss = try #require(row.recall10Loss)
      #expect(
        abs(ablation.whole.recall10 - row.figures.recall10 - loss.mean) < 1e-9, "\(row.name)")
    }
    // The kinds of the default are one of the choices, and are the whole.
    let standard = try #require(ablation.grams.first { $0.name == "words, pairs, characters" })
    #expect(standard.full == ablation.whole && standard.treeBytes == report.treeBytes)
    #expect(standard.tree == report.systems["tree"]?.all)
    let words = try #require(ablation.grams.first { $0.name == "words" })
    #expect(words.treeBytes < standard.treeBytes)
    #expect(ablation.table.contains("words, pairs, triples"))
  }

  @Test func theGridHasAPointForEachBeamAndThreshold() throws {
    let (learned, questions) = RetrievalEvaluation.divided(Self.set, seed: 1)
    let curves = try RetrievalCurves(
      learned, questions: questions, name: "a<b", options: Self.options, beams: [0, 8, 1, 8],
      thresholds: [0.5, 0])
    #expect(curves.points.map(\.threshold) == [0, 0, 0, 0.5, 0.5, 0.5])
    #expect(curves.points.map(\.beam) == [1, 8, 0, 1, 8, 0])
    #expect(curves.points[0].treeBytes > curves.points[3].treeBytes)
    // All nodes are at least as many as the widest level has.
    #expect(curves.points[1].tree == curves.points[2].tree)
    let directory = try TemporaryDirectory()
    let path = directory.file("grid.json")
    try Data(try curves.json().utf8).write(to: URL(fileURLWithPath: path))
    let again = try RetrievalCurves(reading: path)
    #expect(try again.json() == curves.json())
    #expect(throws: PipelineError.self) { try SettingCurves(reading: path) }
    let plots = RetrievalCurves.plots(of: [again])
    #expect(Set(plots.map(\.name)).count == 5)
    for (_, plot) in plots {
      #expect(XMLParser(data: Data(plot.svg().utf8)).parse())
      #expect(!plot.lines.isEmpty)
    }
    #expect(curves.table.contains("all"))
  }

  @Test func theQueryBeforeIsThatOfTheSession() {
    func example(_ query: String, _ session: Int32, _ time: Int64) -> ItemExample {
      ItemExample(
        query: Array(query.utf8), item: Array("1".utf8), session: session, time: time)
    }
    let examples = [
      example("lamp", 0, 100), example("oak", 0, 160), example("oak", 0, 170),
      example("other", 1, 165), example("late", 0, 5_000), example("timeless", 0, 0),
      example("alone", -1, 120),
    ]
    let previous = PreviousQueries(examples)
    let found = examples.indices.map { i in
      previous.query(before: i).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(found == [nil, "lamp", "lamp", nil, nil, nil, nil])
  }

  @Test func whatTheSessionAskedBeforeIsLearnedWhereItDecides() throws {
    // The same word means the item of the kind that was asked for before.
    var examples: [ItemSet.Example] = []
    for i in 0..<64 {
      for k in 0..<80 {
        let (noun, adjective) = (Self.nouns[i / 8], Self.adjectives[i % 8])
        var example = ItemSet.Example("\(adjective) x\(k)", item: i)
        example.previous = Array(noun.utf8)
        examples.append(example)
      }
    }
    let set = ItemSet(items: Self.set.items, examples: examples)
    let (learned, questions) = RetrievalEvaluation.divided(set, seed: 1)
    #expect(!questions.inContext.isEmpty)
    let report = try RetrievalEvaluation.run(
      learned, questions: questions, options: Self.options)
    let context = try #require(report.context)
    #expect(report.ranker["item.previous_cover"] ?? 0 > 0)
    #expect(context.with.p1 > context.without.p1 + 0.3, "\(context)")
    // Without contexts all other weights are the same.
    let plain = ItemSet(
      items: set.items,
      examples: examples.map {
        var example = $0
        example.previous = []
        return example
      })
    let (other, asked) = RetrievalEvaluation.divided(plain, seed: 1)
    let alone = try RetrievalEvaluation.run(other, questions: asked, options: Self.options)
    #expect(alone.context == nil)
    for (name, weight) in alone.ranker where name != "item.previous_cover" {
      #expect(report.ranker[name] == weight, "\(name)")
    }
  }
}
