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
    if !text.begin(completion.prefix) { return }
    let enough = table.count + completion.wanted
    let beginning = TextOutline.WordBeginning(completion.tail)
    for i in completion.context.rows.indices {
      if table.count >= enough { return }
      let id = Int(completion.context.rows[i].recent)
      if !completion.context.rows[id].outline.mayHaveWord(beginning) { continue }
      completion.context.withText(of: id) { add($0, of: id, to: &table, for: completion) }
    }
  }

  /// Adds the endings that one query of the session, entry `id`, offers.
  private mutating func add(
    _ query: UnsafeBufferPointer<UInt8>, of id: Int, to table: inout CandidateTable,
    for completion: borrowing Completion
  ) {
    let head = completion.head
    let lastWord = completion.lastWord
    let breaker = completion.view.breaker
    let since = completion.context.sequence - 1 - completion.context.entries[id].lastSequence
    let recency = 1 / (1 + Double(since))
    // Looked up for the first word that begins with the tail: most queries have none.
    var isError: Bool?
    WordSuffixes.forEachWordSuffix(
      of: query, breaker, beginningWith: completion.tail
    ) { word, suffix in
      let skips = isError ?? SessionSource.isError(id, &table, for: completion)
      isError = skips
      if skips { return }
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
