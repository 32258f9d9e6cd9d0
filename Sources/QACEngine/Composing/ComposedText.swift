// A composed text: the head of the prefix as typed, then an ending for its unfinished word.
//
// Invariant: a composed text begins with the normalised prefix, because its ending begins with what
// is cut off. It is longer than the prefix unless it is a label. A composed text that is a label is that
// label's candidate.
// Cost: O(bytes of the ending, and of its head where that is another one), and for some texts one
// look-up of a label.

import QACBinary
import QACIndex
import QACText

/// Joins heads and endings; holds the working memory of one source.
struct ComposedText {
  /// Bytes of the longest prefix that is composed; a longer one was pasted.
  private static let mostBytes = 1024

  /// Whether normal forms hold Hangul as keys.
  private let hasKeys: Bool
  private var bytes: [UInt8] = []
  /// How many of these are the beginning of the prefix, and their running hash; none if negative.
  private var head = (count: -1, hash: UInt64(0))
  /// The text as it is shown, if that is another one.
  private var shown: [UInt8] = []
  /// Whether texts have quotes and brackets that hold together.
  private let nests: Bool

  init(_ engine: CompletionEngine) {
    hasKeys = engine.index.profile == .search
    nests = engine.index.profile == .verbatim
  }

  /// Begins with another prefix; returns whether texts are composed for it at all.
  mutating func begin(_ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    head.count = -1
    return !prefix.isEmpty && prefix.count <= Self.mostBytes && !isOpen(prefix)
  }

  /// Whether `text` ends where nothing is cut: within quotes or brackets of a verbatim text.
  func isOpen(_ text: UnsafeBufferPointer<UInt8>) -> Bool { nests && Nesting.isOpen(text) }

  /// Adds a beginning of the prefix with `ending`.
  ///
  /// - Parameters:
  ///   - ending: Begins with the rest of the prefix.
  ///   - cut: The bytes of the prefix that stand before it.
  ///   - source: Where the ending comes from.
  ///   - table: Takes the candidate.
  ///   - completion: The completion.
  /// - Returns: The candidate's position; nil where the text is no more than was typed.
  mutating func add(
    _ ending: UnsafeBufferPointer<UInt8>, behind cut: Int, from source: SuggestionSource,
    to table: inout CandidateTable, for completion: borrowing Completion
  ) -> Int? {
    if head.count != cut { setHead(UnsafeBufferPointer(rebasing: completion.prefix[..<cut])) }
    bytes.removeLast(bytes.count - cut)
    bytes.append(contentsOf: ending)
    var hash = head.hash
    for byte in ending { hash = StableHash.step(hash, byte) }
    hash = StableHash.mix(hash)
    return bytes.withUnsafeBufferPointer { text in
      if let label = table.labels.label(matching: text, hash: hash, for: completion) {
        return table.add(label: label, from: source)
      }
      if text.count == completion.prefix.count { return nil }
      if !hasKeys || !HangulKeys.mayOccur(in: text) {
        return table.add(text: text, hash: hash, surface: text, from: source)
      }
      shown.removeAll(keepingCapacity: true)
      HangulKeys.appendSyllables(of: text, to: &shown)
      return shown.withUnsafeBufferPointer {
        table.add(text: text, hash: hash, surface: $0, from: source)
      }
    }
  }

  /// Takes `beginning` of the prefix for the head of the texts that follow.
  private mutating func setHead(_ beginning: UnsafeBufferPointer<UInt8>) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: beginning)
    // As `StableHash.of` begins under seed 0.
    var hash = StableHash.start ^ StableHash.mix(0)
    for byte in beginning { hash = StableHash.step(hash, byte) }
    head = (beginning.count, hash)
  }

  /// Overwrites the last texts.
  mutating func wipe() {
    bytes.wipe()
    head.count = -1
    shown.wipe()
  }
}
