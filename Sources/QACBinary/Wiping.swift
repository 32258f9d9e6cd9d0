// Overwrites memory that held what somebody typed, before it is used again.
//
// Memory that is kept for reuse (scratch, frames, output) holds the text of earlier requests until
// it is written again. Freed memory is overwritten by the daemon's allocator
// (docs/threat-model.md). A stack keeps what calls left there, until later calls write over it.

private import CStack

/// Overwrites what calls that have returned left on the stack of this thread.
///
/// - Complexity: O(128 KiB), the depth that is overwritten.
public func wipeStack() {
  qacd_wipe_stack()
}

extension Array where Element == UInt8 {
  /// Overwrites the whole capacity with zeros; the array is then empty and keeps its capacity.
  ///
  /// - Complexity: O(`capacity`).
  public mutating func wipe() {
    let count = capacity
    removeAll(keepingCapacity: true)
    append(contentsOf: repeatElement(0, count: count))
    removeAll(keepingCapacity: true)
  }
}
