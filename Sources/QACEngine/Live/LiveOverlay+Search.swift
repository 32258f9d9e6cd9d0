// What the overlay adds to one completion: the hottest queries of a prefix, live counts, followers.

import QACIndex
import QACText

extension LiveOverlay {
  /// Finds the visible entries that begin with `prefix` and are hottest into `top`, as entry ids and
  /// heats; returns the uses of all visible ones that match. What `blocks` holds is not found.
  ///
  /// Whole chunks are looked into from the one that promises most on, so that few are.
  ///
  /// - Complexity: O(log n) comparisons, plus 1 a chunk of the range, plus the chunks opened.
  func search(
    prefix: UnsafeBufferPointer<UInt8>, blocks: BlockedLabels?, work: inout BlockWork,
    promising: inout TopLabels, into top: inout TopLabels
  ) -> UInt64 {
    if order.chunks.isEmpty { return 0 }
    let low = order.partition { withText(of: $0) { Self.compare($0, prefix) < 0 } }
    let high = order.partition(from: low.chunk) {
      withText(of: $0) { Self.compare($0, prefix) <= 0 }
    }
    var uses: UInt64 = 0
    // The first and the last chunk of the range may have entries that do not match.
    if low.chunk < order.chunks.count {
      let end = low.chunk == high.chunk ? high.slot : order.chunks[low.chunk].items.count
      uses += offer(low.chunk, low.slot..<max(low.slot, end), blocks, &work, &top)
    }
    if high.chunk > low.chunk, high.chunk < order.chunks.count {
      uses += offer(high.chunk, 0..<high.slot, blocks, &work, &top)
    }
    let whole = min(low.chunk + 1, high.chunk)..<high.chunk
    promising.reset(limit: top.limit)
    for chunk in whole {
      uses += order.chunks[chunk].uses
      promising.offer(ScoredLabel(label: UInt32(chunk), score: order.chunks[chunk].best))
    }
    for chunk in promising.items where chunk.score >= top.bound {
      open(Int(chunk.label), blocks, &work, &top)
    }
    // A promise may have been too high; then others are to be looked into, too.
    guard let last = promising.items.last, promising.items.count == top.limit else { return uses }
    for chunk in whole where order.chunks[chunk].best >= top.bound {
      let promise = ScoredLabel(label: UInt32(chunk), score: order.chunks[chunk].best)
      if last.precedes(promise) { open(chunk, blocks, &work, &top) }
    }
    return uses
  }

  /// Offers the visible entries of a whole chunk.
  private func open(
    _ chunk: Int, _ blocks: BlockedLabels?, _ work: inout BlockWork, _ top: inout TopLabels
  ) {
    _ = offer(chunk, order.chunks[chunk].items.indices, blocks, &work, &top)
  }

  /// Offers the visible entries in `slots` of a chunk; returns their uses.
  private func offer(
    _ chunk: Int, _ slots: Range<Int>, _ blocks: BlockedLabels?, _ work: inout BlockWork,
    _ top: inout TopLabels
  ) -> UInt64 {
    var uses: UInt64 = 0
    for item in order.chunks[chunk].items[slots] {
      uses += UInt64(item.uses)
      if item.uses == 0 || item.heat < top.bound || isBlocked(item.entry, by: blocks, &work) {
        continue
      }
      top.offer(ScoredLabel(label: item.entry, score: item.heat))
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

  /// Whether entry `id` must not be suggested, or no work is left to say so.
  @inline(__always)
  func isBlocked(_ id: UInt32, by blocks: BlockedLabels?, _ work: inout BlockWork) -> Bool {
    guard let blocks else { return false }
    let label = entries[Int(id)].label
    return label != Candidate.noLabel
      ? blocks.contains(label) : withText(of: id) { blocks.list.blocks($0, &work) }
  }
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

  /// Calls `body` with the text of entry `id` as others are shown it: the index's spelling of a label;
  /// else the one that most sessions wrote, where enough of them did, or the normal form.
  @inline(__always)
  func withSurface<R>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let label = entries[Int(id)].label
    if label != Candidate.noLabel { return body(index.view.surface(of: label)) }
    return (entries[Int(id)].spellings.shown(to: sessionsNeeded) ?? entries[Int(id)].text)
      .withUnsafeBufferPointer(body)
  }

  /// What turns heat into uses under decay, as of the newest event that others may see.
  var cooling: Double { visibleCount == 0 ? 1 : min(1, 1 / heat(at: newest)) }
}
