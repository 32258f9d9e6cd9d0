// Builds the content of an index from a training set: labels, features, tree, classifiers,
// followers, and the suffixes and words from which completions are composed.
//
// Invariant: equal sets and settings give equal content, whatever the number of threads. A query of
// fewer people than a label needs leaves no trace in the content.
// Cost: memory for the examples, the prefix ranges and the weights; time as `NodeTrainer` and
// `BalancedKMeans` state.

public import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// A phase of a build, for progress reports.
public enum BuildPhase: String, Sendable, CaseIterable {
  /// Sorting labels and counting features.
  case labels
  /// Growing the trie and its clusters.
  case tree
  /// Training the nodes' classifiers.
  case classifiers
}

/// Builds indexes.
public struct IndexBuilder: Sendable {
  /// The hyper-parameters.
  public let settings: BuildSettings
  /// Called with the phase and the share of it that is done, 0 to 1. The calls come from any thread
  /// and in no particular order.
  public let progress: @Sendable (BuildPhase, Double) -> Void

  /// Makes a builder.
  public init(
    settings: BuildSettings,
    progress: @escaping @Sendable (BuildPhase, Double) -> Void = { _, _ in }
  ) {
    self.settings = settings
    self.progress = progress
  }

  /// Builds the content of an index without ranker weights and provenance.
  ///
  /// - Throws: `TrainingError`.
  public func build(_ observed: TrainingSet) throws(TrainingError) -> IndexContent {
    try settings.check()
    progress(.labels, 0)
    let spelt = SpeltSet(observed.heldBack(below: settings.minimumUsers), settings)
    let set = spelt.set
    var labelled = try LabelledSet(set, settings)
    if settings.spelling == 1, set.profile == .search { labelled.showUsualCase() }
    try checkSizes(labelled)
    let contexts = labelled.contexts.map { set.queries[Int($0)] }
    let grams = Self.gramSpace(labelled.labels)
    let breaks = WordLearner.table(of: set)
    let features = breaks.withBreaker { Self.contextSpace(contexts, $0) }
    var content = IndexContent(profile: set.profile, features: features)
    content.breaks = breaks
    content.listsWords = true
    content.labels = labelled.labels
    content.surfaces = labelled.surfaces
    content.weights = labelled.weights
    for alias in spelt.aliases {
      guard let label = labelled.labelOfQuery[Int(alias.query)] else { continue }
      content.aliases.append(alias.text)
      content.aliasLabels.append(label)
    }
    content.places = PlaceCounter.places(of: set, labelled, settings)
    addFollowers(labelled, to: &content)
    addHeats(set, labelled, to: &content)
    let suffixes = SuffixTable(set, settings: settings, breaks: breaks)
    content.suffixes = suffixes.texts
    content.suffixWeights = suffixes.weights
    content.wordModel = WordModelBuilder(settings: settings).build(set, breaks: breaks)
    progress(.labels, 1)

    progress(.tree, 0)
    let tree = TreeBuilder(labels: labelled.labels, features: grams, settings: settings).build()
    content.nodes = tree.nodes
    content.members = tree.members
    progress(.tree, 1)

    progress(.classifiers, 0)
    let vectors = breaks.withBreaker { breaker in
      features.withView { view in
        contexts.map { context in
          var vector = SparseVector()
          context.withUnsafeBufferPointer { previous in
            RequestFeaturizer.features(
              previous: previous, space: view, breaker: breaker, into: &vector)
          }
          return vector
        }
      }
    }
    try addClassifiers(labelled, vectors, to: &content)
    progress(.classifiers, 1)
    return content
  }

  private func checkSizes(_ set: LabelledSet) throws(TrainingError) {
    let most = Int(UInt32.max) - 1
    let text = max(
      set.labels.reduce(0) { $0 + $1.count }, set.surfaces.reduce(0) { $0 + $1.count })
    if text > most { throw .tooLarge(what: "bytes of label text", got: text, most: most) }
    let pairs = set.exampleContexts.count
    if pairs > most { throw .tooLarge(what: "pairs of queries", got: pairs, most: most) }
  }

  /// The n-grams of all labels; a document is a label.
  private static func gramSpace(_ labels: [[UInt8]]) -> FeatureSpace {
    var frequency: [UInt64: Int] = [:]
    var own: Set<UInt64> = []
    for label in labels {
      own.removeAll(keepingCapacity: true)
      label.withUnsafeBufferPointer { text in
        NGramFeaturizer.forEachGram(text) { key, _ in own.insert(key) }
      }
      for key in own { frequency[key, default: 0] += 1 }
    }
    return FeatureSpace(documentFrequencies: frequency, documents: labels.count)
  }

