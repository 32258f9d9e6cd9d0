// Compiles synonyms for an index, and finds those that lead nowhere.
//
// A phrase is replaced only by phrases that a label has as whole words: others would find nothing.
// So what is compiled depends on the labels, and so does the report.
// Invariant: equal files and labels give equal tables. Targets stand in the order of the weight of
// the labels that have them, descending, then of their bytes.
// Cost: O(words of the labels x words of a phrase) look-ups.

public import QACIndex
import QACText

/// What became of a file of synonyms.
public struct SynonymReport: Codable, Sendable, Equatable {
  /// The lines that have synonyms.
  public var lines: Int
  /// The numbers, from 1, of those with a text that stands in no label: nothing is found by it.
  public var unused: [Int]

  /// Makes a report.
  public init(lines: Int, unused: [Int]) {
    self.lines = lines
    self.unused = unused
  }

  /// A sentence.
  public var sentence: String {
    if unused.isEmpty { return "synonyms: \(lines) lines, all of them lead to labels" }
    let named = unused.prefix(20).map { "\($0)" }.joined(separator: ", ")
    return
      "synonyms: \(unused.count) of \(lines) lines have a text that no label has: line \(named)"
      + (unused.count > 20 ? " and others" : "")
  }
}

extension SynonymFile {
  /// What becomes of the synonyms in `index`, which was built with them or without.
  public func report(for index: LabelIndex) -> SynonymReport {
    let view = index.view
    let labels = (0..<UInt32(view.labelCount)).map { Array(view.text(of: $0)) }
    return compiled(labels: labels, weights: labels.map { _ in 1 }).report
  }

  /// The table of an index with these labels, and the report.
  func compiled(
    labels: [[UInt8]], weights: [UInt32]
  ) -> (content: SynonymContent, report: SynonymReport) {
    let masses = masses(labels, weights)
    var targets: [[UInt8]: Set<[UInt8]>] = [:]
    var unused: [Int] = []
    for line in lines {
      var leadsOn = true
      for to in line.to {
        let from = line.from.filter { $0 != to }
        guard masses[to[...]] ?? 0 > 0, !from.isEmpty else {
          leadsOn = false
          continue
        }
        for from in from { targets[from, default: []].insert(to) }
      }
      if !leadsOn { unused.append(line.number) }
    }
    let phrases = Set(targets.keys).union(targets.values.flatMap { $0 })
      .sorted { $0.lexicographicallyPrecedes($1) }
    var content = SynonymContent()
    if phrases.count > SynonymsView.mostPhrases { preconditionFailure("a file has fewer texts") }
    let numbers = Dictionary(uniqueKeysWithValues: zip(phrases, UInt32(0)...))
    content.phrases = phrases
    content.targets = phrases.map { phrase in
      let numbers = (targets[phrase] ?? []).compactMap { numbers[$0] }
      func mass(_ number: UInt32) -> UInt64 { masses[phrases[Int(number)][...]] ?? 0 }
      return Array(
        numbers.sorted { (mass($1), $0) < (mass($0), $1) }.prefix(SynonymsView.mostTargets))
    }
    return (content, SynonymReport(lines: lines.count, unused: unused))
  }

  /// For each text of the file that stands in a label, as whole words, the weight of these labels.
  private func masses(_ labels: [[UInt8]], _ weights: [UInt32]) -> [ArraySlice<UInt8>: UInt64] {
    let texts = Set(lines.flatMap { $0.from + $0.to }.map { $0[...] })
    let most = texts.reduce(0) { max($0, Tokenizer.words(Array($1)).count) }
    var masses: [ArraySlice<UInt8>: UInt64] = [:]
    for (label, weight) in zip(labels, weights) {
      let words = Tokenizer.words(label)
      for first in words.indices {
        for last in first..<min(first + most, words.count) {
          let phrase = label[words[first].lowerBound..<words[last].upperBound]
          if texts.contains(phrase) { masses[phrase, default: 0] += UInt64(weight) }
        }
      }
    }
    return masses
  }
}
