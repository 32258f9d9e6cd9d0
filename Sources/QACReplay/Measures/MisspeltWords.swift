// The words of a log that look misspelt beside its other words.
//
// A word of four letters or more counts as misspelt if another word is at least twenty times as
// frequent in the log, has the same first letter and is one edit away: a letter inserted, dropped
// or replaced, or two neighbours exchanged. An added s at the end is no error, because it makes
// plurals. Words with anything but letters in them are neither misspelt nor the right word.
//
// The rule takes some rare names for errors. It serves to compare lists on one log, and decides
// nothing.
//
// Invariant: the result depends only on how often each word was submitted.
// Cost: one look-up per letter of each word. Two words are one edit apart only if they are equal
// after at most one letter is dropped from each, so every frequent word is filed under itself
// without each of its letters; a right word was submitted twenty times or more, so few are filed.
// Source: the deletion neighbourhood of Mor and Fraenkel, CACM 1982.

import QACLogs
import QACText

/// The misspelt words of a log.
struct MisspeltWords: Sendable {
  /// How many times as frequent the right word is at least.
  static let factor = 20
  /// The letters of the shortest word that counts as misspelt.
  static let shortest = 4

  private var keys: Set<UInt64> = []

  /// Whether there are none.
  var isEmpty: Bool { keys.isEmpty }

  /// Whether the word with `key` is misspelt.
  func contains(_ key: UInt64) -> Bool { keys.contains(key) }

  /// The key of a word.
  static func key(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 { StableHash.of(word, seed: 0) }

  private struct Word {
    var letters: [UInt32]
    var count: Int
  }

  /// Finds the misspelt words of `log`.
  init(_ log: QueryLog) {
    let words = Self.words(of: log)
    var frequent: [UInt64: [Word]] = [:]
    for word in words.values
    where word.count >= Self.factor && word.letters.count >= Self.shortest - 1 {
      Self.forEachDeletion(of: word.letters) { frequent[$0, default: []].append(word) }
    }
    if frequent.isEmpty { return }
    for (key, word) in words where word.letters.count >= Self.shortest {
      var isMisspelt = false
      Self.forEachDeletion(of: word.letters) { deletion in
        if isMisspelt { return }
        isMisspelt = frequent[deletion]?.contains { Self.corrects(word, to: $0) } ?? false
      }
      if isMisspelt { keys.insert(key) }
    }
  }

  /// The words of letters alone in the log's queries, by key, with how often they were submitted.
  private static func words(of log: QueryLog) -> [UInt64: Word] {
    var counts = [Int](repeating: 0, count: log.queries.count)
    for observation in log.observations {
      counts[Int(observation.query)] += Int(observation.count)
    }
    var words: [UInt64: Word] = [:]
    for (text, count) in zip(log.queries.normalized, counts) where count > 0 {
      text.withUnsafeBufferPointer { bytes in
        Tokenizer.forEachWord(bytes) { range in
          let word = UnsafeBufferPointer(rebasing: bytes[range])
          let key = Self.key(word)
          if words[key] != nil {
            words[key]?.count += count
          } else {
            words[key] = Word(letters: letters(of: word), count: count)
          }
        }
      }
    }
    return words
  }

  /// The letters of `word`; none if it has anything else in it.
  private static func letters(of word: UnsafeBufferPointer<UInt8>) -> [UInt32] {
    var letters: [UInt32] = []
    var offset = 0
    while let scalar = UTF8Scalars.next(word, &offset) {
      guard isLetter(scalar) else { return [] }
      letters.append(scalar)
    }
    return letters
  }

  private static func isLetter(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return (scalar | 0x20) &- 0x61 < 26 }
    switch Unicode.Scalar(scalar)?.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default: return false
    }
  }

  /// Calls `body` with the hash of `letters` and of them without each one.
  private static func forEachDeletion(of letters: [UInt32], _ body: (UInt64) -> Void) {
    for dropped in 0...letters.count {
      var hash = StableHash.start
      for (i, letter) in letters.enumerated() where i != dropped {
        for byte in 0..<4 { hash = StableHash.step(hash, UInt8(letter >> (8 * byte) & 0xFF)) }
      }
      body(hash)
    }
  }

  /// Whether `word` is taken for an error that stands for `right`.
  private static func corrects(_ word: Word, to right: Word) -> Bool {
    right.count >= factor * word.count && word.letters.first == right.letters.first
      && !isPlural(word.letters, of: right.letters) && !isPlural(right.letters, of: word.letters)
      && isOneEdit(word.letters[...], right.letters[...])
  }

  private static func isPlural(_ word: [UInt32], of other: [UInt32]) -> Bool {
    word.count == other.count + 1 && word.last == 0x73 && word.dropLast() == other[...]
  }

  /// Whether one letter inserted, dropped or replaced, or two neighbours exchanged, turn `a` into
  /// `b`.
  private static func isOneEdit(_ a: ArraySlice<UInt32>, _ b: ArraySlice<UInt32>) -> Bool {
    let same = zip(a, b).prefix { $0 == $1 }.count
    let (x, y) = (a.dropFirst(same), b.dropFirst(same))
    if x.isEmpty && y.isEmpty { return false }
    if x.dropFirst() == y || x == y.dropFirst() || x.dropFirst() == y.dropFirst() { return true }
    return x.count > 1 && y.count > 1 && x.prefix(2).elementsEqual(y.prefix(2).reversed())
      && x.dropFirst(2) == y.dropFirst(2)
  }
}
