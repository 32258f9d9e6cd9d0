// What people see of lists is counted as by hand, and as by plain rules on strings.

import QACBinary
import QACLogs
import QACTestSupport
import Testing

@testable import QACReplay

@Suite struct SeenLinesTests {
  /// A log of queries with how often each was submitted.
  static func log(_ queries: [(text: String, count: Int)]) -> QueryLog {
    let texts = queries.map { Array($0.text.utf8) }
    let observations = queries.enumerated().map { i, query in
      Observation(
        query: UInt32(i), previous: QueryTable.none, session: UInt32(i), user: UInt32(i),
        time: Int64(i), count: UInt32(query.count))
    }
    return QueryLog(
      observations: observations, queries: QueryTable(normalized: texts, surface: texts))
  }

  private static func line(
    _ text: String, composed: Bool = false, corrected: Bool = false
  ) -> SuggestedLine {
    SuggestedLine(text: Array(text.utf8), isComposed: composed, isPrefixMatch: !corrected)
  }

  private static func answer(
    _ judge: LineJudge, _ lines: [SuggestedLine], to prefix: String, before target: String
  ) -> SeenAnswer {
    judge.answer(lines, to: Array(prefix.utf8)[...], before: Array(target.utf8))
  }

  /// "shoez" stands once beside 40 times "shoes": it is misspelt.
  private static let shop = log([
    ("red shoes", 30), ("red shoes 9", 10), ("red shoez", 1), ("red sofa", 1),
    ("red shirt blue", 2),
  ])

  @Test func anAnswerIsCountedAsByHand() {
    let judge = LineJudge(Self.shop)
    let lines = [
      Self.line("red sh", composed: true),  // Nobody submits it, and it ends within a word.
      Self.line("red shirt"),  // Nobody submits it alone.
      Self.line("red shoez"),  // Misspelt, but somebody submits it.
      Self.line("red shoes"),  // Useful: the query goes on after it.
      Self.line("red dress", corrected: true),
      Self.line("red shoes 9"),  // Useful: the query.
      Self.line("red shoes 99", composed: true),
      Self.line("red"),  // No more than what was typed.
    ]
    let found = Self.answer(judge, lines, to: "red ", before: "red shoes 9")
    var expected = SeenAnswer()
    expected.lines = 7
    expected.other = 1
    expected.useful = 2
    expected.firstUseful = 4
    expected.forNobody = 4
    expected.composed = 2
    expected.isSpelt = true
    expected.misspelt = 1
    expected.saved = 7
    expected.left = 7
    #expect(found == expected)
  }

  @Test func misspeltWordsThatWereTypedDoNotCount() {
    let judge = LineJudge(Self.shop)
    let lines = [Self.line("shoez red"), Self.line("shoez sofa")]
    #expect(Self.answer(judge, lines, to: "shoez ", before: "shoes").misspelt == 0)
    #expect(Self.answer(judge, lines, to: "shoez", before: "shoes").misspelt == 2)
    // A query with a misspelt word asks for misspelt lines.
    let asked = Self.answer(judge, lines, to: "s", before: "shoez red")
    #expect(!asked.isSpelt && asked.misspelt == 0)
  }

  @Test func charactersAreScalarsAndNotBytes() {
    let judge = LineJudge(Self.log([("été à paris", 1)]))
    let found = Self.answer(judge, [Self.line("été à")], to: "é", before: "été à paris")
    #expect(found.saved == 4 && found.left == 10 && found.useful == 1)
  }

  @Test func figuresAreThoseByHand() {
    var empty = SeenAnswer()
    empty.left = 5
    var good = SeenAnswer()
    good.lines = 8
    good.other = 2
    good.useful = 2
    good.firstUseful = 3
    good.forNobody = 4
    good.composed = 6
    good.isSpelt = true
    good.misspelt = 1
    good.saved = 10
    good.left = 15
    var late = good
    late.firstUseful = 4
    late.isSpelt = false
    late.misspelt = 0
    late.lines = 2
    var (first, second) = (SeenLines(), SeenLines())
    for answer in [empty, good] { first.add(answer) }
    second.add(late)
    var all = first
    all.merge(second)
    #expect(all.answers == 3 && all.lines == 10)
    #expect(all.linesPerAnswer == 10.0 / 3)
    #expect(all.useful == 0.4 && all.forNobody == 0.8 && all.composed == 1.2)
    #expect(all.misspelt == 1.0 / 8)
    #expect(all.usefulAmong10 == 2.0 / 3 && all.usefulAmong3 == 1.0 / 3)
    #expect(all.charactersSaved == 20.0 / 35 && all.otherShare == 4.0 / 14)
    let none = SeenLines()
    #expect(none.linesPerAnswer == 0 && none.useful == 0 && none.charactersSaved == 0)
  }

