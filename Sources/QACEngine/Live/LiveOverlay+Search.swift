// What the overlay adds to one completion: the hottest queries of a prefix, live counts, followers.

import QACIndex
import QACText

extension LiveOverlay {
  /// Finds the visible entries that begin with `prefix` and are hottest into `top`, as entry ids
  /// and heats; returns the uses of all visible ones that match. What `blocks` holds is not found.
  ///
  /// Whole chunks are opened in the order of what they promise, the greatest heat first, so that
  /// few are opened.
  ///
  /// - Complexity: O(log n) comparisons, plus 1 per chunk of the range, plus the chunks opened.
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
      uses += offer(
        low.chunk, slots: low.slot..<max(low.slot, end), blocks: blocks, work: &work, into: &top)
    }
    if high.chunk > low.chunk, high.chunk < order.chunks.count {
      uses += offer(high.chunk, slots: 0..<high.slot, blocks: blocks, work: &work, into: &top)
    }
    let whole = min(low.chunk + 1, high.chunk)..<high.chunk
    promising.reset(limit: top.limit)
    for chunk in whole {
      uses += order.chunks[chunk].uses
      promising.offer(ScoredLabel(label: UInt32(chunk), score: order.chunks[chunk].best))
    }
    for chunk in promising.items where chunk.score >= top.bound {
      open(Int(chunk.label), blocks: blocks, work: &work, into: &top)
    }
    // A chunk may have promised too much; then chunks beyond the most promising ones may hold one.
    guard let last = promising.items.last, promising.items.count == top.limit else { return uses }
    for chunk in whole where order.chunks[chunk].best >= top.bound {
      let promise = ScoredLabel(label: UInt32(chunk), score: order.chunks[chunk].best)
      if last.precedes(promise) { open(chunk, blocks: blocks, work: &work, into: &top) }
    }
    return uses
  }

  /// Offers the visible entries of a whole chunk.
  private func open(
    _ chunk: Int, blocks: BlockedLabels?, work: inout BlockWork, into top: inout TopLabels
  ) {
    _ = offer(
      chunk, slots: order.chunks[chunk].items.indices, blocks: blocks, work: &work, into: &top)
  }

  /// Offers the visible entries in `slots` of a chunk; returns their uses.
  private func offer(
    _ chunk: Int, slots: Range<Int>, blocks: BlockedLabels?, work: inout BlockWork,
    into top: inout TopLabels
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

  /// Whether entry `id` must not be suggested, or no work is left to find that out.
  @inline(__always)
  func isBlocked(_ id: UInt32, by blocks: BlockedLabels?, _ work: inout BlockWork) -> Bool {
    guard let blocks else { return false }
    let label = entries.list[Int(id)].label
    return label != Candidate.noLabel
      ? blocks.contains(label) : withText(of: id) { blocks.list.blocks($0, &work) }
  }
}

extension LiveOverlay {
  /// The label of entry `id`, or `Candidate.noLabel`.
  @inline(__always)
  func label(of id: UInt32) -> UInt32 { entries.list[Int(id)].label }

  /// The uses of entry `id`, less its failures if enough sessions had one; and its heat as `search`
  /// orders by it.
  @inline(__always)
  func uses(of id: UInt32) -> (uses: Double, heat: Double) {
    let entry = entries.list[Int(id)]
    var uses = Double(entry.uses)
    if entry.failedSessions >= UInt32(sessionsNeeded) { uses -= Double(entry.failures) }
    return (max(0, uses), entry.heat)
  }

  /// How often entry `id` was submitted at the place whose list is `list`; 0 where too few sessions
  /// did, or others may not see the entry.
  @inline(__always)
  func uses(of id: UInt32, atPlace list: Int) -> UInt32 {
    guard let use = places.use(of: id, in: list), isVisible(use) else { return 0 }
    return use.uses
  }

  /// Whether others may see `use`, which is of some place.
  @inline(__always)
  func isVisible(_ use: OverlayPlaces.Use) -> Bool {
    use.people >= UInt32(sessionsNeeded) && isVisible(use.entry)
  }

  /// Calls `body` with each entry that followed entry `id`, and how often it did.
  @inline(__always)
  func forEachFollower(of id: UInt32, _ body: (UInt32, UInt32) -> Void) {
    for link in entries.list[Int(id)].followers { body(link.entry, link.count) }
  }

  /// Calls `body` with the text of entry `id` as others are shown it: the index's spelling of a
  /// label; else the spelling that most sessions wrote, if enough of them did, or the normal form.
  @inline(__always)
  func withSurface<R>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let label = entries.list[Int(id)].label
    if label != Candidate.noLabel { return body(index.view.surface(of: label)) }
    return
      (entries.list[Int(id)].spellings.shown(to: sessionsNeeded)
      ?? entries.list[Int(id)].shown)
      .withUnsafeBufferPointer(body)
  }

  /// The factor that turns heat into uses under decay, as of the newest event that others may see.
  var cooling: Double { visibleCount == 0 ? 1 : min(1, 1 / clock.heat(at: clock.newest)) }
}
