// Runs independent pieces of work on a bounded number of threads.
//
// It starts threads of its own and joins them, and the calling thread works too. So the work is
// done even where the system gives fewer threads, or none. (Dispatch's `concurrentPerform` waits
// for ever for threads for which there is no memory.)
//
// Invariant: `body(i)` is called once for every i, starting in ascending order. Its result may
// depend only on i, so that the number of threads never shows in the results.

import QACBinary
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Bounded parallel loops.
package enum Parallel {
  /// The state that the threads of one loop share.
  private final class Loop: Sendable {
    let count: Int
    let body: @Sendable (Int) -> Void
    let next = Atomic(0)

    init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
      self.count = count
      self.body = body
    }

    func run() {
      while true {
        let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if i >= count { return }
        body(i)
      }
    }
  }

  /// Calls `body` with 0 ..< `count` from at most `threads` threads, and returns when all are done.
  package static func forEach(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    let workers = max(1, min(threads, count))
    if workers == 1 {
      for i in 0..<count { body(i) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let loop = Loop(count, body)
      let others = (1..<workers).compactMap { _ in NativeThread.start(loop.run) }
      loop.run()
      for thread in others { pthread_join(thread, nil) }
    }
  }

  /// The results of `body` for 0 ..< `count`, in that order.
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
