// Labels of texts that were looked up before: every keystroke looks up the session's queries again.
//
// Invariant: it says what the index says: it returns a label only where its text is the one asked
// for. It remembers labels alone, so it tells nothing of what is none.
// Cost: for most texts that are no label, one look at `LabelFilter`; a look-up that hits compares one
// text; a search compares 17 in an index of 130,000 labels. 12 bytes per slot.

import QACIndex

/// Remembers labels of one index by the hash of their text; belongs to one thread.
struct LabelCache {
  private static let slots = 4096

  private var hashes = [UInt64](repeating: 0, count: LabelCache.slots)
  private var labels = [UInt32](repeating: 0, count: LabelCache.slots)

  /// The label whose text is `text`, of this hash, or nil.
  @inline(__always)
  mutating func label(
    of text: UnsafeBufferPointer<UInt8>, hash: UInt64, for completion: borrowing Completion
  ) -> UInt32? {
    if !completion.filter.mayHold(hash) { return nil }
    let all = 0..<UInt32(completion.view.labelCount)
    return find(text, hash, in: all, sharing: 0, completion.view)
  }

  /// The same, of a text that begins with the prefix: only labels that begin with it are searched.
  @inline(__always)
  mutating func label(
    matching text: UnsafeBufferPointer<UInt8>, hash: UInt64, for completion: borrowing Completion
  ) -> UInt32? {
    if completion.range.isEmpty || !completion.filter.mayHold(hash) { return nil }
    return find(
      text, hash, in: completion.range, sharing: completion.prefix.count, completion.view)
  }

  /// The label of `text`, remembered, or searched for among `range`, whose labels share their first
  /// `shared` bytes with it.
  private mutating func find(
    _ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64, in range: Range<UInt32>,
    sharing shared: Int, _ view: IndexView
  ) -> UInt32? {
    let slot = Int(truncatingIfNeeded: hash) & (Self.slots - 1)
    if hashes[slot] == hash, view.text(of: labels[slot]).equals(text) { return labels[slot] }
    let found = view.labels.index(
      of: UnsafeBufferPointer(rebasing: text[shared...]),
      in: Int(range.lowerBound)..<Int(range.upperBound), skipping: shared)
    guard let found else { return nil }
    hashes[slot] = hash
    labels[slot] = UInt32(found)
    return labels[slot]
  }
}
