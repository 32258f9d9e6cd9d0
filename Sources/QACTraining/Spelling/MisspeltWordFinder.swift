// Finds the misspelt words of a training set, and the right word of each.
//
// Two words are one edit apart only if they are equal after at most one letter is dropped from
// each. So every word that may be right is filed under itself without each of its letters, and a
// rare word is compared with those that share such a form with it.
//
// Invariant: the right word of a misspelt word is not misspelt itself. Of several right words the
// one with the greatest log odds counts, then the more frequent, then the first in the numbering.
// Cost: for n words of l letters O(n l log(n l)), and for each pair that may be an error one look
// at the queries with the rare word.
// Source: the deletion neighbourhood of Mor and Fraenkel, CACM 1982.

import QACBinary
import QACText

/// Finds misspelt words.
struct MisspeltWordFinder {
  private let profile: NormalizationProfile
  private let words: QueryWords
  private let corrections: OwnCorrections
  private let letters: [[UInt32]]
  /// The words that may be right, by the hashes of their forms, ascending.
  private var forms: [(hash: UInt64, word: UInt32)] = []
  /// The queries with each word that may be wrong.
  private var queries: [UInt32: [Int]] = [:]

  init(_ set: TrainingSet) {
    profile = set.profile
    words = QueryWords(set)
    corrections = OwnCorrections(set, words)
    letters = words.texts.indices.map { [words] in words.letters(of: UInt32($0)) }
    for word in words.texts.indices
    where words.uses[word] >= SpellingEvidence.leastRatioPutRight
      && letters[word].count >= SpellingEvidence.shortest
    {
      Self.forEachForm(of: letters[word]) { forms.append(($0, UInt32(word))) }
    }
    forms.sort { ($0.hash, $0.word) < ($1.hash, $1.word) }
  }

  /// The right word of each misspelt word, by their texts.
  mutating func find() -> [[UInt8]: [UInt8]] {
    let candidates = candidates()
    for candidate in candidates { queries[candidate.typed] = [] }
    for query in words.queryUses.indices {
      for word in words.words(of: query) where queries[word] != nil {
        if queries[word]?.last != query { queries[word]?.append(query) }
      }
    }
    var best: [UInt32: (right: UInt32, odds: Double)] = [:]
    for (typed, right) in candidates {
      let evidence = evidence(typed, right)
      guard evidence.isMisspelt(profile), let odds = evidence.logOdds else { continue }
      if let held = best[typed],
        (held.odds, words.uses[Int(held.right)]) >= (odds, words.uses[Int(right)])
      {
        continue
      }
      best[typed] = (right, odds)
    }
    var result: [[UInt8]: [UInt8]] = [:]
    for (typed, found) in best {
      // A right word is used more than the wrong one, so this ends.
      var right = found.right
      while let next = best[right]?.right { right = next }
      result[words.texts[Int(typed)]] = words.texts[Int(right)]
    }
    return result
  }

  /// The pairs of words that the words' letters and uses alone allow, by the rare word.
  private func candidates() -> [(typed: UInt32, right: UInt32)] {
    var result: [(typed: UInt32, right: UInt32)] = []
    var near: Set<UInt32> = []
    for typed in letters.indices where letters[typed].count >= SpellingEvidence.shortest {
      near.removeAll(keepingCapacity: true)
      Self.forEachForm(of: letters[typed]) { hash in
        let low = (0..<forms.count).partitioningIndex { forms[$0].hash >= hash }
        for form in forms[low...] {
          if form.hash != hash { break }
          near.insert(form.word)
        }
      }
      for right in near.sorted() where mayBeMisspelt(UInt32(typed), right) {
        result.append((UInt32(typed), right))
      }
    }
    return result
  }

  /// Whether the best that queries could say of the pair would be enough.
  private func mayBeMisspelt(_ typed: UInt32, _ right: UInt32) -> Bool {
    var evidence = bareEvidence(typed, right)
    evidence.companyUses = 1
    evidence.sameQueryUses = 1
    evidence.sameNeighbourUses = 1
    return evidence.isMisspelt(profile)
  }

  private func bareEvidence(_ typed: UInt32, _ right: UInt32) -> SpellingEvidence {
    var evidence = SpellingEvidence(typed: letters[Int(typed)], right: letters[Int(right)])
    evidence.typedUses = words.uses[Int(typed)]
    evidence.rightUses = words.uses[Int(right)]
    evidence.putRight = corrections.people(from: typed, to: right)
    evidence.putBack = corrections.people(from: right, to: typed)
    return evidence
  }

  private func evidence(_ typed: UInt32, _ right: UInt32) -> SpellingEvidence {
    var evidence = bareEvidence(typed, right)
    for query in queries[typed] ?? [] {
      let own = words.words(of: query)
      if own.count < 2 { continue }
      let uses = words.queryUses[query]
      evidence.companyUses += uses
      if words.uses(ofSequence: own.lazy.map { $0 == typed ? right : $0 }) >= 2 * uses {
        evidence.sameQueryUses += uses
      }
      if isNeighbour(typed, right, in: own) { evidence.sameNeighbourUses += uses }
    }
    return evidence
  }

  /// Whether `right` stands twice as often as `typed` beside one of the words beside `typed`.
  private func isNeighbour(
    _ typed: UInt32, _ right: UInt32, in query: ArraySlice<UInt32>
  ) -> Bool {
    zip(query, query.dropFirst()).contains { a, b in
      if a == typed, b != typed {
        return words.uses(of: right, before: b) >= 2 * words.uses(of: typed, before: b)
      }
      return b == typed && a != typed
        && words.uses(of: a, before: right) >= 2 * words.uses(of: a, before: typed)
    }
  }

  /// Calls `body` with the hash of `letters` and of them without each one.
  private static func forEachForm(of letters: [UInt32], _ body: (UInt64) -> Void) {
    for dropped in 0...letters.count {
      var hash = StableHash.start
      for (i, letter) in letters.enumerated() where i != dropped {
        for byte in 0..<4 { hash = StableHash.step(hash, UInt8(letter >> (8 * byte) & 0xFF)) }
      }
      body(hash)
    }
  }
}
