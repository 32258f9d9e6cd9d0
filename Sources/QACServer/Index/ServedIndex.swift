// The index that is served with what must not be suggested from it, as one value.
//
// Invariant: all of it belongs together: a request that holds one sees one index and one set of rules
// to its end, whatever is loaded or blocked meanwhile.

internal import QACEngine
internal import QACIndex
internal import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// One loaded index with what is asked of it for every request.
final class ServedIndex: Sendable {
  let engine: CompletionEngine
  let normalizer: Normalizer
  /// The index's identity as UTF-8.
  let identity: [UInt8]
  /// When it was loaded, in unix seconds.
  let loadedAt: Int64
  /// The rules by where they come from.
  let rules: RuleSet
  /// What the rules block.
  let blocked: BlockedLabels

  /// Opens and verifies the file at `path`, reading all of it, and finds what `rules` block in it.
  convenience init(
    path: String, rules: (Normalizer) throws(ServerError) -> RuleSet
  ) throws(ServerError) {
    if access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR) {
      throw .indexMissing(path: path)
    }
    let engine: CompletionEngine
    do {
      engine = try CompletionEngine(index: LabelIndex(opening: path))
    } catch {
      throw .indexRefused(path: path, reason: "\(error)")
    }
    let rules = try rules(Normalizer(engine.index.profile))
    self.init(
      engine, loadedAt: Int64(time(nil)), rules,
      BlockedLabels(BlockList(rules.all, profile: engine.index.profile), in: engine.index))
  }

  private init(
    _ engine: CompletionEngine, loadedAt: Int64, _ rules: RuleSet, _ blocked: BlockedLabels
  ) {
    self.engine = engine
    self.loadedAt = loadedAt
    self.rules = rules
    self.blocked = blocked
    normalizer = Normalizer(engine.index.profile)
    identity = Array(engine.index.identity.utf8)
  }

  /// The same index with other rules.
  func with(_ rules: RuleSet, _ blocked: BlockedLabels) -> ServedIndex {
    ServedIndex(engine, loadedAt: loadedAt, rules, blocked)
  }
}

/// Rules by where they come from.
struct RuleSet: Sendable {
  /// Those of the block list's file.
  var file: [BlockRule] = []
  /// Those that the method `block` made.
  var method: [BlockRule] = []

  var all: [BlockRule] { file + method }
}
