// What texts were found to be that were looked up before: every keystroke looks up the session's
// queries again.
//
// Two texts with equal hashes count as the same, with odds of 1 to 2^64.
// Invariant: a slot says what the index says of the text whose hash it holds; an empty slot holds a
// hash that belongs to another slot.
// Cost: for most texts that are no label, one look at `LabelFilter`; for others one look at a slot,
// where a search compares 17 texts in an index of 130,000 labels. 16 bytes per slot; the slots are
// as many as the queries of 16 sessions.

import QACIndex

/// Remembers labels of one index by the hash of their text; belongs to one thread.
struct LabelCache {
  private static var count: Int { 4096 }

  private struct Slot {
    var hash: UInt64
    /// The label, or `Candidate.noLabel`.
    var label: UInt32
  }

  private var slots = (0..<UInt64(LabelCache.count)).map {
    Slot(hash: $0 ^ 1, label: Candidate.noLabel)
  }

  /// The label whose text is `text`, of this hash, or nil.
  @inline(__always)
  mutating func label(
    of text: UnsafeBufferPointer<UInt8>, hash: UInt64, for completion: borrowing Completion
  ) -> UInt32? {
    if !completion.filter.mayHold(hash) { return nil }
    let slot = Int(truncatingIfNeeded: hash) & (Self.count - 1)
    if slots[slot].hash != hash { find(text, hash, in: slot, completion.view) }
    let label = slots[slot].label
    return label == Candidate.noLabel ? nil : label
  }

  @inline(never)
  private mutating func find(
    _ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64, in slot: Int, _ view: borrowing IndexView
  ) {
    slots[slot] = Slot(hash: hash, label: view.label(of: text) ?? Candidate.noLabel)
  }
}
