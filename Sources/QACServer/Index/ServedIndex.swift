// The served index and what must not be suggested from it, as one value.
//
// Invariant: all of it belongs together. A request holds one value and so sees one index and one
// set of rules until it ends, whatever is loaded or blocked meanwhile.

internal import QACEngine
internal import QACIndex
internal import QACRetrieval
internal import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// One loaded index, or one without labels in its place, with everything that a request needs of it.
final class ServedIndex: Sendable {
  let engine: CompletionEngine
  let normalizer: Normalizer
  /// The index's identity as UTF-8.
  let identity: [UInt8]
  /// When it was loaded, in unix seconds.
  let loadedAt: Int64
  /// The rules, by source.
  let rules: RuleSet
  /// What the rules block.
  let blocked: BlockedLabels
  /// Pins and boosts; nil where there are none.
  let ranking: RankingRules?
  /// The items of the index, and those that were added.
  let items: ServedItems

  /// Opens and verifies the file at `path`, which reads all of it, and finds the labels that
  /// `rules` block.
  ///
  /// - Parameters:
  ///   - path: The index file.
  ///   - profile: The profile of texts where there is no file: then an index without labels is
  ///     served. Nil to throw `ServerError.indexMissing` instead.
  ///   - rules: Reads the rules in the form of the index.
  /// - Throws: `ServerError`.
  convenience init(
    path: String, orEmpty profile: NormalizationProfile? = nil,
    rules: (Normalizer) throws(ServerError) -> RuleSet
  ) throws(ServerError) {
    if access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR) {
      guard let profile else { throw .indexMissing(path: path) }
      try self.init(empty: profile, rules: rules)
      return
    }
    let engine: CompletionEngine
    let retrieval: RetrievalEngine
    do {
      engine = try CompletionEngine(index: LabelIndex(opening: path))
      retrieval = try RetrievalEngine(verified: engine.index) ?? .bare
    } catch {
      throw .indexRefused(path: path, reason: "\(error)")
    }
    if let item = ServedItems.badPayload(of: engine.index) {
      throw .indexRefused(
        path: path,
        reason: "the payload of item \(item) is no JSON that an answer can hold; "
          + "build the index again with this version's qac-index")
    }
    self.init(engine, retrieval, try rules(Normalizer(engine.index.profile)))
  }

  /// Makes what is served before there is an index.
  private convenience init(
    empty profile: NormalizationProfile, rules: (Normalizer) throws(ServerError) -> RuleSet
  ) throws(ServerError) {
    let engine: CompletionEngine
    do throws(EngineError) {
      engine = try CompletionEngine(index: .empty(profile), weights: RankerFeature.usual)
    } catch {
      preconditionFailure("an index without labels is refused: \(error)")
    }
    self.init(engine, .bare, try rules(Normalizer(profile)))
  }

  private convenience init(
    _ engine: CompletionEngine, _ retrieval: RetrievalEngine, _ rules: RuleSet
  ) {
    let list = BlockList(rules.all, profile: engine.index.profile)
    self.init(
      engine, loadedAt: Int64(time(nil)), rules, BlockedLabels(list, in: engine.index),
      rules.ranking(in: engine), ServedItems(retrieval, rules.items, list))
  }

  private init(
    _ engine: CompletionEngine, loadedAt: Int64, _ rules: RuleSet, _ blocked: BlockedLabels,
    _ ranking: RankingRules?, _ items: ServedItems
  ) {
    self.engine = engine
    self.loadedAt = loadedAt
    self.rules = rules
    self.blocked = blocked
    self.ranking = ranking
    self.items = items
    normalizer = Normalizer(engine.index.profile)
    identity = Array(engine.index.identity.utf8)
  }

  /// Whether there is an index; false for the one without labels in its place.
  var hasIndex: Bool { !engine.index.isEmpty }

  /// The same index with the block rules of `rules`, and its added and removed items.
  func with(_ rules: RuleSet, _ blocked: BlockedLabels) -> ServedIndex {
    ServedIndex(
      engine, loadedAt: loadedAt, rules, blocked, ranking,
      ServedItems(items.engine, rules.items, blocked.list))
  }

  /// The same index with other added and removed items.
  func with(_ changes: ItemChanges) -> ServedIndex {
    var rules = rules
    rules.items = changes
    return ServedIndex(
      engine, loadedAt: loadedAt, rules, blocked, ranking, items.with(changes, blocked.list))
  }

  /// The same index with the pins and boosts of `rules`, which has the block rules and items of
  /// this one.
  func with(ranking rules: RuleSet) -> ServedIndex {
    ServedIndex(engine, loadedAt: loadedAt, rules, blocked, rules.ranking(in: engine), items)
  }
}

/// Rules, by source, and items: what the operator said that is in no index.
struct RuleSet: Sendable {
  /// Those of the block list file.
  var file: [BlockRule] = []
  /// Those that the method `block` added while the daemon ran; they are kept in the database.
  var addedAtRunTime: [BlockRule] = []

  /// What is pinned, in the order in which it was added.
  var pins: [PinRule] = []
  /// What is boosted, in the order in which it was added.
  var boosts: [BoostRule] = []
  /// The items that were added or removed.
  var items = ItemChanges()

  /// The block rules.
  var all: [BlockRule] { file + addedAtRunTime }

  /// Pins and boosts, ready for `engine`; nil if there are none.
  fileprivate func ranking(in engine: CompletionEngine) -> RankingRules? {
    if pins.isEmpty && boosts.isEmpty { return nil }
    return RankingRules(pins: pins, boosts: boosts, in: engine.index)
  }
}
