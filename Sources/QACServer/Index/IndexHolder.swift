// Who holds the served index, and how another, or other rules, take its place.
//
// Invariant: what `current` returns is whole and verified, and stays so while somebody holds it; a
// file that cannot be loaded, be it the index or the block list, changes nothing. All changes are made
// one after another on a thread of their own, which may wait for the disk and yields to those that answer.
// Cost: `current` takes an uncontended lock, about 10 ns.

internal import QACEngine
internal import QACIndex
internal import QACText
internal import Synchronization

/// Holds the served index and replaces it.
final class IndexHolder: Sendable {
  typealias Completion = @Sendable (Result<ServedIndex, ServerError>) -> Void

  private let path: String
  let blockListPath: String?
  let served: Mutex<ServedIndex>
  private let waiting = Mutex<[(force: Bool, completion: Completion)]>([])
  /// The files as they were when they were last loaded, or tried to be.
  private let tried: Mutex<[FileStamp?]>
  let loader = QuietThread()

  /// Loads the index, and the block list if there is one.
  init(path: String, blockListPath: String?) throws(ServerError) {
    self.path = path
    self.blockListPath = blockListPath
    tried = Mutex([path, blockListPath].map { $0.flatMap(FileStamp.init) })
    served = Mutex(try Self.load(path, blockListPath, method: []))
  }

  /// The index to answer from.
  var current: ServedIndex { served.withLock { $0 } }

  /// The files as they are now, if they are there and others than those that were last loaded or
  /// refused.
  var change: [FileStamp?]? {
    let now = [path, blockListPath].map { $0.flatMap(FileStamp.init) }
    if now[0] == nil || (blockListPath != nil && now[1] == nil) { return nil }
    return tried.withLock { $0 } == now ? nil : now
  }

  /// Runs `body` on the holder's thread, in turn with loads and changes.
  func inTurn(_ body: @escaping @Sendable () -> Void) {
    loader.async(execute: body)
  }

  private static func load(
    _ path: String, _ blockListPath: String?, method: [BlockRule]
  ) throws(ServerError) -> ServedIndex {
    try ServedIndex(path: path) { normalizer throws(ServerError) in
      guard let blockListPath else { return RuleSet(method: method) }
      do throws(BlockListError) {
        let file = try BlockRule.rules(ofFileAt: blockListPath, profile: normalizer.profile)
        return RuleSet(file: file, method: method)
      } catch {
        throw .blockList(error)
      }
    }
  }

  /// Loads the files anew and serves them from then on: both or none.
  ///
  /// Calls that come while a load runs share the next one: a file may have changed since that one
  /// began.
  ///
  /// - Parameters:
  ///   - force: Whether to take an index that is older than the one served, or of another profile.
  ///   - welcome: Called on the holder's thread with the new index before it is served.
  ///   - retire: Called with the old one when the new one is served.
  ///   - completion: Called with the new index, or why there is none.
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
      // Before they are read: a file that takes their place meanwhile is another change.
      tried.withLock { $0 = [path, blockListPath].map { $0.flatMap(FileStamp.init) } }
      let result: Result<ServedIndex, ServerError>
      do throws(ServerError) {
        let old = current
        let fresh = try Self.load(path, blockListPath, method: old.rules.method)
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

  /// Refuses what is rather a mistake than a new index.
  private static func check(
    _ fresh: ServedIndex, against old: ServedIndex, _ path: String
  ) throws(ServerError) {
    let (served, found) = (old.normalizer.profile, fresh.normalizer.profile)
    if served != found {
      throw .indexOfAnotherProfile(path: path, served: served.name, found: found.name)
    }
    let (last, end) = (old.engine.index.view.lastTime, fresh.engine.index.view.lastTime)
    // A log without times makes an index of no age.
    if end < last && end != 0 { throw .indexOlder(path: path, seconds: last - end) }
  }
}
