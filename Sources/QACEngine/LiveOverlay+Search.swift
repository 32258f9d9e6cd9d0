// What the overlay adds to one completion: the hottest queries of a prefix, live counts, followers.

import QACIndex
import QACText

extension LiveOverlay {
  /// Finds the visible entries that begin with `prefix` and are hottest into `top`, as entry ids and
  /// heats; returns the uses of all visible ones that match. What `blocks` holds is not found.
  ///
  /// - Complexity: O(log n) comparisons, plus 1 a chunk of the range, plus the chunks opened.
  func search(
    prefix: UnsafeBufferPointer<UInt8>, blocks: BlockedLabels? = nil, into top: inout TopLabels
  ) -> UInt64 {
    let low = order.partition { withText(of: $0) { Self.compare($0, prefix) < 0 } }
    let high = order.partition { withText(of: $0) { Self.compare($0, prefix) <= 0 } }
    var uses: UInt64 = 0
    var chunk = low.chunk
    while chunk < order.chunks.count, chunk <= high.chunk {
      let count = order.chunks[chunk].entries.count
      let from = chunk == low.chunk ? low.slot : 0
      let to = chunk == high.chunk ? high.slot : count
      let isWhole = from == 0 && to == count
      if isWhole { uses += order.chunks[chunk].uses }
      // What cannot enter need not be looked at, unless its uses have to be counted.
      if !isWhole || order.chunks[chunk].best >= top.bound {
        for slot in from..<max(from, to) {
          let id = order.chunks[chunk].entries[slot]
          if !entries[Int(id)].isVisible { continue }
          if !isWhole { uses += UInt64(entries[Int(id)].uses) }
          if entries[Int(id)].heat < top.bound || isBlocked(id, by: blocks) { continue }
          top.offer(ScoredLabel(label: id, score: entries[Int(id)].heat))
        }
      }
      chunk += 1
    }
    return uses
  }

  /// The order of `text`, cut to the length of `prefix`, against `prefix`: negative, 0 or positive.
  @inline(__always)
  private static func compare(
    _ text: UnsafeBufferPointer<UInt8>, _ prefix: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let common = min(text.count, prefix.count)
    for i in 0..<common where text[i] != prefix[i] { return Int(text[i]) - Int(prefix[i]) }
    return text.count < prefix.count ? -1 : 0
  }

  /// Whether entry `id` must not be suggested.
  @inline(__always)
  func isBlocked(_ id: UInt32, by blocks: BlockedLabels?) -> Bool {
    guard let blocks else { return false }
    let label = entries[Int(id)].label
    return label != Candidate.noLabel
      ? blocks.contains(label) : withText(of: id) { blocks.list.blocks($0) }
  }

  /// Whether others than its own session may see entry `id`.
  @inline(__always)
  func isVisible(_ id: UInt32) -> Bool { entries[Int(id)].isVisible }
}

extension LiveOverlay {
  /// The label of entry `id`, or `Candidate.noLabel`.
  @inline(__always)
  func label(of id: UInt32) -> UInt32 { entries[Int(id)].label }

  /// The uses of entry `id`, and its heat as `search` orders by it.
  @inline(__always)
  func uses(of id: UInt32) -> (uses: Double, heat: Double) {
    (Double(entries[Int(id)].uses), entries[Int(id)].heat)
  }

  /// Calls `body` with what followed entry `id`, and how often.
  @inline(__always)
  func forEachFollower(of id: UInt32, _ body: (UInt32, UInt32) -> Void) {
    for link in entries[Int(id)].followers { body(link.entry, link.count) }
  }

  /// Calls `body` with the display text of entry `id`.
  @inline(__always)
  func withSurface<R>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let label = entries[Int(id)].label
    if label != Candidate.noLabel { return body(index.view.surface(of: label)) }
    return entries[Int(id)].surface.withUnsafeBufferPointer(body)
  }

  /// What turns heat into uses under decay, as of the newest event.
  var cooling: Double { eventCount == 0 ? 1 : min(1, 1 / heat(at: newest)) }
}