  @Test func sumsDoNotDependOnGrouping() throws {
    try withEvery("seed", in: UInt64(0)..<50) { seed in
      var random = SplitMix64(seed: seed)
      var (whole, parts) = (SeenLines(), [SeenLines(), SeenLines(), SeenLines()])
      for _ in 0..<random.below(60) {
        var answer = SeenAnswer()
        answer.lines = UInt8(random.below(11))
        answer.useful = UInt8(random.below(4))
        answer.firstUseful = UInt8(random.below(11))
        answer.forNobody = UInt8(random.below(11))
        answer.composed = UInt8(random.below(11))
        answer.other = UInt8(random.below(11))
        answer.isSpelt = random.below(2) == 0
        answer.misspelt = UInt8(random.below(3))
        answer.saved = UInt16(random.below(30))
        answer.left = UInt16(random.below(90))
        whole.add(answer)
        parts[random.below(3)].add(answer)
      }
      var merged = parts[2]
      merged.merge(parts[0])
      merged.merge(parts[1])
      #expect(merged == whole, "seed \(seed)")
    }
  }

  @Test func answersAreThoseOfPlainRules() throws {
    var sums = SeenLines()
    try withEvery("seed", in: UInt64(0)..<150) { seed in
      var random = SplitMix64(seed: seed)
      func word() -> String {
        (0..<1 + random.below(5)).map { _ in ["a", "b", "s", "é"][random.below(4)] }.joined()
      }
      let vocabulary = (0..<25).map { _ in word() }
      func text() -> String {
        (0..<1 + random.below(3)).map { _ in vocabulary[random.below(25)] }.joined(separator: " ")
      }
      let texts = Set((0..<30).map { _ in text() }).sorted()
      let queries = texts.map {
        (text: $0, count: random.below(3) == 0 ? 60 + random.below(99) : 1)
      }
      let judge = LineJudge(Self.log(queries))
      let plain = PlainLineRules(queries)
      for _ in 0..<20 {
        let target = random.below(4) == 0 ? text() : texts[random.below(texts.count)]
        let prefix = String(
          String.UnicodeScalarView(
            target.unicodeScalars.prefix(random.below(target.unicodeScalars.count + 1))))
        let lines = (0..<random.below(11)).map { _ in
          var line = random.below(3) == 0 ? target : text()
          if random.below(2) == 0 { line = String(line.dropLast(random.below(line.count))) }
          return Self.line(
            line, composed: random.below(3) == 0, corrected: random.below(5) == 0)
        }
        let found = Self.answer(judge, lines, to: prefix, before: target)
        #expect(found == plain.answer(lines, to: prefix, before: target), "seed \(seed)")
        sums.add(found)
      }
    }
    #expect(sums.useful > 0.05 && sums.misspelt > 0.01 && sums.forNobody > 0.05)
  }
}

/// The same counts by plain rules on strings, slowly.
private struct PlainLineRules {
  let submitted: Set<String>
  let counts: [String: Int]

  init(_ queries: [(text: String, count: Int)]) {
    submitted = Set(queries.map(\.text))
    counts = queries.reduce(into: [:]) { counts, query in
      for word in query.text.split(separator: " ") {
        counts[String(word), default: 0] += query.count
      }
    }
  }

  /// Everything that is one edit away from `word`.
  static func edits(of word: String) -> Set<String> {
    let letters = Array(word)
    var result: Set<String> = []
    for i in 0...letters.count {
      let (head, tail) = (String(letters[..<i]), letters[i...])
      if !tail.isEmpty { result.insert(head + String(tail.dropFirst())) }
      if tail.count > 1 {
        result.insert(head + String([tail[i + 1], tail[i]]) + String(tail.dropFirst(2)))
      }
      for letter in ["a", "b", "s", "é"] {
        result.insert(head + letter + String(tail))
        if !tail.isEmpty { result.insert(head + letter + String(tail.dropFirst())) }
      }
    }
    return result.subtracting([word])
  }

  func isMisspelt(_ word: String) -> Bool {
    guard word.count >= 4, let count = counts[word] else { return false }
    return Self.edits(of: word).contains { other in
      other.first == word.first && counts[other] ?? 0 >= 20 * count && other != word + "s"
        && word != other + "s"
    }
  }

  func answer(
    _ lines: [SuggestedLine], to prefix: String, before target: String
  ) -> SeenAnswer {
    var answer = SeenAnswer()
    answer.left = UInt16(target.count - prefix.count)
    answer.isSpelt = !target.split(separator: " ").contains { isMisspelt(String($0)) }
    var finished = prefix.split(separator: " ").map(String.init)
    if prefix.last != " " { _ = finished.popLast() }
    let typed = prefix.last == " " ? prefix.count - 1 : prefix.count
    var place: UInt8 = 0
    for line in lines {
      let text = String(decoding: line.text, as: UTF8.self)
      if !line.isPrefixMatch {
        answer.other += 1
        continue
      }
      place += 1
      answer.lines = place
      if line.isComposed { answer.composed += 1 }
      let isUseful =
        text == target || (target.hasPrefix(text + " ") && text.count > typed)
      if isUseful {
        answer.useful += 1
        if answer.firstUseful == 0 { answer.firstUseful = place }
        answer.saved = max(answer.saved, UInt16(max(0, text.count - prefix.count)))
      } else if !submitted.contains(text) {
        answer.forNobody += 1
      }
      let words = text.split(separator: " ").map(String.init)
      if answer.isSpelt, words.contains(where: { isMisspelt($0) && !finished.contains($0) }) {
        answer.misspelt += 1
      }
    }
    return answer
  }
}
