// Remembers which words are near a typed word: the finished words of a prefix are the same on each
// key that follows, and each of them is looked up by distance again.
//
// A key is the hash of the word as it is looked up, under a seed that nobody knows (`seed`): so two
// words have equal keys with odds of 1 to 2^64, and nobody can choose a word that takes another's
// place.
// Invariant: it returns what a search for that word found. An empty slot holds a key that belongs to
// another slot.
// Cost: a look-up reads one slot; 64 slots of 144 bytes. It belongs to one thread and one list of
// words, and holds no text; `wipe` empties it, because what is near a word tells of the word.

/// The words near other words.
struct NearMemo {
  /// The most words that are remembered of each.
  static let mostWords = 2 * PrefixReading.mostEdges
  private static let count = 64

  private struct Slot {
    var key: UInt64
    var letters = 0
    var found = 0
  }

  /// What keys are made with; it changes no answer.
  let seed = UInt64.random(in: 0...UInt64.max)
  private var slots = NearMemo.emptySlots
  private var matches = [TypoMatch](
    repeating: TypoMatch(label: 0, cost: 0, alignedBytes: 0),
    count: NearMemo.count * NearMemo.mostWords)

  private static var emptySlots: [Slot] { (0..<UInt64(count)).map { Slot(key: $0 ^ 1) } }

  /// The places of what is near the word with this `key`, and the letters of that word; nil if it
  /// is not remembered.
  func find(_ key: UInt64) -> (places: Range<Int>, letters: Int)? {
    let slot = Self.slot(of: key)
    if slots[slot].key != key { return nil }
    let first = slot * Self.mostWords
    return (first..<first + slots[slot].found, slots[slot].letters)
  }

  /// The word at a place.
  subscript(place: Int) -> TypoMatch { matches[place] }

  /// Remembers `found`, at most `mostWords`, the nearest words to one of `letters` letters; returns
  /// their places.
  mutating func insert(_ found: [TypoMatch], letters: Int, _ key: UInt64) -> Range<Int> {
    let slot = Self.slot(of: key)
    slots[slot] = Slot(key: key, letters: letters, found: found.count)
    let first = slot * Self.mostWords
    for (i, match) in found.enumerated() { matches[first + i] = match }
    return first..<first + found.count
  }

  /// Forgets everything.
  mutating func wipe() {
    slots = Self.emptySlots
    for i in matches.indices { matches[i] = TypoMatch(label: 0, cost: 0, alignedBytes: 0) }
  }

  private static func slot(of key: UInt64) -> Int { Int(truncatingIfNeeded: key) & (count - 1) }
}
