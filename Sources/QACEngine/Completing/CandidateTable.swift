// The candidates of one completion, each text once.
//
// A candidate is a label, or a text of its own that lies in the table's arena: a query of the session
// or of the overlay that no index has, or a composed one. They are found again by hash in an
// open-addressing table whose slots carry the number of the completion, so that emptying it costs
// nothing.
//
// Invariant: no two candidates have the same normalised text.
// Cost: O(1) to add; memory grows to what the largest completion needed and stays.

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// A suggestion before and after ranking.
struct Candidate {
  static let noLabel = UInt32.max

  /// The label, or `noLabel` for a text of its own.
  var label: UInt32
  /// The session's entry of this text, or -1.
  var entry: Int32 = -1
  /// Bit s is set where source s brought it.
  var sources: UInt16 = 0
  /// Where the normalised text lies in the arena, where there is no label.
  var text: Range<Int32> = 0..<0
  /// Where the display text lies in the arena, where there is no label.
  var surface: Range<Int32> = 0..<0
  var hash: UInt64
  /// The cost of the typing errors that lead to this; 0 where it begins with the prefix.
  var correction: Float = 0
  /// The bytes of the text that stand for the prefix; for a correction, not those of the prefix.
  var typedBytes: Int32 = 0
  /// ln P by the index, where the index returned it; else NaN.
  var indexLog = Double.nan
  /// How often it followed the previous query.
  var followed = 0.0
  /// How often it followed the queries before that, discounted by their distance.
  var followedEarlier = 0.0
  /// What composing found out.
  var composed = Composed()
  /// The ranker's score.
  var score = 0.0

  /// Adds `source` to those that brought this.
  @inline(__always)
  mutating func add(_ source: SuggestionSource) { sources |= 1 << UInt16(source.rawValue) }
}

/// The candidates of one completion.
struct CandidateTable {
  private(set) var items: [Candidate] = []
  private(set) var arena: [UInt8] = []
  private var slots: [UInt32]
  private var stamps: [UInt32]
  private(set) var stamp: UInt32 = 0

  init() {
    slots = [UInt32](repeating: 0, count: 512)
    stamps = [UInt32](repeating: 0, count: 512)
  }

  /// Empties the table.
  mutating func reset() {
    items.removeAll(keepingCapacity: true)
    arena.removeAll(keepingCapacity: true)
    advance(from: stamp)
  }

  /// Empties the table, and overwrites the texts that it held.
  mutating func wipe() {
    reset()
    arena.wipe()
  }

  /// Takes the next stamp after `last`; starts anew where stamps end.
  mutating func advance(from last: UInt32) {
    stamp = last
    if stamp == UInt32.max {
      for i in stamps.indices { stamps[i] = 0 }
      stamp = 0
    }
    stamp += 1
  }

  var count: Int { items.count }

  @inline(__always)
  subscript(i: Int) -> Candidate {
    get { items[i] }
    _modify { yield &items[i] }
  }

  /// The position of `label`, or nil.
  func find(label: UInt32) -> Int? {
    let slot = slot(of: StableHash.mix(UInt64(label))) { $0.label == label }
    return stamps[slot] == stamp ? Int(slots[slot]) : nil
  }

  /// The position of `label`, made if there is none, with `source` added to it.
  @discardableResult
  mutating func add(label: UInt32, from source: SuggestionSource) -> Int {
    let hash = StableHash.mix(UInt64(label))
    let slot = slot(of: hash) { $0.label == label }
    if stamps[slot] == stamp {
      items[Int(slots[slot])].add(source)
      return Int(slots[slot])
    }
    return append(Candidate(label: label, hash: hash), slot, source)
  }

  /// The position of a text that is no label, or nil.
  func find(text: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = StableHash.of(text, seed: 0)
    let slot = slot(of: hash) { $0.label == Candidate.noLabel && isText($0, text) }
    return stamps[slot] == stamp ? Int(slots[slot]) : nil
  }

  /// The position of a text that is no label, made if there is none, with `source` added to it.
  ///
  /// - Parameters:
  ///   - text: The normalised text; no label has it.
  ///   - surface: How it is shown, if it was not there before.
  ///   - source: What brought it.
  /// - Returns: The position.
  @discardableResult
  mutating func add(
    text: UnsafeBufferPointer<UInt8>, surface: UnsafeBufferPointer<UInt8>,
    from source: SuggestionSource
  ) -> Int {
    let hash = StableHash.of(text, seed: 0)
    let slot = slot(of: hash) { $0.label == Candidate.noLabel && isText($0, text) }
    if stamps[slot] == stamp {
      items[Int(slots[slot])].add(source)
      return Int(slots[slot])
    }
    var candidate = Candidate(label: Candidate.noLabel, hash: hash)
    candidate.text = store(text)
    candidate.surface = store(surface)
    return append(candidate, slot, source)
  }

  private mutating func store(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int32> {
    let start = Int32(arena.count)
    arena.append(contentsOf: bytes)
    return start..<Int32(arena.count)
  }

  private func isText(_ candidate: Candidate, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    withText(of: candidate) { $0.equals(text) }
  }

  /// Calls `body` with the normalised text of a candidate without a label.
  @inline(__always)
  func withText<R>(
    of candidate: Candidate, _ body: (UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    arena.withUnsafeBufferPointer {
      body(
        UnsafeBufferPointer(
          rebasing: $0[Int(candidate.text.lowerBound)..<Int(candidate.text.upperBound)]))
    }
  }

  /// Calls `body` with the display text of a candidate without a label.
  @inline(__always)
  func withSurface<R>(
    of candidate: Candidate, _ body: (UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    arena.withUnsafeBufferPointer {
      body(
        UnsafeBufferPointer(
          rebasing: $0[Int(candidate.surface.lowerBound)..<Int(candidate.surface.upperBound)]))
    }
  }

  /// The slot of the candidate with `hash` for which `matches` holds, or where it would go.
  @inline(__always)
  private func slot(of hash: UInt64, _ matches: (Candidate) -> Bool) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while stamps[slot] == stamp {
      let candidate = items[Int(slots[slot])]
      if candidate.hash == hash, matches(candidate) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func append(
    _ candidate: Candidate, _ slot: Int, _ source: SuggestionSource
  ) -> Int {
    stamps[slot] = stamp
    slots[slot] = UInt32(items.count)
    items.append(candidate)
    items[items.count - 1].add(source)
    if items.count * 2 >= slots.count { grow() }
    return items.count - 1
  }

  /// Doubles the table and enters the candidates again.
  private mutating func grow() {
    let capacity = slots.count * 2
    slots = [UInt32](repeating: 0, count: capacity)
    stamps = [UInt32](repeating: 0, count: capacity)
    stamp = 1
    for (i, candidate) in items.enumerated() {
      var slot = Int(truncatingIfNeeded: candidate.hash) & (capacity - 1)
      while stamps[slot] == stamp { slot = (slot + 1) & (capacity - 1) }
      stamps[slot] = stamp
      slots[slot] = UInt32(i)
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether these are the same bytes as `other`'s.
  @inline(__always)
  func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    count == other.count && hasPrefix(other)
  }

  /// Whether these bytes begin with `prefix`.
  @inline(__always)
  func hasPrefix(_ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    if count < prefix.count { return false }
    guard let mine = baseAddress, let other = prefix.baseAddress else { return true }
    return memcmp(mine, other, prefix.count) == 0
  }
}
