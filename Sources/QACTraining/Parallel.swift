// Runs independent pieces of work on a bounded number of threads.
//
// Invariant: `body(i)` is called once for every i, in ascending order of start; results may depend on
// i alone, so that the number of threads never shows in them.

import Dispatch
import Synchronization

/// Bounded parallel loops.
package enum Parallel {
  /// Calls `body` with 0 ..< count from at most `threads` threads, and returns when all are done.
  package static func forEach(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    let workers = max(1, min(threads, count))
    if workers == 1 {
      for i in 0..<count { body(i) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if i >= count { return }
        body(i)
      }
    }
  }

  /// The results of `body` for 0 ..< count, in that order.
  package static func map<T: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) -> T
  ) -> [T] {
    let results = Mutex([T?](repeating: nil, count: count))
    forEach(count, threads: threads) { i in
      let value = body(i)
      results.withLock { $0[i] = value }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}
