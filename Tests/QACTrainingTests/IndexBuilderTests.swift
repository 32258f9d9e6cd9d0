// Equal inputs give equal bytes, and counts are right.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Synchronization
import Testing

@testable import QACTraining

@Suite struct IndexBuilderTests {
  private static func settings(threads: Int = 1, seed: UInt64 = 1) -> BuildSettings {
    var settings = BuildSettings()
    settings.leafSize = 8
    settings.branching = 3
    settings.epochs = 2
    settings.threads = threads
    settings.seed = seed
    return settings
  }

  private static func bytes(_ set: TrainingSet, _ settings: BuildSettings) throws -> [UInt8] {
    IndexWriter.serialize(try IndexBuilder(settings: settings).build(set))
  }

  @Test func usesCountHalfAfterEachHalfLife() throws {
    let texts = ["a", "b", "c"].map { Array($0.utf8) }
    let day: Int64 = 86_400
    let set = TrainingSet(
      profile: .search, queries: texts, surfaces: texts,
      examples: [
        .init(previous: TrainingSet.none, query: 0, count: 4, time: 7 * day),
        .init(previous: TrainingSet.none, query: 0, count: 1, time: 21 * day),
        .init(previous: TrainingSet.none, query: 1, count: 8, time: 0),
        .init(previous: TrainingSet.none, query: 2, count: 1, time: .min),
      ])
    var settings = BuildSettings()
    settings.halfLifeDays = 7
    let content = try IndexBuilder(settings: settings).build(set)
    #expect(content.heats == [2, 1, 0])
    #expect(content.lastTime == 21 * day)
    #expect(content.halfLife == Double(7 * day))
  }

  @Test(arguments: NormalizationProfile.allCases)
  func theNumberOfThreadsDoesNotShow(profile: NormalizationProfile) throws {
    let set = SyntheticLog(seed: 1, events: 1500).trainingSet(profile)
    let one = try Self.bytes(set, Self.settings())
    #expect(try Self.bytes(set, Self.settings()) == one)
    #expect(try Self.bytes(set, Self.settings(threads: 2)) == one)
    #expect(try Self.bytes(set, Self.settings(threads: 5)) == one)
    try LabelIndex(bytes: one).verify()
  }

  @Test(arguments: [0.05, 0.4, 1, 3])
  func whatPruningLeavesIsKnownAboveIt(pruning: Double) throws {
    let set = SyntheticLog(seed: 3, events: 1500).trainingSet()
    var settings = Self.settings()
    settings.pruning = pruning
    let content = try IndexBuilder(settings: settings).build(set)
    // Verification holds every chunk against the one above it.
    try LabelIndex(bytes: IndexWriter.serialize(content)).verify()
    settings.pruning = 0
    let whole = try IndexBuilder(settings: settings).build(set)
    func weights(_ content: IndexContent) -> Int {
      content.chunks.reduce(0) { $0 + $1.weights.count }
    }
    #expect(weights(content) < weights(whole))
  }

  @Test(arguments: UInt64(0)..<4)
  func theOrderOfExamplesDoesNotShow(seed: UInt64) throws {
    var set = SyntheticLog(seed: seed, events: 800).trainingSet()
    let ordered = try Self.bytes(set, Self.settings())
    var random = SplitMix64(seed: seed)
    set.examples.shuffle(using: &random)
    #expect(try Self.bytes(set, Self.settings()) == ordered)
    // It does not matter either whether equal examples come added up.
    var counts: [UInt64: UInt32] = [:]
    for example in set.examples {
      counts[UInt64(example.previous) << 32 | UInt64(example.query), default: 0] += example.count
    }
    set.examples = counts.map {
      TrainingSet.Example(
        previous: UInt32($0.key >> 32), query: UInt32($0.key & 0xFFFF_FFFF), count: $0.value)
    }
    #expect(try Self.bytes(set, Self.settings()) == ordered)
  }

  @Test func seedsChangeTreeAndClassifiersAlone() throws {
    let set = SyntheticLog(seed: 2, events: 1500).trainingSet()
    let a = try LabelIndex(bytes: Self.bytes(set, Self.settings(seed: 1)))
    let b = try LabelIndex(bytes: Self.bytes(set, Self.settings(seed: 2)))
    let mayDiffer: Set<IndexSection> = [
      .nodes, .members, .memberSums, .chunks, .weightLevels,
    ]
    for kind in IndexSection.allCases where !mayDiffer.contains(kind) && a.sections[kind] != nil {
      #expect(a.section(kind).elementsEqual(b.section(kind)), "\(kind)")
    }
    #expect(!a.section(.chunks).elementsEqual(b.section(.chunks)))
  }

  @Test(arguments: UInt64(5)..<9)
  func countsAreThoseOfTheLog(seed: UInt64) throws {
    let set = SyntheticLog(seed: seed, events: 700).trainingSet()
    let content = try IndexBuilder(settings: Self.settings()).build(set)
    var weights: [[UInt8]: UInt32] = [:]
    var followers: [[[UInt8]]: UInt32] = [:]
    for example in set.examples {
      let query = set.queries[Int(example.query)]
      weights[query, default: 0] += example.count
      if example.previous != TrainingSet.none {
        followers[[set.queries[Int(example.previous)], query], default: 0] += example.count
      }
    }
    #expect(content.labels == weights.keys.sorted { $0.lexicographicallyPrecedes($1) })
    #expect(content.weights == content.labels.map { weights[$0] })
    let surfaces = Dictionary(uniqueKeysWithValues: zip(set.queries, set.surfaces))
    #expect(content.surfaces == content.labels.map { surfaces[$0] })
    var found: [[[UInt8]]: UInt32] = [:]
    for label in content.labels.indices {
      for i in content.followerOffsets[label]..<content.followerOffsets[label + 1] {
        let next = content.labels[Int(content.followerLabels[Int(i)])]
        found[[content.labels[label], next]] = content.followerCounts[Int(i)]
      }
    }
    // A previous query that was never submitted itself is not a label and has no followers.
    #expect(found == followers.filter { weights[$0.key[0]] != nil })
  }

