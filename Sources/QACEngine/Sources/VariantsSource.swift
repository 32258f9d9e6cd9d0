// Source `variants`: labels that begin with the prefix in another way of writing.
//
// It looks for them where hardly a label matches what was typed, as corrections are. They are no
// corrections: `oeffi` is öffi, and `wifi` is `wi fi`. What `CorrectedSource` brought is judged by
// the same rule (`VariantMatch`). They rank like what matches, with a share of their uses
// (`FeatureComputer`): most people who mean a label write it as it is written.
//
// Cost: two searches of `VariantLabels`, four where the prefix can be spelt out; one comparison for
// each label that could be among the heaviest.

import QACBinary
import QACIndex
import QACText

/// Labels in other ways of writing.
struct VariantsSource: CandidateSource {
  static var source: SuggestionSource { .variants }

  /// The most labels that are looked for.
  private static let most = 10
  /// Bytes of the longest prefix that is read in other ways.
  private static let longestPrefix = 256

  private let labels: VariantLabels
  private var popular: PopularSearch
  private var top = TopLabels()
  /// The letters of the prefix, where they are not its bytes.
  private var letters: [UInt8] = []

  init(_ engine: CompletionEngine) {
    labels = engine.variants
    popular = PopularSearch(labelCount: engine.index.labelCount)
  }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    let prefix = completion.prefix
    if !completion.mayCorrect || !labels.isOn || prefix.count > Self.longestPrefix { return }
    let match = VariantMatch(
      prefix, labels.bases, mayLackSymbols: completion.range.isEmpty)
    judge(&table, match, for: completion)
    top.reset(limit: Self.most)
    search(match, for: completion)
    var uses = 0.0
    for found in top.items {
      guard let bytes = match.typedBytes(of: completion.view.text(of: found.label)) else {
        continue
      }
      let i = table.add(label: found.label, from: .variants)
      table[i].correction.cost = 0
      table[i].correction.typedBytes = Int32(bytes)
      uses += found.score
    }
    table.findings.corrected.uses = max(table.findings.corrected.uses, uses)
  }

  /// Takes corrections that are ways of writing the prefix for what they are.
  private func judge(
    _ table: inout CandidateTable, _ match: VariantMatch, for completion: borrowing Completion
  ) {
    for i in 0..<table.count where table[i].isCorrected {
      let bytes = table.withText(of: table[i], completion.view) { match.typedBytes(of: $0) }
      guard let bytes else { continue }
      table[i].sources.insert(SourceSet(.variants))
      table[i].correction.cost = 0
      table[i].correction.typedBytes = Int32(bytes)
    }
  }

  private mutating func search(_ match: VariantMatch, for completion: borrowing Completion) {
    let view = completion.view
    let range = completion.range
    let blocks = completion.blocks
    func isWanted(_ label: UInt32) -> Bool {
      !range.contains(label) && blocks?.contains(label) != true
        && match.typedBytes(of: view.text(of: label)) != nil
    }
    let isAmbiguous = VariantReading.isAmbiguous(completion.prefix)
    for reading in VariantReading.allCases where reading == .plain || isAmbiguous {
      spell(completion.prefix, as: reading)
      labels.offer(
        labels.range(ofPrefix: completion.prefix, as: reading, view), to: &top, view,
        where: isWanted)
      // Labels whose letters are their bytes have no key.
      letters.withUnsafeBufferPointer { letters in
        if letters.isEmpty || letters.equals(completion.prefix) { return }
        popular.search(
          view, range: view.range(ofPrefix: letters), limit: Self.most, blocks: blocks)
        for found in popular.top.items where isWanted(found.label) {
          if !top.items.contains(where: { $0.label == found.label }) { top.offer(found) }
        }
      }
    }
  }

  /// Sets `letters` to those of `prefix`.
  private mutating func spell(_ prefix: UnsafeBufferPointer<UInt8>, as reading: VariantReading) {
    letters.removeAll(keepingCapacity: true)
    var reader = VariantLetters(prefix, as: reading, labels.bases)
    while true {
      let letter = reader.next()
      if letter == 0 { return }
      let key = ScalarKey(letter)
      for i in 0..<key.count {
        letters.append(UInt8(truncatingIfNeeded: key.key >> UInt32(24 - 8 * i)))
      }
    }
  }

  mutating func wipe() { letters.wipe() }
}
