// The flags that set hyper-parameters; their defaults are those of the library.
//
// Setting.swift of QACTraining says what to touch to add one.

import ArgumentParser
import QACTraining

/// The least that a query or an ending needs to be learned.
struct MinimumOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Leave out queries that were submitted fewer times than this.",
      discussion: "A higher value makes a smaller index without rare queries.", valueName: "times"))
  var minimumCount: UInt32 = BuildSettings().minimumCount

  @Option(help: MinimumHelp.endings)
  var minimumEndingUsers: Int = BuildSettings().minimumEndingUsers
}

/// How many threads work.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads that work; set it to the number of cores to finish sooner.",
      discussion: "The result does not depend on it.", valueName: "count"))
  var threads: Int = BuildSettings().threads
}

/// How much is printed.
struct QuietOptions: ParsableArguments {
  @Flag(help: "Print nothing but the result and errors.")
  var quiet = false
}

/// The numbers that shape an index. Their defaults were chosen by the curves of docs/evaluation.md.
struct HyperParameterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Seed of everything random; change it to see how much of a result is chance.",
      discussion: "Equal logs, settings and seed give equal bytes.", valueName: "number"))
  var seed: UInt64 = BuildSettings().seed

  @Option(
    help: ArgumentHelp(
      "1 counts misspelt queries for the right ones; 0 takes every query as it is.",
      discussion: "A misspelt query is never suggested, but what was meant is found by it.",
      valueName: "0 or 1"))
  var spelling: Int = BuildSettings().spelling

  @Option(
    help: ArgumentHelp(
      "How many uses the heaviest of --titles and of --background weighs, less than one.",
      discussion: "A title of weight w weighs this / (1 + ln(greatest weight / w)).",
      valueName: "uses"))
  var titleUses: Double = BuildSettings().titleUses

  @Option(
    help: ArgumentHelp(
      "Words of the longest ending that suggestions are composed from.", valueName: "words"))
  var suffixWords: Int = BuildSettings().suffixWords

  @Option(
    help: ArgumentHelp(
      "The most endings that suggestions are composed from; fewer make a smaller index.",
      valueName: "endings"))
  var suffixLimit: Int = BuildSettings().suffixLimit

  @Option(
    help: ArgumentHelp(
      "Days after which a use counts half in popularity; fewer follow fashions faster.",
      valueName: "days"))
  var halfLifeDays: Double = BuildSettings().halfLifeDays

  @Option(
    help: ArgumentHelp(
      "Characters of a prefix that the top of the tree tells apart exactly.",
      valueName: "levels"))
  var trieDepth: Int = BuildSettings().trieDepth

  @Option(
    help: ArgumentHelp(
      "Clusters into which a large node of the tree is split.", valueName: "clusters"))
  var branching: Int = BuildSettings().branching

  @Option(
    help: ArgumentHelp(
      "A node of at most this many labels is a leaf; larger leaves are slower and a little better.",
      valueName: "labels"))
  var leafSize: Int = BuildSettings().leafSize

  @Option(
    help: ArgumentHelp(
      "How much popularity the classifiers' starting weights assume.", valueName: "number"))
  var smoothing: Double = BuildSettings().smoothing

  @Option(
    help: ArgumentHelp("The scale of the classifiers' starting weights.", valueName: "factor"))
  var startScale: Double = BuildSettings().startScale

  @Option(
    help: ArgumentHelp(
      "Passes of training; 0 keeps the starting weights and builds fastest.", valueName: "passes"))
  var epochs: Int = BuildSettings().epochs

  @Option(help: ArgumentHelp("The step size of training.", valueName: "number"))
  var learningRate: Double = BuildSettings().learningRate

  @Option(
    help: ArgumentHelp(
      "How strongly each training step is pulled towards the starting weights.",
      valueName: "number"))
  var regularization: Double = BuildSettings().regularization

  @Option(
    help: ArgumentHelp(
      "Drop weights of smaller magnitude; a higher value makes a smaller index.",
      valueName: "number"))
  var pruning: Double = BuildSettings().pruning
}

/// How an index is trained, as `build`, `evaluate` and `curves` take it.
struct TrainingOptions: ParsableArguments {
  @OptionGroup(title: HelpSection.general) var running: ThreadOptions
  @OptionGroup(title: HelpSection.general) var output: QuietOptions
  @OptionGroup(title: HelpSection.advanced) var reading: ReadingOptions
  @OptionGroup(title: HelpSection.advanced) var parameters: HyperParameterOptions
}

extension BuildSettings {
  /// The settings that the flags describe, the minima of people and uses aside.
  init(_ running: ThreadOptions, _ parameters: HyperParameterOptions) {
    self.init()
    threads = running.threads
    seed = parameters.seed
    spelling = parameters.spelling
    titleUses = parameters.titleUses
    suffixWords = parameters.suffixWords
    suffixLimit = parameters.suffixLimit
    halfLifeDays = parameters.halfLifeDays
    trieDepth = parameters.trieDepth
    branching = parameters.branching
    leafSize = parameters.leafSize
    smoothing = parameters.smoothing
    startScale = parameters.startScale
    epochs = parameters.epochs
    learningRate = parameters.learningRate
    regularization = parameters.regularization
    pruning = parameters.pruning
  }

  /// The settings that the flags of `build`, `evaluate` or `curves` describe.
  ///
  /// - Throws: `ValidationError`, which names a flag that is out of range.
  init(_ source: SourceOptions, _ training: TrainingOptions) throws {
    self.init(training.running, training.parameters)
    minimumUsers = source.people.minimumUsers
    minimumCount = source.minima.minimumCount
    minimumEndingUsers = source.minima.minimumEndingUsers
    try checkFlags()
  }
}

extension ListedSettings {
  /// Finds a number out of range.
  ///
  /// - Throws: `ValidationError`, which names the flag.
  func checkFlags() throws {
    if let setting = outOfRange {
      throw ValidationError("--\(setting.flag) must be \(setting.values).")
    }
  }
}
