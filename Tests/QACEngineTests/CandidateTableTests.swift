// The table of candidates against a dictionary: each text once, wherever it comes from.

import QACBinary
import QACIndex
import QACTestSupport
import Testing

@testable import QACEngine

@Suite struct CandidateTableTests {
  /// What the table should hold: positions by text or label, and the sources of each.
  private struct Model {
    var labels: [UInt32: Int] = [:]
    var texts: [[UInt8]: Int] = [:]
    var surfaces: [Int: [UInt8]] = [:]
    var sources: [Set<SuggestionSource>] = []
  }

  private func check(_ table: CandidateTable, _ model: Model, seed: UInt64) {
    table.checkInvariants()
    #expect(table.count == model.sources.count, "seed \(seed)")
    for (label, i) in model.labels { #expect(table.find(label: label) == i, "seed \(seed)") }
    for (text, i) in model.texts {
      #expect(text.withUnsafeBufferPointer { table.find(text: $0) } == i, "seed \(seed)")
      #expect(table.withSurface(of: table[i]) { Array($0) } == model.surfaces[i], "seed \(seed)")
    }
    for (i, sources) in model.sources.enumerated() {
      let expected = sources.reduce(into: SourceSet()) { $0.insert(SourceSet($1)) }
      #expect(table[i].sources == expected, "seed \(seed)")
    }
  }

  private func add(
    label: UInt32, _ source: SuggestionSource, to table: inout CandidateTable, _ model: inout Model
  ) -> Int {
    let i = model.labels[label] ?? model.sources.count
    if i == model.sources.count { model.sources.append([]) }
    model.labels[label] = i
    model.sources[i].insert(source)
    return table.add(label: label, from: source)
  }

  private func add(
    text: [UInt8], surface: [UInt8], _ source: SuggestionSource, to table: inout CandidateTable,
    _ model: inout Model
  ) -> Int {
    let i = model.texts[text] ?? model.sources.count
    if i == model.sources.count {
      model.sources.append([])
      model.surfaces[i] = surface
    }
    model.texts[text] = i
    model.sources[i].insert(source)
    return text.withUnsafeBufferPointer { text in
      surface.withUnsafeBufferPointer { table.add(text: text, surface: $0, from: source) }
    }
  }

  @Test(arguments: UInt64(1)...20)
  func holdsEachTextOnce(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var table = CandidateTable()
    for round in 0..<8 {
      // The stamps end in the middle of this.
      if round == 4 { table.advance(from: UInt32.max - 2) }
      table.reset()
      var model = Model()
      for _ in 0..<random.below(1500) {
        let source = SuggestionSource.allCases[random.below(SuggestionSource.allCases.count)]
        if random.below(2) == 0 {
          let label = UInt32(random.below(400))
          let i = add(label: label, source, to: &table, &model)
          #expect(i == model.labels[label], "seed \(seed)")
        } else {
          let text = (0..<1 + random.below(3)).map { _ in UInt8(97 + random.below(6)) }
          let surface = text.map { $0 - 32 } + [UInt8(random.below(10))]
          let i = add(text: text, surface: surface, source, to: &table, &model)
          #expect(i == model.texts[text], "seed \(seed)")
        }
        if random.below(100) == 0 { check(table, model, seed: seed) }
      }
      check(table, model, seed: seed)
    }
    table.wipe()
    #expect(table.count == 0 && table.arena.allSatisfy { $0 == 0 })
  }
}
