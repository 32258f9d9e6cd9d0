// A training set in which misspelt queries count as the right ones.
//
//     wirless mouse   3 uses  --->  wireless mouse   41 + 3 uses, and an alias "wirless mouse"
//
// A query with a misspelt word becomes the query with the right word in its place, whether anybody
// submitted that or not; but a query that many submitted, and more than the right one, is the name of
// something. Under `search` a query that differs from a far more frequent one in its
// spaces alone becomes that one. What followed a misspelt query follows the right one, and what came
// before it comes before the right one. A person who put a query right meant one query: it counts
// once, after what came before the error. A title that is misspelt by what the log shows counts for
// the right one, too; titles themselves are no evidence of spelling.
//
// Invariant: no query of the set is an alias and has uses; the aliases' texts are ascending and
// distinct. Equal sets give equal sets.
// Cost: that of `MisspeltWordFinder`; one dictionary entry per submitted query.

import QACText

/// A training set without misspelt queries.
struct SpeltSet {
  /// A misspelt text, and the query that it stands for.
  struct Alias {
    var text: [UInt8]
    var query: UInt32
  }

  /// A query of so many uses is kept if its right form has fewer: it is a name, however spelt.
  private static let usesOfName: UInt64 = 5
  /// How many times as frequent a query is at least as one that differs in its spaces.
  private static let leastRatioOfSpaces: UInt64 = 20
  /// The letters of the shortest query that may have wrong spaces.
  private static let shortestWithSpaces = 6

  /// The set in which right queries have the uses of misspelt ones.
  private(set) var set: TrainingSet
  /// The misspelt queries.
  private(set) var aliases: [Alias] = []
  private let isTitle: [Bool]
  /// By query, the one that it counts as.
  private var right: [UInt32]
  private var ids: [[UInt8]: UInt32] = [:]

  /// Recognises the misspelt queries of `set`, unless `settings` switch that off.
  init(_ set: TrainingSet, _ settings: BuildSettings) {
    self.set = set
    right = set.queries.indices.map { UInt32($0) }
    isTitle = set.isTitle()
    if settings.spelling == 0 { return }
    let uses = set.usesByQuery()
    for (query, text) in set.queries.enumerated() { ids[text] = UInt32(query) }
    correctWords(uses)
    if set.profile == .search { correctSpaces(uses) }
    let wrong = uses.indices.filter { isText($0, uses) && right[$0] != $0 }
    if wrong.isEmpty { return }
    for query in wrong {
      aliases.append(Alias(text: set.queries[query], query: target(of: UInt32(query))))
    }
    aliases.sort { $0.text.lexicographicallyPrecedes($1.text) }
    rewriteExamples()
  }

  /// Whether `query` was submitted or is published.
  private func isText(_ query: Int, _ uses: [UInt64]) -> Bool { uses[query] > 0 || isTitle[query] }

  /// The query that `query` counts as in the end.
  private func target(of query: UInt32) -> UInt32 {
    var query = query
    while right[Int(query)] != query { query = right[Int(query)] }
    return query
  }

  // MARK: What is wrong

  private mutating func correctWords(_ uses: [UInt64]) {
    var finder = MisspeltWordFinder(set)
    let wrong = finder.find()
    if wrong.isEmpty { return }
    for query in uses.indices where isText(query, uses) {
      guard let text = Self.corrected(set.queries[query], wrong) else { continue }
      let known = ids[text]
      let rightUses = known.map { Int($0) < uses.count ? uses[Int($0)] : 0 } ?? 0
      if uses[query] >= Self.usesOfName, uses[query] > rightUses { continue }
      if let known {
        right[query] = known
      } else {
        let id = UInt32(set.queries.count)
        ids[text] = id
        set.queries.append(text)
        set.surfaces.append(text)
        right.append(id)
        right[query] = id
      }
    }
  }

  /// `text` with right words in place of the `wrong` ones; nil if it has none of them.
  private static func corrected(_ text: [UInt8], _ wrong: [[UInt8]: [UInt8]]) -> [UInt8]? {
    var result: [UInt8] = []
    var end = 0
    for word in Tokenizer.words(text) {
      guard let right = wrong[Array(text[word])] else { continue }
      result += text[end..<word.lowerBound] + right
      end = word.upperBound
    }
    return end == 0 ? nil : result + text[end...]
  }

  /// Sends queries to the one that has the same letters, other spaces, and far more uses.
  private mutating func correctSpaces(_ uses: [UInt64]) {
    var best: [[UInt8]: UInt32] = [:]
    var joined: [(letters: [UInt8], query: UInt32)] = []
    for query in uses.indices where isText(query, uses) && right[query] == query {
      let letters = set.queries[query].filter { !Tokenizer.isSpace($0) }
      let hasDigit = letters.contains { $0 &- 0x30 < 10 }
      if letters.count < Self.shortestWithSpaces || hasDigit { continue }
      joined.append((letters, UInt32(query)))
      if let held = best[letters], uses[Int(held)] >= uses[query] { continue }
      best[letters] = UInt32(query)
    }
    for (letters, query) in joined {
      guard let frequent = best[letters], frequent != query,
        uses[Int(frequent)] >= Self.leastRatioOfSpaces * max(1, uses[Int(query)])
      else { continue }
      right[Int(query)] = frequent
    }
  }

  // MARK: What that changes

  private mutating func rewriteExamples() {
    let targets = right.indices.map { target(of: UInt32($0)) }
    var examples: [TrainingSet.Example] = []
    examples.reserveCapacity(set.examples.count)
    for var example in set.examples {
      let before = example
      example.query = targets[Int(example.query)]
      if example.previous != TrainingSet.none {
        example.previous = targets[Int(example.previous)]
      }
      if example.previous == example.query, before.previous != before.query {
        // Without known people, counts prove each use by itself.
        if example.user != TrainingSet.none { continue }
        example.previous = TrainingSet.none
      }
      examples.append(example)
    }
    set.examples = examples
    for i in set.titles.indices {
      set.titles[i].query = targets[Int(set.titles[i].query)]
    }
  }
}
