// One completion, as every stage sees it: what was typed, in which context, and what may be used.
//
//     prefix   "cheap flights to b"
//              |_________________||   head: 17 bytes, whole words; lastWord: the key of "to"
//                                 |   tail: the unfinished word
//     range    the labels that begin with the prefix
//     steps    the context: the session's last distinct queries, newest first
//
// Invariant: nothing here changes while the stages run. It is not copyable, so it is passed by
// reference. It points into the working memory of `complete` and is gone when that returns.

import QACIndex
import QACText

/// What stays the same for all stages of one completion.
struct Completion: ~Copyable {
  let view: IndexView
  /// Says of most texts that they are no label.
  let filter: LabelFilter
  /// The normalised prefix.
  let prefix: UnsafeBufferPointer<UInt8>
  /// Where the unfinished word of the prefix begins.
  let tailStart: Int
  /// The key of the word before the unfinished one.
  let lastWord: UInt64
  /// The labels that begin with the prefix.
  let range: Range<UInt32>
  let context: SessionContext
  /// The context's queries, newest first.
  let steps: [ContextStep]
  /// The session's entry of the previous query, or -1.
  let previousEntry: Int
  /// In which conversation and where it is typed.
  let situation: Situation
  /// What is known of the place.
  let places: PlaceUses
  let overlay: LiveOverlay?
  /// What must not be suggested; nil where nothing is blocked.
  let blocks: BlockedLabels?
  /// Pins and boosts; nil where there are none.
  let rules: RankingRules?
  /// Now, in unix seconds.
  let time: Int64
  /// The most candidates that each source brings.
  let wanted: Int
  /// Whether a rule blocks all that begins with the prefix: then nothing is looked for.
  let isCovered: Bool
  /// Whether so few labels match that corrections are looked for.
  let mayCorrect: Bool
  let options: CompletionOptions

  /// The whole words of the prefix, with the white space behind them.
  var head: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: prefix[..<tailStart]) }

  /// The unfinished word of the prefix, perhaps empty.
  var tail: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: prefix[tailStart...]) }

  /// Whether `label` is blocked.
  @inline(__always)
  func blocks(_ label: UInt32) -> Bool { blocks?.contains(label) ?? false }
}
