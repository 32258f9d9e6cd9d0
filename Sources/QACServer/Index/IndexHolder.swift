// Holds the served index, and replaces it, its rules or the items beside it.
//
// Invariant: what `current` returns is whole and verified, and stays so as long as somebody holds
// it. If the index or the block list cannot be loaded, nothing changes. All changes are made one
// after another on a thread of their own, which may wait for the disk and yields to the threads
// that answer. Until the first index is there, one without labels is served; once an index was
// served, a missing file is an error.
// Cost: `current` takes an uncontended lock, about 10 ns.

internal import QACEngine
internal import QACIndex
internal import QACText
internal import Synchronization

/// Holds the served index and replaces it.
final class IndexHolder: Sendable {
  typealias Completion = @Sendable (Result<ServedIndex, ServerError>) -> Void

  private let path: String
  /// The profile of texts until the first index is there.
  private let profile: NormalizationProfile
  let blockListPath: String?
  let served: Mutex<ServedIndex>
  private let waiting = Mutex<[(force: Bool, completion: Completion)]>([])
  /// The files' stamps when they were last loaded or refused.
  private let tried: Mutex<[FileStamp?]>
  let loader = QuietThread()

  /// Loads the index if it is there, and the block list if there is one.
  init(
    path: String, profile: NormalizationProfile = .search, blockListPath: String?
  ) throws(ServerError) {
    self.path = path
    self.profile = profile
    self.blockListPath = blockListPath
    tried = Mutex([path, blockListPath].map { $0.flatMap(FileStamp.init) })
    served = Mutex(try Self.load(path, orEmpty: profile, blockListPath, keeping: RuleSet()))
  }

  /// The index to answer from.
  var current: ServedIndex { served.withLock { $0 } }

  /// The files' stamps now, if the files exist and differ from those that were last loaded or
  /// refused.
  var change: [FileStamp?]? {
    let now = [path, blockListPath].map { $0.flatMap(FileStamp.init) }
    if now[0] == nil || (blockListPath != nil && now[1] == nil) { return nil }
    return tried.withLock { $0 } == now ? nil : now
  }

  /// Runs `body` on the holder's thread, after the loads and changes that were asked for before.
  func inTurn(_ body: @escaping @Sendable () -> Void) {
    loader.async(execute: body)
  }

  /// Loads both files; of `rules`, those that no file holds stay.
  static func load(
    _ path: String, orEmpty profile: NormalizationProfile?, _ blockListPath: String?,
    keeping rules: RuleSet
  ) throws(ServerError) -> ServedIndex {
    try ServedIndex(path: path, orEmpty: profile) { normalizer throws(ServerError) in
      var rules = rules
      rules.file = []
      guard let blockListPath else { return rules }
      do throws(BlockListError) {
        rules.file = try BlockRule.rules(ofFileAt: blockListPath, profile: normalizer.profile)
        return rules
      } catch {
        throw .blockList(error)
      }
    }
  }

  /// Loads both files again and serves them from then on; if one fails, neither is served.
  ///
  /// Calls that come while a load runs share the next load, since a file may have changed after the
  /// running one began.
  ///
  /// - Parameters:
  ///   - force: Whether to take an index that is older than the one served, or of another profile.
  ///   - welcome: Called on the holder's thread with the new index before it is served.
  ///   - retire: Called with the old index when the new one is served.
  ///   - completion: Called with the new index, or with the reason why there is none.
  func reload(
    force: Bool, welcome: @escaping @Sendable (ServedIndex) -> Void,
    retire: @escaping @Sendable (ServedIndex) -> Void, _ completion: @escaping Completion
  ) {
    waiting.withLock { $0.append((force, completion)) }
    loader.async { [self] in
      let calls = waiting.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
      if calls.isEmpty { return }
      // Before they are read: a file that replaces one of them meanwhile is a new change.
      tried.withLock { $0 = [path, blockListPath].map { $0.flatMap(FileStamp.init) } }
      let result: Result<ServedIndex, ServerError>
      do throws(ServerError) {
        let old = current
        let fresh = try Self.load(
          path, orEmpty: old.hasIndex ? nil : profile, blockListPath,
          keeping: old.rules)
        if !calls.contains(where: \.force) { try Self.check(fresh, against: old, path) }
        welcome(fresh)
        served.withLock { $0 = fresh }
        retire(old)
        result = .success(fresh)
      } catch {
        result = .failure(error)
      }
      for call in calls { call.completion(result) }
    }
  }

  /// Refuses an index that is probably a mistake: older than the served one, or of another profile.
  private static func check(
    _ fresh: ServedIndex, against old: ServedIndex, _ path: String
  ) throws(ServerError) {
    if !old.hasIndex { return }
    let (served, found) = (old.normalizer.profile, fresh.normalizer.profile)
    // An index of an earlier form of the same profile is no mistake.
    if served.name != found.name {
      throw .indexOfAnotherProfile(path: path, served: served.name, found: found.name)
    }
    let (last, end) = (old.engine.index.view.lastTime, fresh.engine.index.view.lastTime)
    // An index of a log without times has no age.
    if end < last && end != 0 { throw .indexOlder(path: path, seconds: last - end) }
  }
}
