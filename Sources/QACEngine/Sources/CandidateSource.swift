// The one shape that all sources of candidates have, and how several of them become one.
//
// A source owns the memory that it works with. It reads the completion, which nobody changes, and
// adds candidates to the table. What it learns about the completion as a whole goes into
// `table.findings`.
//
// The protocols are constraints: `SourceList` is one concrete type, which the compiler sees
// through, so no source is ever held as an existential.

/// What fills a table with candidates: a source, or several of them.
protocol CandidateGatherer {
  /// Makes the working memory for completions of `engine`.
  init(_ engine: CompletionEngine)

  /// Adds the candidates of `completion` to `table`.
  mutating func gather(into table: inout CandidateTable, for completion: borrowing Completion)

  /// Overwrites what the last completion left of anybody's text.
  ///
  /// There is no default, so that every source says that it holds no text, or wipes it.
  mutating func wipe()
}

/// A source of candidates, with its working memory.
protocol CandidateSource: CandidateGatherer {
  /// Which source this is.
  static var source: SuggestionSource { get }

  /// Finds out what others need to know of this completion, even where the source is switched off
  /// and brings no candidates.
  mutating func prepare(_ table: inout CandidateTable, for completion: borrowing Completion)

  /// Adds candidates to `table`.
  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion)
}

extension CandidateSource {
  @inline(__always)
  mutating func prepare(_ table: inout CandidateTable, for completion: borrowing Completion) {}

  mutating func gather(into table: inout CandidateTable, for completion: borrowing Completion) {
    prepare(&table, for: completion)
    if completion.options.uses(Self.source) { add(to: &table, for: completion) }
  }
}

extension CandidateGatherer {
  /// This, and then `Next`.
  typealias Then<Next: CandidateGatherer> = GathererPair<Self, Next>
}

/// Two gatherers as one: the first gathers before the second.
struct GathererPair<First: CandidateGatherer, Second: CandidateGatherer>: CandidateGatherer {
  private var first: First
  private var second: Second

  init(_ engine: CompletionEngine) {
    first = First(engine)
    second = Second(engine)
  }

  @inline(__always)
  mutating func gather(into table: inout CandidateTable, for completion: borrowing Completion) {
    first.gather(into: &table, for: completion)
    second.gather(into: &table, for: completion)
  }

  mutating func wipe() {
    first.wipe()
    second.wipe()
  }
}
