// What was meant by a misspelt query, and what a suggestion is told as.

import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct MeaningTests {
  /// An engine of labels in ascending order, each of `weight` uses.
  private static func engine(
    _ labels: [String], weight: UInt32 = 9, aliases: [(String, UInt32)] = [],
    followers: [Int: UInt32] = [:], suffixes: [String] = [],
    profile: NormalizationProfile = .search
  ) throws -> CompletionEngine {
    var content = IndexContent(
      profile: profile, features: FeatureSpace(documentFrequencies: [:], documents: 0))
    content.labels = labels.map { Array($0.utf8) }
    content.surfaces = content.labels
    content.weights = labels.map { _ in weight }
    var root = NodeRecord()
    root.labelHigh = UInt32(labels.count)
    root.memberCount = UInt32(labels.count)
    content.nodes = [root]
    for label in labels.indices {
      if let follower = followers[label] {
        content.followerLabels.append(follower)
        content.followerCounts.append(5)
      }
      content.followerOffsets.append(UInt32(content.followerLabels.count))
    }
    content.aliases = aliases.map { Array($0.0.utf8) }
    content.aliasLabels = aliases.map(\.1)
    content.suffixes = suffixes.map { Array($0.utf8) }
    content.suffixWeights = suffixes.map { _ in 3 }
    let follower = RankerFeature.allCases.map { $0 == .follower ? 1.0 : 0 }
    return try CompletionEngine(content, weights: follower)
  }

  private static let mice = ["desk lamp", "wireless charger", "wireless mouse", "zebra"]

  @Test func aMisspeltPrefixFindsWhatWasMeant() throws {
    let engine = try Self.engine(
      Self.mice, aliases: [("wirless mouse", 2), ("wyrlzzz mose", 2)])
    for prefix in ["wirless mouse", "wirless m", "wyrlzzz m", "wyrlzzz mose"] {
      let found = engine.suggestions(Array(prefix.utf8))
      #expect(found.first?.string == "wireless mouse", "\(prefix)")
      #expect(found.first?.isCorrected == true, "\(prefix)")
      #expect(found.first?.source == .corrected, "\(prefix)")
    }
    #expect(engine.texts("w").sorted() == ["wireless charger", "wireless mouse"])
    #expect(try Self.engine(Self.mice).texts("wyrlzzz mo").isEmpty)
  }

  @Test func aBlockedLabelIsNotFoundByItsAlias() throws {
    let engine = try Self.engine(Self.mice, aliases: [("wyrlzzz mose", 2)])
    let list = BlockList([try BlockRule(.exact, Array("wireless mouse".utf8))], profile: .search)
    let blocks = BlockedLabels(list, in: engine.index)
    #expect(engine.suggestions(Array("wyrlzzz m".utf8), blocks: blocks).isEmpty)
  }

  @Test func asContextAnErrorIsTheRightQuery() throws {
    let engine = try Self.engine(
      Self.mice + ["émile zola", "überfall"], aliases: [("wirless mouse", 2)],
      followers: [2: 0, 4: 3, 5: 0])
    func first(_ previous: String) -> String? {
      engine.texts("", session([previous])).first
    }
    #expect(first("wireless mouse") == "desk lamp")
    #expect(first("wirless mouse") == "desk lamp")
    #expect(first("émile zola") == "zebra")
    #expect(first("emile zola") == "zebra")
    #expect(first("uberfall") == "desk lamp")
    // The other way round: a label without accents.
    let plain = try Self.engine(["emile zola", "nana", "zebra"], followers: [0: 2])
    #expect(plain.texts("", session(["émile zola"])).first == "zebra")
  }

  @Test func otherAccentsAreNoCorrection() throws {
    let engine = try Self.engine(["garçon", "émile zola"])
    for (prefix, text) in [
      ("EMILE Z", "émile zola"), ("emile zola", "émile zola"), ("garcon", "garçon"),
    ] {
      let found = engine.suggestions(engine.normalizer.normalize(prefix))
      #expect(found.map(\.string) == [text])
      #expect(found.first?.match == .prefix && found.first?.source == .variants)
    }
    #expect(engine.suggestions(Array("emiel zola".utf8)).first?.isCorrected == true)
    // In a shell another case is another word.
    let shell = try Self.engine(["Make all"], profile: .verbatim)
    #expect(shell.suggestions(Array("make a".utf8)).first?.isCorrected == true)
  }

  @Test func aLabelIsNotComposed() throws {
    let labels = (0..<40).map { "red shoes \(10 + $0)" } + ["red sofa"]
    let engine = try Self.engine(labels, suffixes: ["sofa"])
    let options = CompletionOptions(sources: [.composed])
    let found = engine.suggestions(Array("red so".utf8), options: options)
    #expect(found.map(\.string) == ["red sofa"])
    #expect(found.first?.source == .popular)
    let made = engine.suggestions(Array("blue so".utf8), options: options)
    #expect(made.first?.source == .composed)
  }

  @Test func whatTheSessionPutRightIsNotOffered() throws {
    let texts = ["wooden table lamp", "wooden table"]
    let engine = try CompletionEngine(index: LabelIndex(queries: texts))
    var context = SessionContext()
    func record(_ text: String, at time: Int64) {
      context.record(normalized: Array(text.utf8), surface: Array(text.utf8), at: time)
    }
    record("woodne table", at: 100)
    #expect(engine.texts("woodn", context, at: 200).contains("woodne table"))
    record("wooden table", at: 130)
    #expect(!engine.texts("woodn", context, at: 200).contains("woodne table"))
    // Later than a minute, another word, another size, or submitted again.
    record("woodne table", at: 300)
    #expect(engine.texts("woodn", context, at: 310).contains("woodne table"))
    record("wooden table", at: 361)
    #expect(engine.texts("woodn", context, at: 370).contains("woodne table"))
    record("woodzz chair", at: 400)
    record("wooden table", at: 410)
    #expect(engine.texts("woodz", context, at: 420).contains("woodzz chair"))
  }

  @Test(arguments: [
    ("wirless mouse", "wireless mouse", true), ("shoes size 7", "shoes size 8", false),
    ("red shoe", "red shoes", false), ("teh cat", "the cat", true), ("abc", "abd", false),
    ("cafe noir", "café noir", true), ("running shoes", "running", false),
    ("blue tent", "blue tent", false), ("head phones", "headphones", false),
  ])
  func aSlipChangesOnePlace(typed: String, right: String, isSlip: Bool) {
    let found = Array(typed.utf8).withUnsafeBufferPointer { typed in
      Array(right.utf8).withUnsafeBufferPointer { Slip.isSlip(typed, of: $0) }
    }
    #expect(found == isSlip)
  }

  @Test func noCorrectionIsFarFetched() throws {
    let engine = try Self.engine(["chew proof dog lead", "zebra"])
    #expect(engine.texts("cheap").isEmpty)
    #expect(engine.texts("chww p") == ["chew proof dog lead"])
  }

  @Test func whatIsPlausibleIsNotCorrected() throws {
    let starts = ["red", "blue", "green", "grey"]
    let texts = starts.flatMap { ["\($0) form", "\($0) from", "\($0) table"] } + ["form table"]
    let engine = try CompletionEngine(index: LabelIndex(queries: texts))
    #expect(!engine.suggestions(Array("from tab".utf8)).isEmpty)
    let finished = engine.suggestions(Array("from table".utf8))
    #expect(!finished.contains { $0.isCorrected })
    let misspelt = engine.suggestions(Array("fomr table".utf8))
    #expect(misspelt.contains { $0.isCorrected && $0.string == "form table" })
  }
}
