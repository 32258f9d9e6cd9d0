// The words of the submitted queries, numbered, with what is known of each.
//
// Words are numbered in the order in which they first occur, so equal sets give equal numbers.
// Cost: O(bytes of the queries); 4 bytes per word of a distinct query, and a table of words.

import QACText

/// The words of a training set's queries.
struct QueryWords {
  /// The words' texts, by number.
  private(set) var texts: [[UInt8]] = []
  /// Uses of the queries with each word; a query that has it twice counts twice.
  private(set) var uses: [UInt64] = []
  /// Uses of each query.
  let queryUses: [UInt64]
  /// The numbers of the words of all queries, one query after the other.
  private var numbers: [UInt32] = []
  /// The index in `numbers` of each query's first word, and the number of words.
  private var starts: [Int] = [0]
  /// The uses of each sequence of words, by `Self.hash`.
  private var usesBySequence: [UInt64: UInt64] = [:]
  /// The uses of each pair of neighbouring words, by `Self.pair`.
  private var usesByPair: [UInt64: UInt64] = [:]

  /// Numbers the words of the queries of `set` that were submitted.
  init(_ set: TrainingSet) {
    queryUses = set.usesByQuery()
    var ids: [[UInt8]: UInt32] = [:]
    for (query, text) in set.queries.enumerated() {
      if queryUses[query] > 0 {
        for range in Tokenizer.words(text) {
          let word = Array(text[range])
          let id = ids[word] ?? UInt32(texts.count)
          if ids.updateValue(id, forKey: word) == nil {
            texts.append(word)
            uses.append(0)
          }
          uses[Int(id)] += queryUses[query]
          numbers.append(id)
        }
      }
      starts.append(numbers.count)
      let own = words(of: query)
      if own.isEmpty { continue }
      usesBySequence[Self.hash(own), default: 0] += queryUses[query]
      for (a, b) in zip(own, own.dropFirst()) {
        usesByPair[Self.pair(a, b), default: 0] += queryUses[query]
      }
    }
  }

  /// The numbers of the words of `query`; none if nobody submitted it.
  func words(of query: Int) -> ArraySlice<UInt32> { numbers[starts[query]..<starts[query + 1]] }

  /// The uses of the queries with these words.
  func uses(ofSequence words: some Sequence<UInt32>) -> UInt64 {
    usesBySequence[Self.hash(words)] ?? 0
  }

  /// The uses of queries in which `b` follows `a`.
  func uses(of a: UInt32, before b: UInt32) -> UInt64 { usesByPair[Self.pair(a, b)] ?? 0 }

  /// The number of two words as one.
  static func pair(_ a: UInt32, _ b: UInt32) -> UInt64 { UInt64(a) << 32 | UInt64(b) }

  private static func hash(_ words: some Sequence<UInt32>) -> UInt64 {
    words.reduce(0) { StableHash.mix($0 &+ 1) ^ StableHash.mix(UInt64($1)) }
  }

  /// The letters of a word; none if it has anything else in it.
  func letters(of word: UInt32) -> [UInt32] {
    texts[Int(word)].withUnsafeBufferPointer { text in
      var letters: [UInt32] = []
      var offset = 0
      while let scalar = UTF8Scalars.next(text, &offset) {
        guard Self.isLetter(scalar) else { return [] }
        letters.append(scalar)
      }
      return letters
    }
  }

  private static func isLetter(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return (scalar | 0x20) &- 0x61 < 26 }
    switch Unicode.Scalar(scalar)?.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default: return false
    }
  }
}
