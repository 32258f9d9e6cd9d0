// Numbers that one thread counts up and any other may read.
//
// Invariant: one thread alone writes a cell. So a load and a store do, without a locked instruction; a
// reader sees each cell as it was a moment ago, and several cells perhaps of different moments.
// Cost: about a nanosecond a count.

internal import Synchronization

/// A fixed row of counters.
final class AtomicCells: Sendable {
  let count: Int
  // Atomics may be shared; the pointer is set once and freed when nobody holds this object.
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

  /// Adds `n` to cell `i`; called by the one thread that writes it.
  func add(_ n: Int, at i: Int) {
    check(i)
    cells[i].store(cells[i].load(ordering: .relaxed) &+ n, ordering: .relaxed)
  }

  /// Makes `n` the number in cell `i`; called by the one thread that writes it.
  func set(_ n: Int, at i: Int) {
    check(i)
    cells[i].store(n, ordering: .relaxed)
  }
}
