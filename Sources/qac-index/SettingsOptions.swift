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
    func demand(_ condition: Bool, _ flag: String, _ range: String) throws {
      if !condition { throw ValidationError("--\(flag) must be \(range).") }
    }
    try demand(threads >= 1 && threads <= 1024, "threads", "from 1 to 1024")
    try demand(trieDepth >= 0 && trieDepth <= 16, "trie-depth", "from 0 to 16")
    try demand(branching >= 2 && branching <= 256, "branching", "from 2 to 256")
    try demand(leafSize >= 1 && leafSize <= 65_536, "leaf-size", "from 1 to 65536")
    try demand(smoothing > 0 && smoothing <= 1e6, "smoothing", "above 0, at most 1000000")
    try demand(startScale >= 0 && startScale <= 10, "start-scale", "from 0 to 10")
    try demand(epochs >= 0 && epochs <= 1000, "epochs", "from 0 to 1000")
    try demand(learningRate > 0 && learningRate <= 10, "learning-rate", "above 0, at most 10")
    try demand(
      regularization >= 0 && regularization <= 1e3, "regularization", "from 0 to 1000")
    try demand(pruning >= 0 && pruning.isFinite, "pruning", "0 or more")
  }

  /// The settings that the flags describe.
  var settings: BuildSettings {
    var settings = BuildSettings()
    settings.seed = seed
    settings.threads = threads
    settings.minimumCount = minimumCount
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