  @Test func rareQueriesAreLeftOut() throws {
    let set = SyntheticLog(seed: 6, events: 700).trainingSet()
    var settings = Self.settings()
    settings.minimumCount = 4
    let some = try IndexBuilder(settings: settings).build(set)
    #expect(!some.labels.isEmpty)
    #expect(some.weights.allSatisfy { $0 >= 4 })
    let all = try IndexBuilder(settings: Self.settings()).build(set)
    #expect(all.weights.filter { $0 >= 4 }.count == some.labels.count)
    settings.minimumCount = 1_000_000
    #expect(
      throws: TrainingError.noLabels(
        queries: set.queries.count, minimumCount: 1_000_000, minimumUsers: 1)
    ) {
      try IndexBuilder(settings: settings).build(set)
    }
  }

  @Test func logsOfAlmostNothingAreBuilt() throws {
    func set(_ queries: [String], _ examples: [TrainingSet.Example]) -> TrainingSet {
      let texts = queries.map { Array($0.utf8) }
      return TrainingSet(profile: .search, queries: texts, surfaces: texts, examples: examples)
    }
    let one = TrainingSet.Example(previous: TrainingSet.none, query: 0, count: 1)
    try LabelIndex(bytes: Self.bytes(set(["a"], [one]), Self.settings())).verify()
    let chain = TrainingSet.Example(previous: 0, query: 1, count: .max)
    let two = try LabelIndex(
      bytes: Self.bytes(set(["a", "b"], [one, chain, chain]), Self.settings()))
    try two.verify()
    #expect(two.view.weight(of: 1) == UInt64(UInt32.max))
    #expect(throws: TrainingError.noLabels(queries: 0, minimumCount: 1, minimumUsers: 1)) {
      try Self.bytes(set([], []), Self.settings())
    }
    #expect(throws: TrainingError.noLabels(queries: 1, minimumCount: 1, minimumUsers: 1)) {
      try Self.bytes(set([""], [one]), Self.settings())
    }
  }

  @Test func progressGoesThroughThePhasesToTheEnd() throws {
    let seen = Mutex<[(BuildPhase, Double)]>([])
    let builder = IndexBuilder(settings: Self.settings(threads: 2)) { phase, share in
      seen.withLock { $0.append((phase, share)) }
    }
    _ = try builder.build(SyntheticLog(seed: 8, events: 500).trainingSet())
    let reports = seen.withLock { $0 }
    for phase in BuildPhase.allCases {
      let shares = reports.filter { $0.0 == phase }.map(\.1)
      #expect(shares.first == 0 && shares.last == 1)
      #expect(shares.allSatisfy { (0...1).contains($0) })
    }
  }

  /// Settings with one number out of range each, and the name of that number.
  private static let badSettings: [(name: String, settings: BuildSettings)] = {
    var bad: [(name: String, settings: BuildSettings)] = []
    func add(_ name: String, _ spoil: (inout BuildSettings) -> Void) {
      var settings = BuildSettings()
      spoil(&settings)
      bad.append((name, settings))
    }
    add("threads") { $0.threads = 0 }
    add("trieDepth") { $0.trieDepth = -1 }
    add("branching") { $0.branching = 1 }
    add("leafSize") { $0.leafSize = 0 }
    add("clusterRounds") { $0.clusterRounds = -1 }
    add("smoothing") { $0.smoothing = 0 }
    add("startScale") { $0.startScale = .nan }
    add("epochs") { $0.epochs = -1 }
    add("learningRate") { $0.learningRate = .infinity }
    add("regularization") { $0.regularization = -1 }
    add("pruning") { $0.pruning = .nan }
    add("samplesPerPair") { $0.samplesPerPair = 0 }
    add("minimumUsers") { $0.minimumUsers = 0 }
    add("minimumEndingUsers") { $0.minimumEndingUsers = 0 }
    add("suffixWords") { $0.suffixWords = 0 }
    add("suffixLimit") { $0.suffixLimit = -1 }
    add("wordLimit") { $0.wordLimit = -1 }
    add("pairLimit") { $0.pairLimit = -1 }
    return bad
  }()

  /// Settings with which a build would trap or never end are refused by name.
  @Test(arguments: badSettings)
  func badSettingsAreRefused(name: String, settings: BuildSettings) throws {
    let set = TrainingSet(
      profile: .search, queries: [Array("a".utf8)], surfaces: [Array("a".utf8)],
      examples: [.init(previous: TrainingSet.none, query: 0, count: 1)])
    do {
      _ = try IndexBuilder(settings: settings).build(set)
      Issue.record("the setting was accepted")
    } catch TrainingError.setting(let refused, _) {
      #expect(refused == name)
    }
  }
}
