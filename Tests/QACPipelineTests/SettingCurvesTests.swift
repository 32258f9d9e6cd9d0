// Curves are the results of evaluations, one setting at a time, and are read back as written.

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

@Suite struct SettingCurvesTests {
  private static let log = SyntheticLog(seed: 8, events: 1500).queryLog()

  private static func options() -> EvaluationOptions {
    var options = EvaluationOptions(profile: .search)
    options.settings.leafSize = 16
    options.settings.epochs = 1
    options.keys = 0
    options.resamples = 60
    return options
  }

  private static func curves(
    _ varied: [(setting: VariedSetting, values: [Double])], full: Bool = false
  ) throws -> SettingCurves {
    try Evaluation.curves(
      log, name: "synthetic", options: options(), varied: varied, includesFull: full)
  }

  @Test func everyPointIsAnEvaluationOfItsOwn() throws {
    let varied: [(setting: VariedSetting, values: [Double])] = [
      (.trieDepth, [0]), (.startScale, [1.5]), (.beam, [1]),
    ]
    let curves = try Self.curves(varied, full: true)
    #expect(curves.curves.map(\.setting) == varied.map(\.setting))
    for curve in curves.curves {
      #expect(curve.points.count == 2, "the default is added")
      for point in curve.points {
        var options = Self.options()
        curve.setting.set(point.value, in: &options)
        options.systems = [.index, .full]
        let result = try Evaluation.run(Self.log, options: options)
        let mrr = Dictionary(
          uniqueKeysWithValues: result.systems.map { ($0.name, $0.metrics.overall.mrr10) })
        let name = "\(curve.setting) \(point.value)"
        #expect(abs(point.score - (mrr["index"] ?? -1)) < 1e-12, "\(name)")
        #expect(abs((point.full ?? -2) - (mrr["full"] ?? -1)) < 1e-12, "\(name)")
        #expect(point.fit != point.score, "the two tenths are asked other requests")
        #expect(curves.requests == result.requests)
      }
      let standard = try #require(curve.points.first { $0.value == curve.standard })
      #expect(standard.gain.mrr10 == 0 && standard.fullGain?.mrr10 == 0)
      for point in curve.points {
        #expect(abs(point.score - standard.score - point.gain.mrr10) < 1e-12)
      }
    }
  }

  @Test func equalLogsGiveEqualCurvesThatReadBack() throws {
    let curves = try Self.curves([(.leafSize, [4, 64]), (.pruning, [0, 0.5])])
    #expect(try Self.curves([(.leafSize, [4, 64]), (.pruning, [0, 0.5])]) == curves)
    let directory = try TemporaryDirectory()
    let path = directory.file("curves.json")
    try Data(try curves.json().utf8).write(to: URL(fileURLWithPath: path))
    #expect(try SettingCurves(reading: path) == curves)
    for line in curves.table.split(separator: "\n") { #expect(line.count <= 110, "\(line)") }
    try Data("{\"curves\": []}".utf8).write(to: URL(fileURLWithPath: path))
    for bad in [path, directory.file("absent.json")] {
      let error = #expect(throws: PipelineError.self) { try SettingCurves(reading: bad) }
      #expect("\(try #require(error))".contains("curves measure --out"))
    }
  }

  @Test func logsAreDrawnTogetherByValue() throws {
    var one = try Self.curves([(.trieDepth, [0, 1]), (.beam, [2])])
    one.name = "a<b"
    let other = try Self.curves([(.trieDepth, [4])])
    let plots = SettingCurves.plots(of: [one, other])
    #expect(plots.map(\.setting) == [.trieDepth, .beam])
    #expect(plots[0].plot.classes == ["0", "1", "2", "4"])
    #expect(plots[0].plot.lines.map(\.name) == ["a<b", "synthetic"])
    #expect(plots[0].plot.lines.map { $0.points.map(\.x) } == [[0, 1, 2], [2, 3]])
    #expect(plots[1].plot.classes == ["2", "12"])
    for (_, plot) in plots { #expect(XMLParser(data: Data(plot.svg().utf8)).parse()) }
  }

  @Test func aLogThatCannotBeDividedIsRefused() {
    let empty = QueryLog(observations: [], queries: QueryTable(), isTimed: true)
    #expect(throws: PipelineError.self) {
      try Evaluation.curves(
        empty, name: "empty", options: Self.options(), varied: [(.epochs, [0])])
    }
  }

  @Test(arguments: VariedSetting.allCases)
  func whatIsSetIsRead(setting: VariedSetting) {
    for value in setting.values {
      var options = EvaluationOptions(profile: .search)
      let before = options
      setting.set(value, in: &options)
      #expect(setting.value(in: options) == value)
      #expect(throws: Never.self) { try options.settings.check() }
      for other in VariedSetting.allCases where other != setting {
        #expect(other.value(in: options) == other.value(in: before), "one at a time")
      }
      #expect(setting.changesIndex || options.settings == before.settings)
    }
    #expect(setting.values == setting.ordered(setting.values))
    let standard = setting.value(in: EvaluationOptions(profile: .search))
    #expect(setting.values.contains(standard), "the default is on the usual curve")
  }
}
