// The entries of an overlay: how a text is found, and where it stands in the order.
//
// Cost: finding a label is a binary search in the index, finding another text one look-up by its
// hash; a position in the order is O(log n) text comparisons.

import QACIndex
import QACText

extension LiveOverlay {
  /// Calls `body` with the normalised text of entry `id`.
  @inline(__always)
  func withText<R>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let label = entries.list[Int(id)].label
    if label != Candidate.noLabel { return body(labels[Int(label)]) }
    return entries.list[Int(id)].text.withUnsafeBufferPointer(body)
  }

  /// The entry of `normalized`, or nil. A query that the index knows as misspelt is the right one.
  func find(_ normalized: [UInt8]) -> UInt32? {
    normalized.withUnsafeBufferPointer { text in
      label(of: text).map { entry(of: $0) } ?? find(text: text)
    }
  }

  /// The label that `text` counts as, or nil.
  private func label(of text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    index.view.label(of: text) ?? index.view.label(ofAlias: text)
  }

  /// The entry of a text that is no label, or nil.
  func find(text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    find(text: text, hash: StableHash.of(text, seed: 0))
  }

  /// The same, of a text whose hash (`StableHash.of`, seed 0) is known.
  func find(text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> UInt32? {
    entries.ofText[hash]?.first { id in
      withText(of: id) { $0.equals(text) }
    }
  }

  /// The entry of `label`, or nil.
  @inline(__always)
  func entry(of label: UInt32) -> UInt32? {
    let entry = entries.ofLabel[Int(label)]
    return entry == Self.noEntry ? nil : entry
  }

  /// Whether others than its own sessions may see entry `id`: enough sessions submitted it, and it is
  /// not failing.
  @inline(__always)
  func isVisible(_ id: UInt32) -> Bool {
    entries.list[Int(id)].sessions >= UInt32(sessionsNeeded) && !isFailing(id)
  }

  /// Whether entry `id` failed in enough sessions for others to learn of it, and in more than it did
  /// not fail in.
  @inline(__always)
  func isFailing(_ id: UInt32) -> Bool {
    let entry = entries.list[Int(id)]
    return entry.failedSessions >= UInt32(sessionsNeeded) && entry.failedSessions > entry.sessions
  }

  /// The entry of `normalized`; a new one, without uses so far, if there is none.
  func addEntry(of normalized: [UInt8]) -> UInt32 {
    if let known = find(normalized) { return known }
    let label = normalized.withUnsafeBufferPointer { self.label(of: $0) }
    let id = entries.insert(normalized, label: label, profile: index.profile)
    let place = position(of: id)
    order.insert(id, at: place)
    order.splitIfFull(min(place.chunk, order.chunks.count - 1))
    return id
  }

  /// Erases entry `id`, which no event holds any more.
  func erase(_ id: UInt32) {
    let place = position(of: id)
    let chunks = order.chunks.count
    order.remove(at: place)
    if order.chunks.count == chunks { order.remeasure(place.chunk, measure) }
    entries.erase(id)
  }

  /// What others may see of entry `id`.
  func measure(_ id: UInt32) -> OverlayOrder.Item {
    isVisible(id)
      ? OverlayOrder.Item(
        entry: id, uses: entries.list[Int(id)].uses, heat: entries.list[Int(id)].heat)
      : OverlayOrder.Item(entry: id)
  }

  /// The position of entry `id` in the order, by its text, or where it would be.
  func position(of id: UInt32) -> OverlayPosition {
    withText(of: id) { sought in
      order.partition { withText(of: $0) { $0.lexicographicallyPrecedes(sought) } }
    }
  }
}
