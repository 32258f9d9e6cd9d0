// The label that an earlier query counts as: the same text, the right text of a misspelt one, or the
// same text with other accents.
//
//     "émile zola"   the label of this text
//     "emlie zola"   an alias of the index: the label that it stands for
//     "emile zola"   differs from a label by its accents alone: that label
//
// Accents are compared under `search` alone. Of several labels that differ in this way, the heaviest
// counts, then the first.
//
// Cost: 12 bytes per label with a letter outside ASCII, made once with the engine. A query that is
// no label takes three binary searches the first time, and one look at the cache after that.

import QACBinary
import QACIndex
import QACText

/// Finds the labels that queries count as.
struct QueryMeanings: Sendable {
  /// The hashes of labels without their accents, ascending, of labels that have any.
  private var hashes: [UInt64] = []
  private var labels: [UInt32] = []
  private let comparesAccents: Bool
  private let bases = BaseLetters.table

  init(_ view: IndexView, _ profile: NormalizationProfile) {
    comparesAccents = profile == .search
    if !comparesAccents { return }
    var found: [(hash: UInt64, label: UInt32)] = []
    for label in 0..<UInt32(view.labelCount) {
      let text = view.text(of: label)
      if text.contains(where: { $0 >= 0x80 }) { found.append((hash(of: text), label)) }
    }
    found.sort { a, b in
      if a.hash != b.hash { return a.hash < b.hash }
      let (x, y) = (view.weight(of: a.label), view.weight(of: b.label))
      return x != y ? x > y : a.label < b.label
    }
    for (i, item) in found.enumerated() where i == 0 || found[i - 1].hash != item.hash {
      hashes.append(item.hash)
      labels.append(item.label)
    }
  }

  /// The label that `text` counts as, or nil.
  func label(of text: UnsafeBufferPointer<UInt8>, _ view: IndexView) -> UInt32? {
    if let label = view.label(of: text) ?? view.label(ofAlias: text) { return label }
    if !comparesAccents { return nil }
    let plain = text.contains { $0 >= 0x80 } ? labelWithoutAccents(text, view) : nil
    guard !hashes.isEmpty else { return plain }
    let hash = hash(of: text)
    let place = hashes.indices.partitioningIndex { hashes[$0] >= hash }
    guard place < hashes.count, hashes[place] == hash else { return plain }
    guard let plain, view.weight(of: plain) >= view.weight(of: labels[place]) else {
      return labels[place]
    }
    return plain
  }

  /// The label whose text is `text` without accents, all of it in ASCII.
  private func labelWithoutAccents(
    _ text: UnsafeBufferPointer<UInt8>, _ view: IndexView
  ) -> UInt32? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { bytes in
      var count = 0
      var isASCII = true
      forEachBase(of: text) { letter in
        isASCII = isASCII && letter < 0x80
        if isASCII {
          bytes[count] = UInt8(letter)
          count += 1
        }
      }
      return isASCII ? view.label(of: UnsafeBufferPointer(rebasing: bytes[..<count])) : nil
    }
  }

  /// Calls `body` with the letters of `text` without accents; marks are left out.
  private func forEachBase(of text: UnsafeBufferPointer<UInt8>, _ body: (UInt32) -> Void) {
    var offset = 0
    while let scalar = UTF8Scalars.next(text, &offset) {
      if !BaseLetters.isMark(scalar) { body(BaseLetters.base(of: scalar, in: bases)) }
    }
  }

  private func hash(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = StableHash.start
    forEachBase(of: text) { letter in
      for byte in 0..<4 { hash = StableHash.step(hash, UInt8(letter >> (8 * byte) & 0xFF)) }
    }
    return StableHash.mix(hash)
  }
}

/// Remembers what queries mean by the hash of their text; belongs to one thread and one index.
///
/// Two queries with equal hashes count as the same, with odds of 1 to 2^64.
struct MeaningCache {
  private static let slots = 256

  private var hashes = [UInt64](repeating: 0, count: MeaningCache.slots)
  private var labels = [UInt32](repeating: Candidate.noLabel, count: MeaningCache.slots)

  /// The label that `text`, of this hash, counts as, or nil.
  mutating func label(
    meantBy text: UnsafeBufferPointer<UInt8>, hash: UInt64, _ meanings: borrowing QueryMeanings,
    _ view: IndexView
  ) -> UInt32? {
    let slot = Int(truncatingIfNeeded: hash) & (Self.slots - 1)
    if hashes[slot] != hash {
      hashes[slot] = hash
      labels[slot] = meanings.label(of: text, view) ?? Candidate.noLabel
    }
    return labels[slot] == Candidate.noLabel ? nil : labels[slot]
  }
}
