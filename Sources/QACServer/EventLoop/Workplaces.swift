// Brings working memory for a new index from the loading thread to the loops, and the old index
// back.
//
// Making the one and freeing the other take time in proportion to the index: memory for a million
// labels is touched when it is made, and a mapped file is unmapped page by page. So neither happens
// on a loop. Before an index is served, the loading thread makes working memory for each loop. The
// old index is freed by the loading thread, after every loop has released it.
//
// Invariant: working memory is taken once, by one loop. An index that was served lives until every
// attached loop was told of the next one.
// Cost: a short lock per loop and swap.

internal import QACEngine
internal import QACRetrieval
internal import Synchronization

/// Working memory of one loop for one index.
final class LoopMemory {
  let engine: CompletionEngine
  let completion: CompletionScratch
  let retrieval: RetrievalScratch

  /// Makes working memory for `served`.
  init(for served: ServedIndex) {
    engine = served.engine
    completion = CompletionScratch(engine: served.engine)
    retrieval = RetrievalScratch(engine: served.items.engine)
  }

  /// Overwrites what the last requests left.
  func wipe() {
    completion.wipe()
    retrieval.wipe()
  }
}

/// Working memory of the loops, made before it is needed.
final class Workplaces: Sendable {
  /// Tells a loop to change to an engine; the loop calls the function when it has.
  typealias Change = @Sendable (CompletionEngine, @escaping @Sendable () -> Void) -> Void

  /// Working memory of one engine, for each loop.
  ///
  /// Unchecked, since working memory is not Sendable. Each piece is made by one thread, is taken
  /// out once under the lock of `parcels`, and is from then on used only by the loop that took it.
  private final class Parcel: @unchecked Sendable {
    let engine: CompletionEngine
    var memories: [LoopMemory?]

    init(_ served: ServedIndex, loops: Int) {
      engine = served.engine
      memories = (0..<loops).map { _ in LoopMemory(for: served) }
    }
  }

  private let loops: Int
  private let parcels = Mutex<[Parcel]>([])
  private let changes = Mutex<[Change]>([])

  /// Makes workplaces for `loops` event loops, numbered from 0.
  init(loops: Int) {
    self.loops = loops
  }

  /// Registers a loop: `change` is called when another index is served.
  func attach(_ change: @escaping Change) {
    changes.withLock { $0.append(change) }
  }

  /// Forgets all loops; called before they are shut down.
  func detach() {
    changes.withLock { $0 = [] }
  }

  /// Makes working memory for `served`, which is about to be served; called on the loading thread.
  func prepare(_ served: ServedIndex) {
    let parcel = Parcel(served, loops: loops)
    parcels.withLock { $0.append(parcel) }
  }

  /// Takes the working memory of loop `loop` for `engine`; nil if none was prepared or it was
  /// taken.
  func take(for engine: CompletionEngine, loop: Int) -> LoopMemory? {
    parcels.withLock { parcels in
      guard let parcel = parcels.first(where: { $0.engine === engine }) else { return nil }
      defer { parcel.memories[loop] = nil }
      return parcel.memories[loop]
    }
  }

  /// Tells every loop to change from `old` to `fresh`, and frees `old` after all have changed.
  ///
  /// - Parameters:
  ///   - old: The index that was served.
  ///   - fresh: The index that is served now.
  ///   - letGo: Runs a function on a thread that may take its time.
  func change(
    from old: ServedIndex, to fresh: ServedIndex,
    letGo: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
  ) {
    let engine = fresh.engine
    let changes = changes.withLock { $0 }
    let kept = Kept(old, loops: changes.count)
    if changes.isEmpty { return }
    for change in changes {
      change(engine) { [self] in
        guard kept.isLast() else { return }
        letGo { [self] in
          // The parcels of earlier engines, and of one that was refused.
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

    /// Counts one more answer; whether it was the last.
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
