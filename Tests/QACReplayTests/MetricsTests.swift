// Figures are equal to plain sums, and to those computed by hand.

import QACBinary
import QACTestSupport
import Testing

@testable import QACReplay

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct MetricsTests {
  private struct Request {
    var rank: Int?
    var suggestions: Int
    var bleu: Double
    var kind: RequestKind
  }

  @Test func figuresAreThoseOfAPlainSum() throws {
    try withEvery("seed", in: UInt64(0)..<30) { seed in
      var random = SplitMix64(seed: seed)
      var metrics = SystemMetrics()
      var requests: [Request] = []
      for _ in 0..<random.below(120) {
        let request = Request(
          rank: random.below(3) == 0 ? nil : 1 + random.below(14), suggestions: random.below(4),
          bleu: random.unit(),
          kind: RequestKind(
            prefixLength: 1 + random.below(12), hasContext: random.below(2) == 0,
            isSeen: random.below(2) == 0, isFirst: random.below(2) == 0,
            isOwn: random.below(2) == 0))
        requests.append(request)
        metrics.add(
          rank: request.rank, suggestions: request.suggestions, bleu: request.bleu,
          kind: request.kind)
      }
      func check(_ tally: Tally?, _ isCounted: (RequestKind) -> Bool) {
        let own = requests.filter { isCounted($0.kind) }
        let tally = tally ?? Tally()
        let n = Double(max(1, own.count))
        #expect(tally.requests == own.count, "seed \(seed)")
        #expect(tally.empty == own.filter { $0.suggestions == 0 }.count)
        let ranks = own.compactMap(\.rank).filter { $0 <= 10 }
        #expect(abs(tally.mrr10 - ranks.reduce(0.0) { $0 + 1 / Double($1) } / n) < 1e-12)
        #expect(abs(tally.bleuRR - own.reduce(0.0) { $0 + $1.bleu } / n) < 1e-12)
        #expect(tally.success.at1 == Double(ranks.filter { $0 == 1 }.count) / n)
        #expect(tally.success.at3 == Double(ranks.filter { $0 <= 3 }.count) / n)
        #expect(tally.success.at10 == Double(ranks.count) / n)
      }
      check(metrics.overall) { _ in true }
      let classes = ["1": 1...1, "2": 2...2, "3": 3...3, "4-6": 4...6, "7+": 7...99]
      for (name, lengths) in classes {
        check(metrics.byPrefixLength[name]) { lengths.contains($0.prefixLength) }
      }
      for value in [true, false] {
        check(metrics.byContext[value ? "with" : "without"]) { $0.hasContext == value }
        check(metrics.bySeen[value ? "seen" : "unseen"]) { $0.isSeen == value }
        check(metrics.bySession[value ? "first" : "later"]) { $0.isFirst == value }
        check(metrics.byHistory[value ? "own" : "new"]) { $0.isOwn == value }
      }
    }
  }

  @Test func keysAreCountedAsByHand() {
    var tally = KeyTally()
    // Six characters: third for the empty prefix, then not shown, first from the second character
    // on.
    tally.add([3, 0, 1, 1, 2, 1, 1])
    // Four characters: never shown.
    tally.add([0, 0, 0, 0, 0])
    // Two characters: shown when typed out.
    tally.add([0, 0, 1])
    let (one, three, ten) = (tally.byDepth[0], tally.byDepth[1], tally.byDepth[2])
    #expect(tally.requests == 3)
    // Picked after two of six characters: three keys saved, none for the others; twelve keys in
    // all.
    #expect(one.keystrokesSaved == 3.0 / 12)
    #expect(abs(one.eSaved - 4.0 / 6 / 3) < 1e-12 && one.pSaved == 1.0 / 3)
    #expect(one.share == 2.0 / 3 && one.shortestPrefix == (2.0 + 2) / 2)
    // Deleting from the end: first after five, second after four.
    #expect(one.recoverableLength == 1.0 / 3)
    // Among three suggestions it is picked before the first key, and the pick costs one key.
    #expect(three.keystrokesSaved == 5.0 / 12 && abs(three.eSaved - 1.0 / 3) < 1e-12)
    #expect(three.shortestPrefix == (0.0 + 2) / 2)
    #expect(three.recoverableLength == 4.0 / 3)
    #expect(ten == three)
  }

  @Test func keysAreThoseOfAPersonWhoTypes() throws {
    try withEvery("seed", in: UInt64(1)...40) { seed in
      var random = SplitMix64(seed: seed)
      let all = (0..<1 + random.below(20)).map { _ in
        (0..<2 + random.below(9)).map { _ in UInt8(random.below(4) == 0 ? 0 : random.below(11)) }
      }
      var tally = KeyTally()
      for ranks in all { tally.add(ranks[...]) }
      for (k, depth) in zip(KeyTally.depths, tally.byDepth) {
        var (pressed, keys, lengths) = (0, 0, 0)
        for ranks in all {
          let length = ranks.count - 1
          keys += length
          // Type until it is shown or done.
          var typed = 0
          while typed < length, !(1...k).contains(Int(ranks[typed])) { typed += 1 }
          pressed += typed < length ? typed + 1 : length
          // Delete while it stays.
          var left = length
          while left > 0, (1...k).contains(Int(ranks[left - 1])) { left -= 1 }
          lengths += length - left
        }
        let n = Double(all.count)
        #expect(abs(depth.keystrokesSaved - Double(keys - pressed) / Double(keys)) < 1e-12)
        #expect(abs(depth.recoverableLength - Double(lengths) / n) < 1e-12, "seed \(seed)")
      }
    }
  }

  private func text(_ words: String) -> [UInt8] { Array(words.utf8) }

  @Test func bleuIsAsByHand() {
    let bleu = BLEU(query: text("new york hotel"))
    #expect(abs(bleu.score(text("new york hotel")) - 1) < 1e-12)
    #expect(bleu.score(text("paris")) == 0)
    // All words and pairs match; one word is missing.
    #expect(abs(bleu.score(text("new york")) - exp(-0.5)) < 1e-12)
    // Two of three words, (1 + 1) of (2 + 1) pairs, (0 + 1) of (1 + 1) triples.
    let expected = pow(2.0 / 3 * 2 / 3 * 1 / 2 * 1, 0.25)
    #expect(abs(bleu.score(text("new york taxi")) - expected) < 1e-12)
    // A word counts as often as the query has it.
    #expect(abs(BLEU(query: text("a b")).score(text("a a")) - pow(0.25, 0.25)) < 1e-12)
    #expect(bleu.weighted([]) == 0)
    let weighted = bleu.weighted([text("paris"), text("new york hotel")])
    #expect(abs(weighted - 0.5 / 1.5) < 1e-12)
    #expect(abs(BLEU(query: text("one")).score(text("one")) - 1) < 1e-12)
    #expect(BLEU(query: []).score([]) == 0)
  }
}
