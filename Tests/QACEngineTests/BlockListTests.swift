// Rules one by one, lists against plain comparisons, and blocked labels against asking for each.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

/// Makes a rule; the test fails if the text is not one.
func rule(_ kind: BlockRule.Kind, _ text: String) throws -> BlockRule {
  try BlockRule(kind, Array(text.utf8))
}

@Suite struct BlockListTests {
  private func list(
    _ rules: [(BlockRule.Kind, String)], _ profile: NormalizationProfile = .search
  ) throws -> BlockList {
    BlockList(try rules.map { try rule($0.0, $0.1) }, profile: profile)
  }

  private func blocks(_ list: BlockList, _ text: String) -> Bool {
    list.blocks(Normalizer(list.profile).normalize(text))
  }

  @Test func eachKindBlocksWhatItSays() throws {
    let exact = try list([(.exact, "Red  Shoes!")])
    #expect(blocks(exact, "red shoes") && !blocks(exact, "red shoes 42"))
    let prefix = try list([(.prefix, "new"), (.prefix, "newer"), (.prefix, "ab")])
    #expect(blocks(prefix, "Newton") && blocks(prefix, "new") && blocks(prefix, "abc"))
    #expect(!blocks(prefix, "ne") && !blocks(prefix, "a new one") && !blocks(prefix, "b"))
    let word = try list([(.word, "casino"), (.word, "credit card number")])
    #expect(blocks(word, "online CASINO") && blocks(word, "casino") && blocks(word, "a casino b"))
    #expect(!blocks(word, "casinos") && !blocks(word, "credit card") && !blocks(word, "credit"))
    #expect(blocks(word, "my credit-card number is"))
    let pattern = try list([(.pattern, "*free*money*")])
    #expect(blocks(pattern, "carefree moneybox") && !blocks(pattern, "money for free"))
  }

  @Test func verbatimKeepsCaseAndSigns() throws {
    let rules: [(BlockRule.Kind, String)] = [
      (.word, "-rf"), (.prefix, "sudo "), (.pattern, "*PASSWORD=*"),
    ]
    let list = try list(rules, .verbatim)
    #expect(blocks(list, "rm -rf /") && blocks(list, "sudo reboot"))
    #expect(blocks(list, "env PASSWORD=x run"))
    #expect(!blocks(list, "rm -Rf /") && !blocks(list, "sudoku") && !blocks(list, "password=x"))
  }

  @Test func aListOfNoRulesBlocksNothing() throws {
    let empty = BlockList([], profile: .search)
    #expect(empty.isEmpty && !empty.blocks([]) && !blocks(empty, "a"))
    // A rule of which the normal form leaves nothing does not block everything.
    let idle = try list([(.prefix, "!?"), (.word, "..."), (.pattern, "*-*"), (.exact, "+")])
    #expect(idle.isEmpty && idle.rules.count == 4)
    #expect(!idle.blocks([]) && !blocks(idle, "any text"))
  }

  @Test(arguments: [
    ("", BlockRuleFault.empty), (" \t", .empty), ("a\u{0}b", .containsNUL), ("*", .wildcardsAlone),
    ("** ? *", .wildcardsAlone), ("a\\b", .badEscape),
    (String(repeating: "a", count: BlockRule.maximumPatternBytes + 1), .tooLong(limit: 256)),
  ])
  func badPatternsAreRefused(text: String, fault: BlockRuleFault) {
    #expect(throws: fault) { try rule(.pattern, text) }
    #expect(fault.description.contains(";"))
  }

