// Source `compound`: an unfinished word that begins no ending, ended like words that are known.
//
//     grundsteue       no query ends in a word that begins so
//     grund|steue      of its ends, this is the longest that begins a known ending
//     grund|steuer     what stands before that, and the known ending
//
// Languages that join words (German, Dutch, Finnish) have more words than a log has, and paths and
// host names are joined as well. The ranker reads how much of the word the ending shares.
//
// Cost: nothing where several labels match or the word begins an ending; else a range search per
// scalar of the word, `mostScalars` at most, and one search of popular endings for each of up to
// `mostCuts` of them.

import QACIndex
import QACText

/// Endings below the word.
struct CompoundSource: CandidateSource {
  static var source: SuggestionSource { .compound }

  /// From this many labels that match on, the word is no unknown one.
  private static let fewMatches = 4
  /// The fewest scalars before the ending, and the fewest that the ending shares with the word.
  private static let fewestScalars = (before: 2, shared: 3)
  /// The most scalars of a word that is divided.
  private static let mostScalars = 48
  /// The most places where a word is divided, and the endings for each.
  private static let most = (cuts: 3, endings: 4)

  private var text: ComposedText
  private var popular: PopularSearch

  init(_ engine: CompletionEngine) {
    text = ComposedText(engine)
    popular = PopularSearch(count: engine.index.view.suffixes.count)
  }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    let tail = completion.tail
    let least = Self.fewestScalars.before + Self.fewestScalars.shared
    if tail.count < least || completion.range.count >= Self.fewMatches { return }
    if !text.begin(completion.prefix) { return }
    let scalars = UTF8Scalars.count(tail)
    if scalars < least || scalars > Self.mostScalars { return }
    let suffixes = completion.view.suffixes
    if !suffixes.range(ofPrefix: tail).isEmpty { return }
    var cuts = 0
    var before = 0
    for i in tail.indices where tail[i] & 0xC0 != 0x80 {
      let shared = scalars - before
      before += 1
      if before <= Self.fewestScalars.before { continue }
      if shared < Self.fewestScalars.shared || cuts == Self.most.cuts { return }
      let end = UnsafeBufferPointer(rebasing: tail[i...])
      let range = suffixes.range(ofPrefix: end)
      if range.isEmpty { continue }
      cuts += 1
      popular.search(completion.view.suffixWeights, range, limit: Self.most.endings)
      for found in popular.top.items {
        guard
          let c = text.add(
            suffixes[Int(found.label)], behind: completion.tailStart + i, from: .compound,
            to: &table, for: completion)
        else { continue }
        table[c].ending.sharedScalars = max(table[c].ending.sharedScalars, shared)
      }
    }
  }

  mutating func wipe() { text.wipe() }
}
