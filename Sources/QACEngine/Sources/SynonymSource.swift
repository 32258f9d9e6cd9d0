// Source `synonyms`: labels that begin with the prefix once a phrase of it is replaced by a synonym.
//
//     "couch b"   couch -> sofa   "sofa b"   the heaviest labels that begin so: "sofa bed"
//
// Whole words that were typed are replaced, one phrase at a time: finished words, and the last one
// if it is a whole phrase or its end as it stands. Labels that begin with the prefix as it was typed
// are not this source's.
//
// Cost: nothing without synonyms. Else a look-up for each run of at most
// `SynonymsView.mostPhraseWords` words among the first `mostWords`, and at most `mostTried` searches
// of a range, of which at most `mostRewritten` bring `labelsEach` labels.

import QACBinary
import QACIndex
import QACText

/// Labels that synonyms lead to.
struct SynonymSource: CandidateSource {
  static var source: SuggestionSource { .synonyms }

  /// The words of the prefix in which phrases are looked for.
  static let mostWords = 16
  /// The rewritten prefixes whose labels are looked for.
  static let mostTried = 32
  /// The rewritten prefixes that bring labels.
  static let mostRewritten = 8
  /// The labels that each of them brings.
  static let labelsEach = 8

  private var search: PopularSearch
  /// The words of the prefix.
  private var words: [Range<Int>] = []
  private var rewritten: [UInt8] = []
  /// The rewritten prefixes that may still be tried, and that may still bring labels.
  private var left = (tried: 0, rewritten: 0)

  init(_ engine: CompletionEngine) { search = PopularSearch(labelCount: engine.index.labelCount) }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    guard let synonyms = completion.view.synonyms else { return }
    readWords(completion.prefix)
    left = (Self.mostTried, Self.mostRewritten)
    for first in words.indices {
      let end = min(first + SynonymsView.mostPhraseWords, words.count)
      for last in first..<end {
        let phrase = words[first].lowerBound..<words[last].upperBound
        let text = UnsafeBufferPointer(rebasing: completion.prefix[phrase])
        guard let i = synonyms.phrases.index(of: text, in: 0..<synonyms.phrases.count) else {
          continue
        }
        for target in synonyms.targets(of: i) {
          if left.tried == 0 || left.rewritten == 0 { return }
          let number = Int(synonyms.targets[target])
          add(synonyms.phrases[number], insteadOf: phrase, to: &table, for: completion)
        }
      }
    }
  }

  private mutating func readWords(_ prefix: UnsafeBufferPointer<UInt8>) {
    words.removeAll(keepingCapacity: true)
    var start: Int?
    for i in 0...prefix.count {
      if i < prefix.count, !Tokenizer.isSpace(prefix[i]) {
        if start == nil { start = i }
      } else if let begin = start {
        if words.count == Self.mostWords { return }
        words.append(begin..<i)
        start = nil
      }
    }
  }

  /// Adds the labels that begin with the prefix after `phrase` of it is replaced by `target`.
  private mutating func add(
    _ target: UnsafeBufferPointer<UInt8>, insteadOf phrase: Range<Int>,
    to table: inout CandidateTable, for completion: borrowing Completion
  ) {
    let prefix = completion.prefix
    left.tried -= 1
    rewritten.removeAll(keepingCapacity: true)
    rewritten.append(contentsOf: prefix[..<phrase.lowerBound])
    rewritten.append(contentsOf: target)
    rewritten.append(contentsOf: prefix[phrase.upperBound...])
    let range = rewritten.withUnsafeBufferPointer { completion.view.range(ofPrefix: $0) }
    if range.isEmpty { return }
    left.rewritten -= 1
    search.search(
      completion.view, range: range, limit: Self.labelsEach, blocks: completion.blocks)
    for found in search.top.items where !completion.range.contains(found.label) {
      let i = table.add(label: found.label, from: .synonyms)
      // What another source brought, it brought as something nearer to what was typed.
      if table[i].isSynonym || table[i].sources != SourceSet(.synonyms) { continue }
      table[i].synonymBytes = Int32(rewritten.count)
      table.findings.synonymUses += found.score
    }
  }

  mutating func wipe() { rewritten.wipe() }
}
