// The labels whose letters differ from their text, in the order of their letters, so that those that
// begin with given letters are one range. It is made together with the engine.
//
// A label has a key if its letters (`VariantLetters`) are not its bytes: it has a space, a symbol or
// a letter beyond ASCII. It has a second one if it reads otherwise spelt out, and a third behind an
// elided article. The keys' letters are not stored: they are read from the label when they are
// compared.
//
// Invariant: keys ascend by letters, then by label. An index of another profile than `search` has no
// keys.
// Cost: made in O(keys log keys) comparisons, of which most read eight bytes; twelve bytes per key. A
// search compares O(log keys) numbers, and labels only where a prefix has more than eight bytes; it
// reads one weight per 64 keys of its range.

import QACBinary
import QACIndex
import QACText

/// Labels by their letters.
struct VariantLabels: Sendable {
  /// The keys that share one maximum.
  private static let blockSize = 64
  /// The bits of a key that say how its label is read.
  private static let readingBits: UInt32 = 2
  private static let elided: UInt32 = 2
  /// Bytes of the longest letters that are compared.
  private static let longest = 64

  /// For each key its label times 4, plus its reading, or 2 if it begins behind an article.
  let keys: [UInt32]
  /// The first eight bytes of each key's letters as one number, in their order.
  private let heads: [UInt64]
  /// The greatest weight of each block of keys.
  private let maxima: [UInt32]
  let bases: [UInt16]
  /// Whether ways of writing are looked for at all.
  let isOn: Bool

  /// Makes the keys of the labels of `view`.
  init(_ view: IndexView, profile: NormalizationProfile) {
    bases = BaseLetters.table
    isOn = profile == .search && view.labelCount < 1 << 30
    if !isOn {
      (keys, heads, maxima) = ([], [], [])
      return
    }
    var found: [(head: UInt64, key: UInt32)] = []
    for label in 0..<UInt32(view.labelCount) {
      let text = view.text(of: label)
      if text.allSatisfy({ $0 &- 0x61 < 26 || $0 &- 0x30 < 10 }) { continue }
      for reading in Self.readings(of: text) {
        let key = label << Self.readingBits | reading
        found.append((Self.head(of: Self.letters(of: key, view, bases)).bytes, key))
      }
    }
    let bases = bases
    found.sort { a, b in
      if a.head != b.head { return a.head < b.head }
      let order = Self.compare(Self.letters(of: a.key, view, bases), with: b.key, view, bases)
      return order != 0 ? order < 0 : a.key < b.key
    }
    let keys = found.map(\.key)
    self.keys = keys
    heads = found.map(\.head)
    maxima = stride(from: 0, to: keys.count, by: Self.blockSize).map { start in
      keys[start..<min(start + Self.blockSize, keys.count)].reduce(0) {
        max($0, UInt32(view.weight(of: $1 >> Self.readingBits)))
      }
    }
  }

  private static func readings(of text: UnsafeBufferPointer<UInt8>) -> [UInt32] {
    var readings = [VariantReading.plain.rawValue]
    if VariantReading.isAmbiguous(text) { readings.append(VariantReading.speltOut.rawValue) }
    if VariantMatch.elided(text) != nil { readings.append(elided) }
    return readings
  }

  private static func letters(
    of key: UInt32, _ view: IndexView, _ bases: [UInt16]
  ) -> VariantLetters {
    let reading = key & (1 << readingBits - 1)
    return VariantLetters(
      view.text(of: key >> readingBits), as: VariantReading(rawValue: reading) ?? .plain,
      from: reading == elided ? 2 : 0, bases)
  }

  /// The first eight bytes of `letters` in UTF-8 as one number, in their order, and how many bits of
  /// it are left.
  private static func head(of letters: VariantLetters) -> (bytes: UInt64, bitsLeft: UInt64) {
    var letters = letters
    var head: UInt64 = 0
    var bits: UInt64 = 64
    while bits > 0 {
      let letter = letters.next()
      if letter == 0 { break }
      let scalar = ScalarKey(letter)
      for i in 0..<scalar.count where bits > 0 {
        bits -= 8
        head |= UInt64(scalar.key >> UInt32(24 - 8 * i) & 0xFF) << bits
      }
    }
    return (head, bits)
  }

  /// Compares `letters` with those of a key: negative, 0 or positive.
  private static func compare(
    _ letters: VariantLetters, with key: UInt32, _ view: IndexView, _ bases: [UInt16],
    asPrefix: Bool = false
  ) -> Int {
    var mine = letters
    var others = Self.letters(of: key, view, bases)
    for _ in 0..<longest {
      let (a, b) = (mine.next(), others.next())
      if a == 0, asPrefix { return 0 }
      if a != b { return a < b ? -1 : 1 }
      if a == 0 { return 0 }
    }
    return 0
  }

  /// The keys whose letters begin with those of `prefix`, read as `reading`.
  func range(
    ofPrefix prefix: UnsafeBufferPointer<UInt8>, as reading: VariantReading, _ view: IndexView
  ) -> Range<Int> {
    let letters = VariantLetters(prefix, as: reading, bases)
    let head = Self.head(of: letters)
    if head.bitsLeft == 64 { return 0..<0 }
    let last = head.bytes | (1 << head.bitsLeft - 1)
    let first = heads.indices.partitioningIndex { heads[$0] >= head.bytes }
    let end = (first..<heads.count).partitioningIndex { heads[$0] > last }
    // All letters of the prefix are in its head, or there is nothing to tell apart.
    if head.bitsLeft > 0 || first == end { return first..<end }
    func order(_ i: Int) -> Int {
      Self.compare(letters, with: keys[i], view, bases, asPrefix: true)
    }
    let low = (first..<end).partitioningIndex { order($0) <= 0 }
    return low..<(low..<end).partitioningIndex { order($0) < 0 }
  }

  /// Offers the labels of `range` of which `isWanted` holds to `top`, heaviest first.
  func offer(
    _ range: Range<Int>, to top: inout TopLabels, _ view: IndexView,
    where isWanted: (UInt32) -> Bool
  ) {
    var i = range.lowerBound
    while i < range.upperBound {
      let block = i / Self.blockSize
      let end = min((block + 1) * Self.blockSize, range.upperBound)
      if Double(maxima[block]) >= top.bound {
        for key in keys[i..<end] {
          let label = key >> Self.readingBits
          let weight = Double(view.weight(of: label))
          if weight < top.bound || top.items.contains(where: { $0.label == label }) { continue }
          if isWanted(label) { top.offer(ScoredLabel(label: label, score: weight)) }
        }
      }
      i = end
    }
  }
}
