// Source `words`: the head of the prefix as typed, with words of the session's own queries.
//
// `WordSuffixes` gives single words and the rest of the query from each word on, newest query
// first. Queries that begin with the prefix are left out: `SessionSource` brings them whole. These
// endings are private: the session itself alone sees them.
// Cost: O(bytes of the session's queries that have a word with the right first letter).

import QACIndex
import QACText

/// Endings from the session's own queries.
struct WordsSource: CandidateSource {
  static var source: SuggestionSource { .words }

  private var text: ComposedText

  init(_ engine: CompletionEngine) { text = ComposedText(engine) }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    if !text.isComposed(completion.prefix) { return }
    let context = completion.context
    let enough = table.count + completion.wanted
    let oldest = context.sequence - context.events.count
    let initial = completion.tail.first
    for (i, event) in context.events.enumerated().reversed() {
      if table.count >= enough { return }
      let entry = context.entries[Int(event.entry)]
      // Of several submissions the newest stands for all.
      if entry.lastSequence != oldest + i { continue }
      if let initial, !entry.outline.mayHaveWord(beginningWith: initial) { continue }
      if SessionSource.isError(Int(event.entry), &table, for: completion) { continue }
      context.withText(of: Int(event.entry)) { query in
        add(
          query, recency: 1 / (1 + Double(context.sequence - 1 - entry.lastSequence)), to: &table,
          for: completion)
      }
    }
  }

  /// Adds the endings that one query of the session offers.
  private mutating func add(
    _ query: UnsafeBufferPointer<UInt8>, recency: Double, to table: inout CandidateTable,
    for completion: borrowing Completion
  ) {
    let head = completion.head
    let lastWord = completion.lastWord
    let breaker = completion.view.breaker
    WordSuffixes.forEachWordSuffix(
      of: query, breaker, beginningWith: completion.tail
    ) { word, suffix in
      let before = UnsafeBufferPointer(rebasing: query[..<word.lowerBound])
      // Such a query matches as a whole, and its beginnings are not what was meant by it.
      if before.equals(head) { return }
      if text.isOpen(before) { return }
      let follows = lastWord == WordKey.last(of: before, breaker)
      note(
        UnsafeBufferPointer(rebasing: query[word]), recency: recency, follows: follows, to: &table,
        for: completion)
      if suffix == word { return }
      note(
        UnsafeBufferPointer(rebasing: query[suffix]), recency: recency, follows: follows,
        to: &table, for: completion)
    }
  }

  /// Adds one ending, or what is new about it.
  private mutating func note(
    _ ending: UnsafeBufferPointer<UInt8>, recency: Double, follows: Bool,
    to table: inout CandidateTable, for completion: borrowing Completion
  ) {
    guard
      let i = text.add(
        ending, behind: completion.tailStart, from: .words, to: &table, for: completion)
    else { return }
    let known = table[i].ending
    table[i].ending.ownRecency = max(known.ownRecency, recency)
    table[i].ending.ownFollows = known.ownFollows || follows
  }

  mutating func wipe() { text.wipe() }
}
