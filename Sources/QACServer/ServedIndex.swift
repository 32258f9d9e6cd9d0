// The index that is served, and how another takes its place.
//
// Invariant: what `current` returns is whole and verified, and stays so while somebody holds it; a
// file that cannot be loaded changes nothing. Loading happens on a thread of its own.
// Cost: `current` takes an uncontended lock, about 10 ns.

internal import Dispatch
internal import QACEngine
internal import QACIndex
internal import QACText
internal import Synchronization

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
  let loadedAt = Int64(time(nil))

  /// Opens and verifies the file at `path`. Reads all of it.
  init(path: String) throws(ServerError) {
    if access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR) {
      throw .indexMissing(path: path)
    }
    do {
      engine = try CompletionEngine(index: LabelIndex(opening: path))
    } catch {
      throw .indexRefused(path: path, reason: "\(error)")
    }
    normalizer = Normalizer(engine.index.profile)
    identity = Array(engine.index.identity.utf8)
  }
}

/// Holds the served index and replaces it.
final class IndexHolder: Sendable {
  typealias Completion = @Sendable (Result<ServedIndex, ServerError>) -> Void

  private let path: String
  private let served: Mutex<ServedIndex>
  private let waiting = Mutex<[Completion]>([])
  private let loader = DispatchQueue(label: "qacd.index")

  init(path: String) throws(ServerError) {
    self.path = path
    served = Mutex(try ServedIndex(path: path))
  }

  /// The index to answer from.
  var current: ServedIndex { served.withLock { $0 } }

  /// Loads the file anew and serves it from then on.
  ///
  /// Calls that come while a load runs share the next one: the file may have changed since that one
  /// began.
  func reload(_ completion: @escaping Completion) {
    waiting.withLock { $0.append(completion) }
    loader.async { [self] in
      let completions = waiting.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
      if completions.isEmpty { return }
      let result: Result<ServedIndex, ServerError>
      do throws(ServerError) {
        let fresh = try ServedIndex(path: path)
        served.withLock { $0 = fresh }
        result = .success(fresh)
      } catch {
        result = .failure(error)
      }
      for completion in completions { completion(result) }
    }
  }
}