  /// The words of all previous queries, and these as a whole; a document is a previous query.
  private static func contextSpace(
    _ contexts: [[UInt8]], _ breaker: WordBreaker
  ) -> FeatureSpace {
    var frequency: [UInt64: Int] = [:]
    var own: Set<UInt64> = []
    for context in contexts {
      own.removeAll(keepingCapacity: true)
      context.withUnsafeBufferPointer {
        RequestFeaturizer.forEachContextKey($0, breaker) { own.insert($0) }
      }
      for key in own { frequency[key, default: 0] += 1 }
    }
    return FeatureSpace(documentFrequencies: frequency, documents: contexts.count)
  }

  /// The labels' uses under exponential decay, in the order of the examples.
  private func addHeats(
    _ set: TrainingSet, _ labelled: LabelledSet, to content: inout IndexContent
  ) {
    content.lastTime = set.examples.reduce(Int64.min) { max($0, $1.time) }
    content.halfLife = settings.halfLife
    var heats = [Double](repeating: 0, count: labelled.labels.count)
    for example in set.examples {
      guard let label = labelled.labelOfQuery[Int(example.query)] else { continue }
      let age = Double(content.lastTime) - Double(example.time)
      heats[Int(label)] += Double(example.count) * exp2(-age / content.halfLife)
    }
    content.heats = heats.map { Float(min($0, 1e9)) }
  }

  private func addFollowers(_ set: LabelledSet, to content: inout IndexContent) {
    var pairs: [(key: UInt64, count: UInt32)] = []
    for label in set.labels.indices {
      for e in set.exampleOffsets[label]..<set.exampleOffsets[label + 1] {
        let previous = set.contexts[Int(set.exampleContexts[e])]
        guard let before = set.labelOfQuery[Int(previous)] else { continue }
        pairs.append((UInt64(before) << 32 | UInt64(label), set.exampleCounts[e]))
      }
    }
    pairs.sort { $0.key < $1.key }
    var offsets = [UInt32](repeating: 0, count: set.labels.count + 1)
    for pair in pairs {
      offsets[Int(pair.key >> 32) + 1] += 1
      content.followerLabels.append(UInt32(pair.key & 0xFFFF_FFFF))
      content.followerCounts.append(pair.count)
    }
    for i in set.labels.indices { offsets[i + 1] += offsets[i] }
    content.followerOffsets = offsets
  }

  private func addClassifiers(
    _ set: LabelledSet, _ vectors: [SparseVector], to content: inout IndexContent
  ) throws(TrainingError) {
    let models = trainNodes(set, vectors, content)
    let entries = models.reduce(0) { $0 + $1.children.count }
    if entries > Int(UInt32.max) - 1 {
      throw .tooLarge(what: "classifier weights", got: entries, most: Int(UInt32.max) - 1)
    }
    content.chunks = models.map {
      NodeChunk(
        features: $0.features, offsets: $0.offsets, children: $0.children, weights: $0.weights)
    }
  }

  /// Trains every node, on an index that has labels and a tree but no weights yet. So training and
  /// serving compute masses by the same code.
  private func trainNodes(
    _ set: LabelledSet, _ vectors: [SparseVector], _ content: IndexContent
  ) -> [NodeModel] {
    let bare: LabelIndex
    do {
      bare = try LabelIndex(bytes: IndexWriter.serialize(content))
    } catch {
      preconditionFailure("the writer made a file that the reader refuses: \(error)")
    }
    let ranges = PrefixRanges(set.labels)
    let settings = settings
    let nodes = content.nodes
    // Large nodes come first, so that no thread is left alone with one at the end.
    let order = nodes.indices.sorted {
      (nodes[$0].memberCount, $1) > (nodes[$1].memberCount, $0)
    }
    let work = ProgressCounter(total: nodes.reduce(0) { $0 + Int($1.memberCount) })
    let progress = progress
    let trained = Parallel.map(order.count, threads: settings.threads) { i in
      let node = nodes[order[i]]
      var trainer = NodeTrainer(
        view: bare.view, node: node, set: set, contextVectors: vectors, ranges: ranges,
        settings: settings)
      trainer.train(seed: StableHash.mix(settings.seed) ^ UInt64(order[i]))
      if let share = work.add(Int(node.memberCount)) { progress(.classifiers, share) }
      return trainer.model
    }
    var models = [NodeModel](repeating: NodeModel(), count: nodes.count)
    for (i, model) in trained.enumerated() { models[order[i]] = model }
    NodeModel.prune(&models, nodes, below: Float(settings.pruning))
    return models
  }
}
