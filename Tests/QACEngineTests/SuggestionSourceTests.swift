// Sources as places in an enum, names and bits of a set.

import Testing

@testable import QACEngine

@Suite struct SuggestionSourceTests {
  @Test func placesAreThoseOfTheEnum() {
    for (i, source) in SuggestionSource.allCases.enumerated() {
      #expect(source.place == UInt32(i))
      #expect(SourceSet(source).rawValue == 1 << UInt32(i))
    }
  }

  @Test func aSetHasABitForEachSource() {
    #expect(SuggestionSource.allCases.count <= SourceSet.RawValue.bitWidth)
    var all = SourceSet()
    for source in SuggestionSource.allCases {
      #expect(!all.contains(SourceSet(source)))
      all.insert(SourceSet(source))
    }
    #expect(all.first == SuggestionSource.allCases.first)
    #expect(SourceSet(.corrected).first == .corrected)
  }

  @Test func namesDiffer() {
    let names = SuggestionSource.allCases.map { $0.name.description }
    #expect(Set(names).count == names.count)
    let features = RankerFeature.allCases.map(\.name)
    #expect(Set(features).count == features.count)
  }

  @Test func optionsKeepTheSources() {
    for source in SuggestionSource.allCases {
      var options = CompletionOptions(sources: [source])
      #expect(options.sources == [source])
      options.sources.formUnion(SuggestionSource.allCases)
      #expect(options.sources == Set(SuggestionSource.allCases))
      #expect(options == .standard)
    }
  }
}
