// What the near-duplicates of a text share with it: its words in any order, or its letters without
// spaces.
//
// A plural s does not count at the end of a word of more than three letters, unless it is a double
// s.
// Cost: O(length).

import QACText

/// Keys of a text that its near-duplicates share.
struct FoldKeys: Equatable {
  /// The same for the same words in another order, each without a plural s.
  var stems: UInt64 = 0
  /// The same for the same letters with spaces elsewhere, without a plural s at the end.
  var letters: UInt64 = 0

  /// The keys of `text`.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    var running = StableHash.start
    var beforeLast = StableHash.start
    var isPlural = false
    Tokenizer.forEachWord(text) { range in
      let word = UnsafeBufferPointer(rebasing: text[range])
      isPlural =
        word.count > 3 && word[word.count - 1] == UInt8(ascii: "s")
        && word[word.count - 2] != UInt8(ascii: "s")
      let stem = UnsafeBufferPointer(rebasing: word.dropLast(isPlural ? 1 : 0))
      stems &+= StableHash.of(stem, seed: 1)
      for byte in word {
        beforeLast = running
        running = StableHash.step(running, byte)
      }
    }
    letters = StableHash.mix(isPlural ? beforeLast : running)
  }
}
