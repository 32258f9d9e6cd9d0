// Working memory for a new index on its way from the thread that loads it to the loops that complete from it,
// and the old index on its way back.
//
// Both take time in proportion to the index: memory for a million labels is touched when it is made, and a mapped
// file is unmapped page by page. So neither is done on a loop: before an index is served there is working
// memory of it for each loop, and the one before is let go by the loading thread, once every loop has let go of it.
//
// Invariant: working memory is taken once, by one loop; an index that was served lives until every loop that is
// attached was told of the next.
// Cost: a short lock a loop and swap.

internal import QACEngine
internal import Synchronization

/// Working memory of the loops, made before it is needed.
final class Workplaces: Sendable {
  /// Tells a loop of an engine; what it is handed is called on the loop when the loop has changed to that.
  typealias Change = @Sendable (CompletionEngine, @escaping @Sendable () -> Void) -> Void

  /// The working memory of one engine, for each loop.
  ///
  /// Unchecked, since working memory is not Sendable: each is made by one thread, taken out under the lock of
  /// `parcels` once, and touched from then on by nobody but the loop that took it.
  private final class Parcel: @unchecked Sendable {
    let engine: CompletionEngine
    var memories: [CompletionScratch?]

    init(_ engine: CompletionEngine, loops: Int) {
      self.engine = engine
      memories = (0..<loops).map { _ in CompletionScratch(engine: engine) }
    }
  }

  private let loops: Int
  private let parcels = Mutex<[Parcel]>([])
  private let changes = Mutex<[Change]>([])

  /// Makes a place for `loops` event loops, numbered from 0.
  init(loops: Int) {
    self.loops = loops
  }

  /// Has `change` called when there is another index.
  func attach(_ change: @escaping Change) {
    changes.withLock { $0.append(change) }
  }

  /// Tells no loop any more: before they are shut down.
  func detach() {
    changes.withLock { $0 = [] }
  }

  /// Makes working memory for `engine`, which is going to be served: on the thread that loads.
  func prepare(_ engine: CompletionEngine) {
    let parcel = Parcel(engine, loops: loops)
    parcels.withLock { $0.append(parcel) }
  }

  /// The working memory of loop `loop` for `engine`, the first time, if it was prepared.
  func take(for engine: CompletionEngine, loop: Int) -> CompletionScratch? {
    parcels.withLock { parcels in
      guard let parcel = parcels.first(where: { $0.engine === engine }) else { return nil }
      defer { parcel.memories[loop] = nil }
      return parcel.memories[loop]
    }
  }

  /// Has every loop change from `old` to `engine`, and `old` let go after that by `letGo`, which runs what it
  /// is handed on a thread that may take its time.
  func change(
    from old: ServedIndex, to engine: CompletionEngine,
    letGo: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
  ) {
    let changes = changes.withLock { $0 }
    let kept = Kept(old, loops: changes.count)
    if changes.isEmpty { return }
    for change in changes {
      change(engine) { [self] in
        guard kept.isLast() else { return }
        letGo { [self] in
          // Those of earlier engines, and of one that was refused.
          let gone = parcels.withLock { parcels in
            let gone = parcels.filter { $0.engine !== engine }
            parcels.removeAll { $0.engine !== engine }
            return gone
          }
          _ = gone
          kept.letGo()
        }
      }
    }
  }

  /// An index that is kept until every loop has answered.
  private final class Kept: Sendable {
    private let state: Mutex<(index: ServedIndex?, missing: Int)>

    init(_ index: ServedIndex, loops: Int) {
      state = Mutex((index, loops))
    }

    /// Counts a loop; whether it is the last.
    func isLast() -> Bool {
      state.withLock { state in
        state.missing -= 1
        return state.missing == 0
      }
    }

    func letGo() {
      let index = state.withLock { state in
        defer { state.index = nil }
        return state.index
      }
      _ = index
    }
  }
}
