// Overwrites memory that held what somebody typed, before it is used for something else.
//
// Memory that is kept for reuse (scratch, frames, output) holds the text of earlier requests until it is
// written again. What is freed is overwritten by the daemon's allocator (docs/threat-model.md).

extension Array where Element == UInt8 {
  /// Overwrites the whole capacity with zeros, and leaves the array empty with that capacity.
  ///
  /// - Complexity: O(`capacity`).
  public mutating func wipe() {
    let count = capacity
    removeAll(keepingCapacity: true)
    append(contentsOf: repeatElement(0, count: count))
    removeAll(keepingCapacity: true)
  }
}