  @Test func badTextsAreRefused() throws {
    #expect(throws: BlockRuleFault.tooLong(limit: BlockRule.maximumBytes)) {
      try rule(.exact, String(repeating: "a", count: BlockRule.maximumBytes + 1))
    }
    #expect(throws: BlockRuleFault.notUTF8) { try BlockRule(.word, [0x61, 0xFF]) }
    let normalizer = Normalizer(.search)
    #expect(throws: BlockRuleFault.nothingLeft) { try rule(.exact, "!").form(by: normalizer) }
    #expect(throws: BlockRuleFault.nothingLeft) { try rule(.pattern, "*-*").form(by: normalizer) }
    let words = (0...BlockRule.maximumWords).map { "w\($0)" }
    #expect(throws: BlockRuleFault.tooManyWords(limit: BlockRule.maximumWords)) {
      try rule(.word, words.joined(separator: "-")).form(by: normalizer)
    }
    let most = try list([(.word, words.dropLast().joined(separator: " "))])
    #expect(blocks(most, "and " + words.joined(separator: " ")))
  }

  /// Whether one rule blocks a text, by comparing whole strings.
  private func plainlyBlocks(_ rule: BlockRule, _ text: [UInt8]) throws -> Bool {
    let form = try rule.form(by: Normalizer(.search))
    let text = String(decoding: text, as: UTF8.self)
    switch rule.kind {
    case .exact: return text.utf8.elementsEqual(form)
    case .prefix: return text.utf8.starts(with: form)
    case .word: return " \(text) ".contains(" \(String(decoding: form, as: UTF8.self)) ")
    case .pattern:
      return PlainGlob(form: form).matches(Array(text.utf8))
    case .item: return false
    }
  }

  /// Rules with texts that are labels, or beginnings, words or middles of labels.
  private func rules(_ count: Int, of labels: [[UInt8]], _ random: inout SplitMix64) throws
    -> [BlockRule]
  {
    try (0..<count).map { _ in
      let label = labels[random.below(labels.count)]
      let text = String(decoding: label, as: UTF8.self)
      let words = text.split(separator: " ")
      switch random.below(4) {
      case 0: return try rule(.exact, text)
      case 1: return try rule(.prefix, String(text.prefix(1 + random.below(text.count))))
      case 2:
        let start = random.below(words.count)
        let end = start + 1 + random.below(words.count - start)
        return try rule(.word, words[start..<end].joined(separator: " "))
      default: return try rule(.pattern, "*\(words[0])?\(text.suffix(1))*")
      }
    }
  }

  @Test(arguments: 0..<30) func listsAgreeWithPlainComparisons(seed: Int) throws {
    var generator = LabelGenerator(seed: UInt64(seed))
    let labels = generator.labels(1 + generator.random.below(150))
    let index = try LabelIndex(
      bytes: IndexWriter.serialize(
        RandomIndex.content(seed: UInt64(seed), labels: labels.count, weights: .none)))
    let own = (0..<UInt32(index.labelCount)).map { Array(index.view.text(of: $0)) }
    var rules = try rules(generator.random.below(12), of: own + labels, &generator.random)
    let list = BlockList(rules, profile: .search)
    for text in own + labels {
      let expected = try rules.contains { try plainlyBlocks($0, text) }
      #expect(
        list.blocks(text) == expected, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
    }
    var blocked = BlockedLabels(list, in: index)
    // Rules come and go; the rules that are left decide what is blocked.
    for step in 0..<25 {
      if generator.random.below(2) == 0, let rule = rules.randomElement(using: &generator.random) {
        rules.removeAll { $0 == rule }
        blocked = blocked.removing(rule, in: index)
      } else if let rule = try self.rules(1, of: own, &generator.random).first {
        rules.append(rule)
        blocked = blocked.adding(rule, in: index)
        let hits = BlockedLabels.labels(hitBy: rule, in: index)
        let plain = try own.indices.filter { try plainlyBlocks(rule, own[$0]) }
        #expect(hits.map(Int.init) == plain, "seed \(seed), step \(step)")
      }
      let fresh = BlockedLabels(BlockList(rules, profile: .search), in: index)
      var count = 0
      for (label, text) in own.enumerated() {
        let expected = try rules.contains { try plainlyBlocks($0, text) }
        if expected { count += 1 }
        #expect(blocked.contains(UInt32(label)) == expected, "seed \(seed), step \(step)")
        #expect(fresh.contains(UInt32(label)) == expected, "seed \(seed), step \(step)")
      }
      #expect(blocked.count == count && fresh.count == count, "seed \(seed), step \(step)")
      #expect(Set(blocked.list.rules) == Set(rules), "seed \(seed), step \(step)")
    }
  }
}
