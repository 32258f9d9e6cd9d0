// Counters that one thread writes and any thread may read.
//
// Invariant: only one thread writes a cell. So a load and a store are enough, without a locked
// instruction. A reader sees each cell as it was a moment ago; two cells may be of different
// moments.
// Cost: about a nanosecond per count.

internal import Synchronization

/// A fixed row of counters.
final class AtomicCells: Sendable {
  let count: Int
  // Atomics may be shared between threads. The pointer is set once and freed in `deinit`.
  private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<Int>>

  /// Makes `count` zeros.
  init(count: Int) {
    self.count = count
    cells = .allocate(capacity: count)
    for i in 0..<count { (cells + i).initialize(to: Atomic(0)) }
  }

  deinit {
    cells.deinitialize(count: count)
    cells.deallocate()
  }

  private func check(_ i: Int) {
    precondition(i >= 0 && i < count, "cell \(i) of \(count)")
  }

  subscript(i: Int) -> Int {
    check(i)
    return cells[i].load(ordering: .relaxed)
  }

  /// Adds `n` to cell `i`; only the thread that writes the cell may call this.
  func add(_ n: Int, at i: Int) {
    check(i)
    cells[i].store(cells[i].load(ordering: .relaxed) &+ n, ordering: .relaxed)
  }

  /// Sets cell `i` to `n`; only the thread that writes the cell may call this.
  func set(_ n: Int, at i: Int) {
    check(i)
    cells[i].store(n, ordering: .relaxed)
  }
}
