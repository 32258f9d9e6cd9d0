// Every number that decides what index a log becomes.
//
// Equal training sets and equal settings give equal bytes; `threads` does not matter.
// Setting.swift says what to touch to add one.

/// The hyper-parameters of an index.
public struct BuildSettings: Sendable, Equatable {
  /// People enough that what they all submitted points at none of them: the default of every
  /// minimum of people that protects, and the bound below which a report calls a label one of few.
  public static let enoughPeople = 3
  /// The most suffixes, words or pairs that may be asked for.
  private static let mostEntries = Double(1 << 24)

  /// Seed of everything random: initial clusters, sampled prefixes, the order of examples.
  public var seed: UInt64 = 1
  /// Threads that train; the result does not depend on their number.
  public var threads = 2
  /// Queries that were submitted fewer times do not become labels.
  public var minimumCount: UInt32 = 1
  /// Different people who must have submitted a query; a query of fewer is treated as if nobody had
  /// submitted it. Where the log does not tell people apart, submissions are counted instead.
  public var minimumUsers = 1
  /// 1 where misspelt queries count for the right ones, and are no labels, and rare labels have the
  /// usual capitals; 0 where every query is taken as it is.
  public var spelling = 1
  /// How many uses the heaviest title weighs, less than one; lighter ones weigh less (`Title`).
  public var titleUses = 0.25
  /// Levels of the trie, in Unicode scalars.
  public var trieDepth = 2
  /// Clusters into which a node is split.
  public var branching = 8
  /// A node of at most this many labels is a leaf.
  public var leafSize = 64
  /// Rounds of k-means.
  public var clusterRounds = 6
  /// a: pseudo-count of popularity in the log-odds start.
  public var smoothing = 3.0
  /// s: scale of the log-odds start.
  public var startScale = 0.6
  /// Passes of AdaGrad over the examples; 0 leaves the log-odds start.
  public var epochs = 5
  /// AdaGrad's step size.
  public var learningRate = 0.1
  /// Pull of each step towards the log-odds start.
  public var regularization = 1e-3
  /// Weights of smaller magnitude are dropped.
  public var pruning = 0.4
  /// The most samples per epoch that are drawn from one pair of queries, however often it was seen.
  public var samplesPerPair = 8
  /// Days after which a use counts half in the labels' decayed popularity.
  public var halfLifeDays = 14.0
  /// Different people who must have submitted queries that end in a suffix. Where the log does not
  /// tell people apart, submissions of such queries are counted instead.
  public var minimumEndingUsers = enoughPeople
  /// Words of the longest suffix.
  public var suffixWords = 6
  /// The most suffixes: those of the most submitted queries are kept.
  public var suffixLimit = 1 << 18
  /// The most words that the word model tells apart: the most frequent are kept.
  public var wordLimit = 1 << 18
  /// The most pairs of words in the word model: the most frequent are kept.
  public var pairLimit = 1 << 20

  /// The default settings.
  public init() {}

  /// The half-life of a use, in seconds.
  public var halfLife: Double { halfLifeDays * 86_400 }

  /// Finds a setting with which nothing can be built.
  ///
  /// - Throws: `TrainingError.setting`.
  public func check() throws(TrainingError) {
    if let setting = outOfRange { throw .setting(name: setting.name, values: setting.values) }
  }
}

extension BuildSettings: ListedSettings {
  /// Every number of the settings.
  ///
  /// The names of the two minima of people in provenance are older than the settings:
  /// `minimumUsers` there is that of endings. `minimumLabelUsers` is there only where labels are
  /// held back.
  public static let numbers: [Setting<BuildSettings>] = [
    Setting("threads", \.threads, .range(1...1024)),
    Setting("minimumCount", \.minimumCount, .range(0...1e9), record: .asNamed),
    Setting(
      "minimumUsers", \.minimumUsers, .range(1...1e6),
      record: .named("minimumLabelUsers", unless: 1)),
    Setting("spelling", \.spelling, .range(0...1), record: .named("spelling", unless: 1)),
    Setting(
      "titleUses", \.titleUses, .above(0, through: 1), record: .named("titleUses", unless: 0.25)),
    Setting("trieDepth", \.trieDepth, .range(0...16), record: .asNamed),
    Setting("branching", \.branching, .range(2...256), record: .asNamed),
    Setting("leafSize", \.leafSize, .range(1...65_536), record: .asNamed),
    Setting("clusterRounds", \.clusterRounds, .range(0...1000), record: .asNamed),
    Setting("smoothing", \.smoothing, .above(0, through: 1e6), record: .asNamed),
    Setting("startScale", \.startScale, .range(0...10), record: .asNamed),
    Setting("epochs", \.epochs, .range(0...1000), record: .asNamed),
    Setting("learningRate", \.learningRate, .above(0, through: 10), record: .asNamed),
    Setting("regularization", \.regularization, .range(0...1e9), record: .asNamed),
    Setting("pruning", \.pruning, .range(0...1000), record: .asNamed),
    Setting("samplesPerPair", \.samplesPerPair, .range(1...100_000), record: .asNamed),
    Setting("halfLifeDays", \.halfLifeDays, .range(0.01...36_500), record: .asNamed),
    Setting(
      "minimumEndingUsers", \.minimumEndingUsers, .range(1...1e6), record: .named("minimumUsers")),
    Setting("suffixWords", \.suffixWords, .range(1...16), record: .asNamed),
    Setting("suffixLimit", \.suffixLimit, .range(0...mostEntries), record: .asNamed),
    Setting("wordLimit", \.wordLimit, .range(0...mostEntries), record: .asNamed),
    Setting("pairLimit", \.pairLimit, .range(0...mostEntries), record: .asNamed),
  ]
}
