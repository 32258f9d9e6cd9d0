// What the order promises of its chunks, whatever the entries are. That the entries are those of
// the overlay, in the order of their texts, is checked there.
//
// Cost: O(entries), in debug builds alone.

extension OverlayOrder {
  /// Stops where a chunk is empty or too large, or its sums differ from its items.
  func checkInvariants() {
    #if DEBUG
      var seen: Set<UInt32> = []
      for chunk in chunks {
        precondition(!chunk.items.isEmpty, "an empty chunk")
        precondition(chunk.items.count <= Self.chunkCapacity, "a chunk is over-full")
        for item in chunk.items {
          precondition(seen.insert(item.entry).inserted, "an entry is in the order twice")
          precondition(item.heat <= chunk.best, "a chunk promises less than it holds")
          precondition(
            (item.uses == 0) == (item.heat == -.infinity), "an invisible entry is hot")
        }
        precondition(
          chunk.uses == chunk.items.reduce(0) { $0 + UInt64($1.uses) }, "a wrong sum of uses")
        precondition(
          chunk.best == -.infinity || chunk.uses > 0, "a chunk without visible entries promises")
      }
    #endif
  }
}
