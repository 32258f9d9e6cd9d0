// The words of all labels with their weights, to look words up by distance.
//
// It is a flat index in memory whose labels are the words, each with a space behind it. So
// `TypoSearch` walks words as it walks labels, and the space says where a word ends: "wireles " is
// near "wireless ", and "wireles" is near the beginning of it. The weight of a word is the weight
// of the labels that hold it.
//
// Invariant: this belongs to one index and never changes. Words are those of `Tokenizer`, of at
// most `mostBytes` bytes; each stands here once.
// Cost: made with the engine in O(bytes of the labels + w log w) for w distinct words; about 20
// bytes and the word itself, each. A look-up is a binary search.

import QACIndex
import QACText

/// The words of an index's labels.
final class LabelWords: Sendable {
  /// Bytes of the longest word that is kept: longer ones are no words that people mistype.
  static let mostBytes = 40

  /// The words, each with a space behind it, as labels.
  private let index: LabelIndex
  /// The same as a trie.
  let trie: LabelTrie
  /// The weight of the heaviest word.
  let greatestWeight: UInt64
  /// The weights of all words together.
  let totalWeight: UInt64

  /// The words as labels of an index, which lives as long as this object.
  @inline(__always)
  var view: IndexView { index.view }

  /// Reads the labels of `labels`; nil where they have no word that is kept.
  init?(_ labels: IndexView) {
    let content = Self.content(of: labels)
    if content.labels.isEmpty { return nil }
    // What was just written can be opened.
    guard let index = try? LabelIndex(bytes: IndexWriter.serialize(content)) else { return nil }
    self.index = index
    trie = LabelTrie(index.view)
    greatestWeight = UInt64(content.weights.max() ?? 0)
    totalWeight = index.view.mass(of: 0..<UInt32(index.labelCount))
  }

  /// An index of one node whose labels are the words.
  private static func content(of labels: IndexView) -> IndexContent {
    var places: [UInt64: Int] = [:]
    var words: [(text: [UInt8], weight: UInt64)] = []
    for label in 0..<UInt32(labels.labelCount) {
      let text = labels.text(of: label)
      let weight = labels.weight(of: label)
      Tokenizer.forEachWord(text) { range in
        if range.count > mostBytes { return }
        let word = UnsafeBufferPointer(rebasing: text[range])
        let key = WordKey.of(word)
        if let place = places[key] {
          words[place].weight += weight
        } else {
          places[key] = words.count
          words.append((Array(word) + [0x20], weight))
        }
      }
    }
    words.sort { $0.text.lexicographicallyPrecedes($1.text) }
    var content = IndexContent(
      profile: .verbatim, features: FeatureSpace(documentFrequencies: [:], documents: 0))
    content.labels = words.map(\.text)
    content.surfaces = content.labels
    content.weights = words.map { UInt32(min($0.weight, UInt64(UInt32.max))) }
    var root = NodeRecord()
    root.labelHigh = UInt32(words.count)
    root.memberStart = IndexFormat.contiguous
    root.memberCount = UInt32(words.count)
    content.nodes = [root]
    content.followerOffsets = [UInt32](repeating: 0, count: words.count + 1)
    return content
  }

  /// The words that begin with `text`; with a space at its end, the word before that.
  @inline(__always)
  func range(_ text: UnsafeBufferPointer<UInt8>) -> Range<UInt32> { view.range(ofPrefix: text) }

  /// The weight of the words in `range`.
  @inline(__always)
  func weight(_ range: Range<UInt32>) -> UInt64 { view.mass(of: range) }

  /// Word `id`, without the space behind it.
  @inline(__always)
  func word(_ id: UInt32) -> UnsafeBufferPointer<UInt8> {
    let text = view.text(of: id)
    return UnsafeBufferPointer(rebasing: text[..<(text.count - 1)])
  }
}
