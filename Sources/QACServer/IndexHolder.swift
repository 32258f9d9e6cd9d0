// Who holds the served index, and how another, or other rules, take its place.
//
// Invariant: what `current` returns is whole and verified, and stays so while somebody holds it; a
// file that cannot be loaded, be it the index or the block list, changes nothing. All changes are made
// one after another on a thread of their own, which may wait for the disk.
// Cost: `current` takes an uncontended lock, about 10 ns.

internal import Dispatch
internal import QACEngine
internal import QACText
internal import Synchronization

/// Holds the served index and replaces it.
final class IndexHolder: Sendable {
  typealias Completion = @Sendable (Result<ServedIndex, ServerError>) -> Void

  private let path: String
  let blockListPath: String?
  let served: Mutex<ServedIndex>
  private let waiting = Mutex<[Completion]>([])
  let loader = DispatchQueue(label: "qacd.index")

  /// Loads the index, and the block list if there is one.
  init(path: String, blockListPath: String?) throws(ServerError) {
    self.path = path
    self.blockListPath = blockListPath
    served = Mutex(try Self.load(path, blockListPath, method: []))
  }

  /// The index to answer from.
  var current: ServedIndex { served.withLock { $0 } }

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
  ///   - welcome: Called on the holder's thread with the new index before it is served.
  ///   - retire: Called with the old one when the new one is served.
  ///   - completion: Called with the new index, or why there is none.
  func reload(
    welcome: @escaping @Sendable (ServedIndex) -> Void,
    retire: @escaping @Sendable (ServedIndex) -> Void, _ completion: @escaping Completion
  ) {
    waiting.withLock { $0.append(completion) }
    loader.async { [self] in
      let completions = waiting.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
      if completions.isEmpty { return }
      let result: Result<ServedIndex, ServerError>
      do throws(ServerError) {
        let fresh = try Self.load(path, blockListPath, method: current.rules.method)
        welcome(fresh)
        let old = current
        served.withLock { $0 = fresh }
        retire(old)
        result = .success(fresh)
      } catch {
        result = .failure(error)
      }
      for completion in completions { completion(result) }
    }
  }
}
