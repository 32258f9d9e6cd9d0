// Source `composed`: the head of the prefix as typed, with an ending of several people's queries.
//
// Cost: that of `Composer`, and one look-up of a label for each ending.

import QACIndex

/// Endings from the index's suffix table.
struct ComposedSource: CandidateSource {
  static var source: SuggestionSource { .composed }

  private var composer: Composer
  private var text: ComposedText

  init(_ engine: CompletionEngine) {
    text = ComposedText(engine)
    composer = Composer(suffixCount: engine.index.view.suffixes.count)
    text = ComposedText(engine)
  }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    if !text.begin(completion.prefix) { return }
    composer.search(completion.view, prefix: completion.prefix, limit: completion.wanted)
    for found in composer.results {
      let ending = completion.view.suffixes[Int(found.suffix)]
      guard
        let i = text.add(
          ending, behind: completion.tailStart, from: .composed, to: &table, for: completion)
      else { continue }
      table[i].ending.suffixLog = found.logScore
      table[i].ending.evidence = found.evidence
    }
    if let last = composer.results.last { table.findings.leastSuffixLog = last.logScore }
  }

  mutating func wipe() { text.wipe() }
}
