// The flags that set hyper-parameters; their defaults are those of the library.

import ArgumentParser
import QACTraining

/// The hyper-parameters of an index.
struct SettingsOptions: ParsableArguments {
  @Option(help: "Seed of all chance; equal seeds give equal bytes.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the result does not depend on it.")
  var threads: Int = BuildSettings().threads

  @Option(help: "Leave out queries that were submitted fewer times.")
  var minimumCount: UInt32 = BuildSettings().minimumCount

  @Option(help: MinimumHelp.endings)
  var minimumEndingUsers: Int = BuildSettings().minimumEndingUsers

  @Option(help: "Words of the longest ending that suggestions are composed from.")
  var suffixWords: Int = BuildSettings().suffixWords

  @Option(help: "Endings at the most that suggestions are composed from.")
  var suffixLimit: Int = BuildSettings().suffixLimit

  @Option(help: "Days after which a use counts half in decayed popularity.")
  var halfLifeDays: Double = BuildSettings().halfLifeDays

  @Option(help: "Levels of the trie on top, in characters.")
  var trieDepth: Int = BuildSettings().trieDepth

  @Option(help: "Clusters into which a large node is split.")
  var branching: Int = BuildSettings().branching

  @Option(help: "Labels at which a node is small enough to be a leaf.")
  var leafSize: Int = BuildSettings().leafSize

  @Option(help: "Pseudo-count of popularity in the classifiers' start.")
  var smoothing: Double = BuildSettings().smoothing

  @Option(help: "Scale of the classifiers' start.")
  var startScale: Double = BuildSettings().startScale

  @Option(help: "Passes of training; 0 leaves the classifiers' start.")
  var epochs: Int = BuildSettings().epochs

  @Option(help: "Step size of training.")
  var learningRate: Double = BuildSettings().learningRate

  @Option(help: "Pull of each training step towards the start.")
  var regularization: Double = BuildSettings().regularization

  @Option(help: "Drop weights of less magnitude.")
  var pruning: Double = BuildSettings().pruning

  func validate() throws {
    do {
      try settings().check()
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The settings that the flags describe, with the people that a label needs.
  func settings(minimumUsers: Int = 1) -> BuildSettings {
    var settings = BuildSettings()
    settings.minimumUsers = minimumUsers
    settings.seed = seed
    settings.threads = threads
    settings.minimumCount = minimumCount
    settings.minimumEndingUsers = minimumEndingUsers
    settings.suffixWords = suffixWords
    settings.suffixLimit = suffixLimit
    settings.halfLifeDays = halfLifeDays
    settings.trieDepth = trieDepth
    settings.branching = branching
    settings.leafSize = leafSize
    settings.smoothing = smoothing
    settings.startScale = startScale
    settings.epochs = epochs
    settings.learningRate = learningRate
    settings.regularization = regularization
    settings.pruning = pruning
    return settings
  }
}

/// The help of the two minima of people, which must say the same in all commands.
enum MinimumHelp {
  static let labels = ArgumentHelp(
    "Learn queries of at least so many people only, shown in spellings of as many.",
    discussion: """
      Protects what few people submitted, queries and spellings, from being shown to others: it leaves no trace in \
      the index. 1, to learn all, is for a log of one's own. People are the log's users or sessions, or uses \
      where it has neither.
      """)

  static let endings = ArgumentHelp(
    "Compose suggestions from endings of queries of at least so many people only.",
    discussion: """
      Protects the ends of queries from being put behind what somebody else types. Queries that are learned \
      are suggested as a whole in any case: see --minimum-users.
      """)
}
