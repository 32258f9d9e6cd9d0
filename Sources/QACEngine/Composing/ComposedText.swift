// A composed text: the head of the prefix as typed, then an ending for its unfinished word.
//
// Invariant: a composed text begins with the normalised prefix, because its ending begins with the
// tail. It is longer than the prefix unless it is a label. A composed text that is a label is that
// label's candidate.
// Cost: O(its bytes), and one look-up of a label.

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
  /// The text as it is shown, if that is another one.
  private var shown: [UInt8] = []

  init(_ engine: CompletionEngine) { hasKeys = engine.index.profile == .search }

  /// Whether texts are composed for `prefix` at all.
  static func isComposed(_ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    !prefix.isEmpty && prefix.count <= mostBytes
  }

  /// Adds the head of the prefix with `ending`, which begins with the tail.
  ///
  /// - Returns: The candidate's position; nil where the text is no more than was typed.
  mutating func add(
    _ ending: UnsafeBufferPointer<UInt8>, from source: SuggestionSource,
    to table: inout CandidateTable, for completion: borrowing Completion
  ) -> Int? {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: completion.head)
    bytes.append(contentsOf: ending)
    return bytes.withUnsafeBufferPointer { text in
      if let label = completion.label(of: text) { return table.add(label: label, from: source) }
      if text.count == completion.prefix.count { return nil }
      if !hasKeys || !HangulKeys.mayOccur(in: text) {
        return table.add(text: text, surface: text, from: source)
      }
      shown.removeAll(keepingCapacity: true)
      HangulKeys.appendSyllables(of: text, to: &shown)
      return shown.withUnsafeBufferPointer { table.add(text: text, surface: $0, from: source) }
    }
  }

  /// Overwrites the last texts.
  mutating func wipe() {
    bytes.wipe()
    shown.wipe()
  }
}
