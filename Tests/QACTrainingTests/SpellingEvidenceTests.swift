// Judges pairs of words that were sorted by hand, and single edits.
//
// Fixtures/spellings.tsv says where its pairs come from. Pairs from other logs may be given in the
// same columns: QACD_SPELLING_PAIRS names the file.

import Foundation
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

@Suite struct SpellingEvidenceTests {
  private struct Pair {
    var evidence: SpellingEvidence
    var isWrong: Bool
    var line: Substring
  }

  private func pairs(in file: String) throws -> [Pair] {
    try file.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let fields = line.split(separator: "\t")
      let numbers = try fields[2..<9].map { try #require(UInt64($0), "\(line)") }
      try #require(fields.count == 10, "\(line)")
      var evidence = SpellingEvidence(typed: letters(fields[0]), right: letters(fields[1]))
      evidence.typedUses = numbers[0]
      evidence.rightUses = numbers[1]
      evidence.companyUses = numbers[2]
      evidence.sameQueryUses = numbers[3]
      evidence.sameNeighbourUses = numbers[4]
      evidence.putRight = Int(numbers[5])
      evidence.putBack = Int(numbers[6])
      return Pair(evidence: evidence, isWrong: fields[9] == "wrong", line: line)
    }
  }

  private func letters(_ word: some StringProtocol) -> [UInt32] {
    word.unicodeScalars.map(\.value)
  }

  private func evidence(_ typed: String, _ right: String) -> SpellingEvidence {
    var evidence = SpellingEvidence(typed: letters(typed), right: letters(right))
    evidence.typedUses = 1
    evidence.rightUses = 100_000
    return evidence
  }

  @Test func pairsSortedByHandAreToldApart() throws {
    var pairs = try pairs(in: Golden.text("Tests/QACTrainingTests/Fixtures/spellings.tsv"))
    #expect(pairs.count >= 180)
    if let more = ProcessInfo.processInfo.environment["QACD_SPELLING_PAIRS"] {
      pairs += try self.pairs(in: String(contentsOfFile: more, encoding: .utf8))
    }
    let taken = pairs.filter { $0.evidence.isMisspelt(.search) }
    let hits = taken.count(where: \.isWrong)
    let precision = Double(hits) / Double(taken.count)
    let recall = Double(hits) / Double(pairs.count(where: \.isWrong))
    let wrongly = taken.filter { !$0.isWrong }.map(\.line)
    #expect(precision >= 0.95, "\(precision): \(wrongly)")
    let missed = pairs.filter { $0.isWrong && !$0.evidence.isMisspelt(.search) }.map(\.line)
    #expect(recall >= 0.7, "\(recall): \(missed)")
  }

  @Test func someWordsAreNeverWrongHoweverRare() {
    #expect(evidence("headphnes", "headphones").isMisspelt(.search))
    // Plurals, accents, two errors, short words, and a word that is not rare enough.
    #expect(!evidence("headphone", "headphones").isMisspelt(.search))
    #expect(!evidence("garçon", "garcon").isMisspelt(.search))
    #expect(!evidence("haedphnoes", "headphones").isMisspelt(.search))
    #expect(!evidence("cta", "cat").isMisspelt(.search))
    var frequent = evidence("headphnes", "headphones")
    frequent.typedUses = 20_000
    #expect(!frequent.isMisspelt(.search))
  }

  @Test func aShortWordOfAShellIsWrongOnlyIfSeveralPeoplePutItRight() {
    var git = evidence("gti", "git")
    #expect(!git.isMisspelt(.verbatim))
    git.putRight = 1
    #expect(!git.isMisspelt(.verbatim))
    git.putRight = 3
    #expect(git.isMisspelt(.verbatim))
    git.putBack = 1
    #expect(!git.isMisspelt(.verbatim))
  }

  @Test func oneWhoPutALongerWordOfAShellRightIsEnough() {
    var console = evidence("msfconsle", "msfconsole")
    #expect(!console.isMisspelt(.verbatim))
    console.putRight = 1
    #expect(console.isMisspelt(.verbatim))
    console.putBack = 1
    #expect(!console.isMisspelt(.verbatim))
  }

  @Test func strangeCompanySaysThatAWordIsRight() {
    var medial = evidence("medial", "medical")
    medial.typedUses = 40
    medial.rightUses = 8_000
    medial.companyUses = 40
    #expect(!medial.isMisspelt(.search))
    medial.sameQueryUses = 40
    medial.sameNeighbourUses = 40
    #expect(medial.isMisspelt(.search))
  }

  @Test(arguments: [
    ("wireless", "wirelses", LetterEdit.Kind.exchanged, 5), ("boot", "bot", .undoubled, 2),
    ("bot", "boot", .doubled, 2), ("shoe", "she", .dropped, 2), ("she", "shoe", .added, 2),
    ("shoe", "shie", .neighbour, 2), ("shoe", "shze", .replaced, 2), ("ab", "ba", .exchanged, 0),
  ])
  func anEditIsTold(right: String, typed: String, kind: LetterEdit.Kind, place: Int) throws {
    let edit = try #require(LetterEdit(from: letters(right), to: letters(typed)))
    #expect(edit.kind == kind)
    #expect(edit.place == place)
  }

  @Test(arguments: [("a", "a"), ("shoe", "xhoy"), ("abc", "cba"), ("abcd", "ab"), ("", "")])
  func noneOrSeveralEditsAreNotOne(right: String, typed: String) {
    #expect(LetterEdit(from: letters(right), to: letters(typed)) == nil)
  }
}
