// Compares the table of suffixes with a dictionary, and tests who is counted.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

@Suite struct SuffixTableTests {
  private typealias Use = (text: String, user: UInt32, count: UInt32)

  private static func set(
    _ uses: [Use], profile: NormalizationProfile = .search
  ) -> TrainingSet {
    var ids: [String: UInt32] = [:]
    var queries: [[UInt8]] = []
    var examples: [TrainingSet.Example] = []
    for use in uses {
      let id = ids[use.text] ?? UInt32(queries.count)
      if ids.updateValue(id, forKey: use.text) == nil { queries.append(Array(use.text.utf8)) }
      examples.append(
        TrainingSet.Example(
          previous: TrainingSet.none, query: id, count: use.count, user: use.user))
    }
    return TrainingSet(
      profile: profile, queries: queries, surfaces: queries, examples: examples)
  }

  private static func settings(users: Int, words: Int = 4, limit: Int = 1000) -> BuildSettings {
    var settings = BuildSettings()
    settings.minimumEndingUsers = users
    settings.suffixWords = words
    settings.suffixLimit = limit
    return settings
  }

  private static func table(_ uses: [Use], _ settings: BuildSettings) -> [String: UInt32] {
    let table = SuffixTable(set(uses), settings: settings)
    return Dictionary(
      uniqueKeysWithValues: zip(
        table.texts.map { String(decoding: $0, as: UTF8.self) }, table.weights))
  }

  /// One to six of a few words, by one of a few users; user 5 stands for unknown people.
  private static func uses(seed: UInt64) -> [Use] {
    var random = SplitMix64(seed: seed)
    let words = ["a", "b", "ab", "é", "日本", "to"]
    return (0..<60 + random.below(200)).map { _ in
      let text = (0...random.below(6)).map { _ in words[random.below(words.count)] }
      let user = UInt32(random.below(6))
      return (
        text.joined(separator: " "), user == 5 ? TrainingSet.none : user,
        UInt32(1 + random.below(3))
      )
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func everySuffixIsThatOfADictionary(seed: UInt64) {
    let uses = Self.uses(seed: seed)
    let (users, words) = (1 + Int(seed % 4), 1 + Int(seed % 5))
    var weights: [String: UInt32] = [:]
    var people: [String: Set<UInt32>] = [:]
    var unknown: [String: UInt32] = [:]
    for use in uses {
      let parts = use.text.split(separator: " ")
      for k in 1...min(words, parts.count) {
        let suffix = parts.suffix(k).joined(separator: " ")
        weights[suffix, default: 0] += use.count
        if use.user == TrainingSet.none {
          unknown[suffix, default: 0] += use.count
        } else {
          people[suffix, default: []].insert(use.user)
        }
      }
    }
    let expected = weights.filter {
      (people[$0.key]?.count ?? 0) + Int(unknown[$0.key] ?? 0) >= users
    }
    #expect(
      Self.table(uses, Self.settings(users: users, words: words)) == expected, "seed \(seed)")
  }

  @Test(arguments: UInt64(20)..<40)
  func atTheLimitTheHeaviestStayWithTheirParents(seed: UInt64) throws {
    let uses = Self.uses(seed: seed)
    let all = Self.table(uses, Self.settings(users: 1))
    for limit in [0, 1, 2, 7, 20, all.count - 1, all.count, all.count + 1] {
      let some = Self.table(uses, Self.settings(users: 1, limit: limit))
      #expect(some.count == min(limit, all.count))
      let least = some.values.min() ?? 0
      for (text, weight) in all where some[text] == nil { #expect(weight <= least || limit == 0) }
      for text in some.keys {
        guard let space = text.firstIndex(of: " ") else { continue }
        #expect(some[String(text[text.index(after: space)...])] != nil, "\(text), limit \(limit)")
      }
    }
  }

  @Test func onePersonIsOneHoweverOftenTheySubmit() {
    let secret: [Use] = [("my secret", 1, 900), ("the secret", 1, 5), ("a secret", 2, 7)]
    #expect(Self.table(secret, Self.settings(users: 3)).isEmpty)
    #expect(Self.table(secret, Self.settings(users: 2)) == ["secret": 912])
    let third: [Use] = secret + [("secret", 9, 1)]
    #expect(Self.table(third, Self.settings(users: 3)) == ["secret": 913])
    // If people are not known, every use counts as a person.
    let counted: [Use] = [("flu shot", TrainingSet.none, 3), ("shot", 4, 1)]
    #expect(Self.table(counted, Self.settings(users: 4)) == ["shot": 4])
    #expect(Self.table(counted, Self.settings(users: 3)) == ["shot": 4, "flu shot": 3])
  }

  @Test func whiteSpaceOfVerbatimTextsStays() {
    let uses: [Use] = [("ls  -l ", 1, 1), ("x ls  -l ", 2, 1), ("", 3, 1)]
    #expect(Self.table(uses, Self.settings(users: 2)) == ["ls  -l ": 2, "-l ": 2])
  }

  @Test func endingsTooLongForTheTableAreLeftOut() {
    let word = String(repeating: "w", count: Suffix.mostBytes)
    let uses: [Use] = [("a \(word)", 1, 1), ("\(word)x", 1, 1)]
    #expect(Self.table(uses, Self.settings(users: 1)) == [word: 1])
  }

  @Test func whatIsBuiltPassesVerification() throws {
    let set = SyntheticLog(seed: 3, events: 2000).trainingSet()
    let content = try IndexBuilder(settings: Self.settings(users: 3)).build(set)
    #expect(!content.suffixes.isEmpty && !content.wordModel.pairs.isEmpty)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
  }

  @Test func verbatimQueriesAreNotCutWithinQuotesOrLines() {
    let uses: [Use] = [
      ("awk '{print $1}' a.log", 1, 2), ("for i in a\ndo b", 1, 2), ("ls -l \"my dir\"", 1, 2),
    ]
    let table = SuffixTable(
      Self.set(uses, profile: .verbatim), settings: Self.settings(users: 1))
    let texts = table.texts.map { String(decoding: $0, as: UTF8.self) }
    // Behind the quotes alone; `dir"` would be the shorter ending of the others.
    #expect(texts == ["a.log"])
    #expect(Self.table(uses, Self.settings(users: 1))["dir\""] == 2)
  }
}
