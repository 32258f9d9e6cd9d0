// From a log to the bytes of an index.
//
// There are two builds. The first is of the first nine tenths of the log; the ranker is fitted by
// replaying the last tenth against it. The second is of everything, with these ranker weights.
// Invariant: equal logs, settings and seeds give equal bytes.

import Foundation
import QACEngine
import QACIndex
public import QACLogs
import QACProtocol
import QACReplay
import QACRetrieval
public import QACText
public import QACTraining

/// Where an index comes from; stored in it as JSON.
public struct Provenance: Codable, Sendable, Equatable {
  /// The program and its version.
  public var program: String
  /// Names of the log files, without their directories.
  public var logs: [String]
  /// The time at which the log was read, in unix seconds, if lines were left out because they are
  /// later; else nil, so that an index does not depend on when it is built.
  public var now: Int64?
  /// The number of titles and queries of others, before those of one normal form are one; nil for
  /// none.
  public var titles: Int?
  /// The number of observations in the log.
  public var observations: Int
  /// The time of the last observation, in unix seconds; 0 if the log has no times.
  public var lastTime: Int64
  /// The number of requests on which the ranker was fitted; 0 if the log was too small.
  public var rankerRequests: Int
  /// The seed of everything random.
  public var seed: UInt64
  /// The settings by name (`ListedSettings.recorded`).
  public var settings: [String: Double]
}

/// Builds indexes from logs.
public enum IndexPipeline {
  /// The name and version that go into provenance.
  public static let program = "qac-index " + ProgramVersion.number

  /// The ranker of a log of fewer observations is not fitted: the usual weights are better than what
  /// a few hundred requests teach (docs/evaluation.md, "The first days"). At 3,500 observations
  /// both are equal, at 2,000 the usual ones are better by .01 to .04 MRR@10.
  private static let fewestObservations = 3000
  /// As many typed prefixes among the last tenth are needed to fit the ranker on them.
  private static let fewestTyped = 300
  /// Fewer requests than this would fit noise; the index's own order is the better ranker then.
  private static let fewestRequests = 50

  /// The bytes of an index of all of `log`.
  ///
  /// - Parameters:
  ///   - log: Read with `profile`.
  ///   - profile: The profile by which texts were normalised.
  ///   - settings: Hyper-parameters and seed.
  ///   - logNames: File names for the provenance.
  ///   - synonyms: Synonyms to compile into the index; nil for none.
  ///   - titles: Texts that are labels before anybody submits them; nil for none. With titles the
  ///     log may be empty.
  ///   - items: Items that queries are to find; nil for none.
  ///   - itemPeople: How many people must have submitted queries with a term that no item has; nil
  ///     for as many as a label needs.
  ///   - progress: Called with a phase's name and the share done, 0 to 1.
  /// - Returns: The content of the index file.
  /// - Throws: `PipelineError`.
  public static func build(
    _ log: QueryLog, profile: NormalizationProfile, settings: BuildSettings, logNames: [String],
    synonyms: SynonymFile? = nil, titles: TitleSource? = nil, items: ItemSet? = nil,
    itemPeople: Int? = nil,
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws(PipelineError) -> [UInt8] {
    do {
      let ranker = try fitRanker(log, profile: profile, settings: settings, titles: titles) {
        progress("ranker: \($0.rawValue)", $1)
      }
      var set = TrainingSet(log, profile: profile)
      titles?.add(to: &set)
      let builder = IndexBuilder(settings: settings) { progress($0.rawValue, $1) }
      var content = try builder.build(set)
      content.ranker = ranker.weights
      if let synonyms {
        content.synonyms =
          synonyms.compiled(labels: content.labels, weights: content.weights).content
      }
      if let items, !items.items.isEmpty {
        var itemSettings = ItemSettings(settings)
        if let itemPeople { itemSettings.minimumPeople = itemPeople }
        progress("items: ranker", 0)
        if let fitted = try RetrievalFit.ranker(items, settings: itemSettings) {
          content.ranker += fitted.named
        }
        progress("items: tree", 0)
        content.items = ItemContentBuilder(items, settings: itemSettings).build()
      }
      content.provenance = try json(
        Provenance(
          program: program, logs: logNames, now: log.report.now, titles: titles?.count,
          observations: log.observations.count,
          lastTime: log.observations.last?.time ?? 0, rankerRequests: ranker.requests,
          seed: settings.seed, settings: settings.recorded))
      return IndexWriter.serialize(content)
    } catch {
      throw PipelineError(error)
    }
  }

  /// Ranker weights fitted on the last tenth, with an index of the rest; the usual ones for tiny
  /// logs.
  private static func fitRanker(
    _ log: QueryLog, profile: NormalizationProfile, settings: BuildSettings, titles: TitleSource?,
    progress: @escaping @Sendable (BuildPhase, Double) -> Void
  ) throws -> (weights: [(name: String, value: Double)], requests: Int) {
    let rule: SplitRule = log.isTimed ? .time : .hash
    let split = LogSplit(log, by: rule, seed: settings.seed)
    guard log.observations.count >= fewestObservations else { return (usualRanker, 0) }
    var set = TrainingSet(log, profile: profile, split: split, parts: [.learn, .fit])
    titles?.add(to: &set)
    let content = try IndexBuilder(settings: settings, progress: progress).build(set)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    var replay = LogReplay(log, split: split, protocol: .replay, seed: settings.seed)
    // What people typed is better than what is drawn, if there is enough of it.
    if replay.typedCount(of: .score) >= fewestTyped { replay.typedPrefixes = Normalizer(profile) }
    let raw = try CompletionEngine(index: index, weights: RankerFeature.indexOnly)
    guard let fitted = RankerFit.fit(raw, on: .score, of: replay, fewest: fewestRequests) else {
      return (usualRanker, 0)
    }
    return (fitted.named, fitted.requests)
  }

  /// The weights for logs that are too small to fit any.
  private static var usualRanker: [(name: String, value: Double)] {
    zip(RankerFeature.allCases, RankerFeature.usual).map { ($0.name, $1) }
  }

  /// `provenance` as JSON, as an index stores it.
  static func json(_ provenance: Provenance) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(provenance), as: UTF8.self)
  }
}
