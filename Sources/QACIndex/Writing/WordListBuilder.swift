// Makes the word lists of an index: `WordListsView` says what they are.
//
// The slice of a word is its place in the heaviest label that holds it.
// Cost: O(bytes of the labels), and sorting labels and words.

import QACText

/// The word lists of an index, in the form in which they are written.
struct WordListBuilder {
  /// For each word its offset in the label text times 256, plus its length.
  private(set) var slices: [UInt64] = []
  /// The number of each word's first entry, and the end.
  private(set) var offsets: [UInt64] = [0]
  /// The entries.
  private(set) var places: [UInt32] = []
  /// The labels by weight, descending, then by number.
  let rankedLabels: [UInt32]

  init(_ content: IndexContent) {
    precondition(content.labels.count < 1 << 31, "the place of a label has 31 bits")
    rankedLabels = content.weights.indices.sorted {
      (content.weights[$1], $0) < (content.weights[$0], $1)
    }.map { UInt32($0) }
    var starts: [Int] = []
    var end = 0
    for label in content.labels {
      starts.append(end)
      end += label.count
    }
    var lists: [ArraySlice<UInt8>: (slice: UInt64, places: [UInt32])] = [:]
    for (place, label) in rankedLabels.enumerated() {
      let text = content.labels[Int(label)]
      let words = content.breaks.withBreaker { breaker in
        text.withUnsafeBufferPointer { WordListsView.words(of: $0, breaker) }
      }
      // A label's first word may be too long for a list.
      let first = words.first?.lowerBound == Tokenizer.words(text).first?.lowerBound
      for (i, word) in words.enumerated() {
        let slice = UInt64(starts[Int(label)] + word.lowerBound) << 8 | UInt64(word.count)
        lists[text[word], default: (slice, [])].places.append(
          UInt32(place) << 1 | (i == 0 && first ? 1 : 0))
      }
    }
    for (_, list) in lists.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      slices.append(list.slice)
      places += list.places
      offsets.append(UInt64(places.count))
    }
  }
}
