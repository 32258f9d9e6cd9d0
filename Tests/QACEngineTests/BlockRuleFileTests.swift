// Files of rules: what they may hold, and for what they are refused.

import Foundation
import QACBinary
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct BlockRuleFileTests {
  private func rules(_ text: String) throws(BlockListError) -> [BlockRule] {
    try BlockRule.rules(in: Array(text.utf8), path: "LIST", profile: .search)
  }

  @Test func everyKindWithWhiteSpaceAndComments() throws {
    let found = try rules(
      "\u{FEFF}# a comment\n\nexact: red shoes\r\n  prefix :credit card  \n\tword:\tcasino\n"
        + "pattern: *a: b #c*\n#word: off\nexact: # of things")
    #expect(
      found == [
        try rule(.exact, "red shoes"), try rule(.prefix, "credit card"), try rule(.word, "casino"),
        try rule(.pattern, "*a: b #c*"), try rule(.exact, "# of things"),
      ])
    #expect(try rules("") == [] && rules("\n\n# nothing") == [])
  }

  @Test(arguments: [
    ("red shoes", BlockRuleFault.noKind), ("regex: a.*", .noKind), ("Exact: a", .noKind),
    (": a", .noKind), ("exact:", .empty), ("word: \t ", .empty), ("pattern: * *", .wildcardsAlone),
    ("pattern: a\\b", .badEscape), ("exact: !!!", .nothingLeft), ("word: a\u{0}b", .containsNUL),
    ("prefix: " + String(repeating: "x", count: 2049), .tooLong(limit: 2048)),
  ])
  func aBadLineIsNamedAndNotTold(line: String, fault: BlockRuleFault) {
    let expected = BlockListError.line(3, path: "LIST", fault)
    #expect(throws: expected) { try rules("# one\nexact: two\n\(line)\nexact: four\n") }
    #expect(expected.description.contains("line 3 of the block list LIST"))
    #expect(!expected.description.contains("shoes") && !expected.description.contains("xxx"))
  }

  @Test func bytesOfAnyKindNeverTrap() {
    var random = SplitMix64(seed: 3)
    let parts = [
      "exact:", "prefix:", "word:", "pattern:", "*", "?", "\\", "\n", "\r", " ", "é", "#",
    ]
    for _ in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<random.below(20) {
        if random.below(3) == 0 {
          bytes.append(UInt8(truncatingIfNeeded: random.next()))
        } else {
          bytes += Array(parts[random.below(parts.count)].utf8)
        }
      }
      for profile in NormalizationProfile.allCases {
        guard let rules = try? BlockRule.rules(in: bytes, path: "", profile: profile) else {
          continue
        }
        _ = BlockList(rules, profile: profile).blocks(bytes)
      }
    }
  }

  @Test func filesAreBounded() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("list")
    func rules() throws -> [BlockRule] {
      try BlockRule.rules(ofFileAt: path, profile: .search)
    }
    #expect(throws: BlockListError.self) { try rules() }
    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
    try write("exact: a\nword: b\n")
    #expect(try rules().count == 2)
    let one = "pattern: *a*\n"
    try write(String(repeating: one, count: BlockRule.maximumPatterns))
    #expect(try rules().count == BlockRule.maximumPatterns)
    try write(String(repeating: one, count: BlockRule.maximumPatterns + 1))
    #expect(
      throws: BlockListError.tooManyPatterns(path: path, limit: BlockRule.maximumPatterns)
    ) { try rules() }
    try write(String(repeating: "exact: a\n", count: BlockRule.maximumRules + 1))
    #expect(throws: BlockListError.tooManyRules(path: path, limit: BlockRule.maximumRules)) {
      try rules()
    }
    try write(String(repeating: "#", count: BlockRule.maximumFileBytes + 1))
    #expect(throws: BlockListError.tooLarge(path: path, limit: BlockRule.maximumFileBytes)) {
      try rules()
    }
    #expect(throws: BlockListError.file(.isDirectory(path: directory.path))) {
      try BlockRule.rules(ofFileAt: directory.path, profile: .search)
    }
    // A pipe that nobody writes to does not hold the reader.
    let pipe = directory.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: BlockListError.file(.notRegular(path: pipe))) {
      try BlockRule.rules(ofFileAt: pipe, profile: .search)
    }
  }
}
