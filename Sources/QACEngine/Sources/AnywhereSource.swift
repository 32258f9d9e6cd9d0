// Source `anywhere`: labels that hold the words of the prefix in any order, from any word on.
//
// It looks for them where too few labels begin with the prefix to fill a list: they rank behind
// those (`WordsPenalty`). Labels that begin with the prefix are left to other sources. If labels hold
// the words as they were typed, the prefix is taken as it is, and nothing is corrected.
//
// Cost: none where enough labels match; else that of `WordSearch`, and one look-up for each label
// found and each query of the context.

import QACIndex

/// Labels by their words.
struct AnywhereSource: CandidateSource {
  static var source: SuggestionSource { .anywhere }

  /// Labels are looked for by their words where fewer than this match.
  static let fewMatches = 10
  private var search = WordSearch()

  init(_ engine: CompletionEngine) {}

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    guard completion.range.count < Self.fewMatches, let lists = completion.view.wordLists
    else { return }
    // No more than fill the list behind what matches, unless a longer list is wanted than usual.
    let isUsual = completion.wanted == CompletionOptions.standard.candidatesPerSource
    search.search(
      completion, lists,
      limit: isUsual ? Self.fewMatches - completion.range.count : completion.wanted)
    table.findings.isPlausible =
      completion.range.count + search.exactCount >= CorrectedSource.fewMatches
    for match in search.matches {
      let i = table.add(label: match.label, from: .anywhere)
      table[i].words = match.words
      table.findings.anywhere.uses += Double(completion.view.weight(of: match.label))
      addFollowed(i, to: &table, for: completion)
    }
  }

  /// Adds how often candidate `i` followed the queries of the context.
  private func addFollowed(
    _ i: Int, to table: inout CandidateTable, for completion: borrowing Completion
  ) {
    let label = table[i].label
    for (s, step) in completion.steps.enumerated() where step.label != Candidate.noLabel {
      let found = completion.view.followers(of: step.label, in: label..<label + 1)
      guard let f = found.first else { continue }
      let uses = completion.view.followerCount(f)
      if s == 0 {
        table[i].words.followed += uses
        table.findings.anywhere.last += uses
      } else {
        table[i].words.followedEarlier += step.weight * uses
        table.findings.anywhere.earlier += step.weight * uses
      }
    }
  }

  mutating func wipe() {}
}
