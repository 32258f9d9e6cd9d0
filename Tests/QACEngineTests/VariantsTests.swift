// Other ways of writing find a label, and are no corrections.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct VariantsTests {
  private static func engine(
    _ queries: [String], profile: NormalizationProfile = .search
  ) throws -> CompletionEngine {
    try CompletionEngine(index: LabelIndex(queries: queries, profile: profile))
  }

  private static let labels = [
    "Öffi", "Österreich", "Müller Milch", "mueller", "Łódź", "Ærø", "Đakovo", "Straße", "Þór",
    "cœur", "ısı", "O'Reilly books", "Wi-Fi router", "t-shirt", "e-mail", "don't", "l'école",
    "d'abord", "c++", "c#", "c programming", ".net core", "10% off", "a+ school", "tshirt blue",
    "شَمس", "שָׁלוֹם", "العربية", "हिन्दी",
  ]

  @Test(arguments: [
    ("oeffi", "Öffi"), ("offi", "Öffi"), ("oesterr", "Österreich"), ("osterr", "Österreich"),
    ("mueller m", "Müller Milch"), ("muller", "Müller Milch"), ("müller", "mueller"),
    ("lodz", "Łódź"), ("aero", "Ærø"), ("aeroe", "Ærø"), ("dakovo", "Đakovo"),
    ("strasse", "Straße"), ("thor", "Þór"), ("coeur", "cœur"), ("isi", "ısı"),
    ("oreilly", "O'Reilly books"), ("o reilly", "O'Reilly books"), ("o’rei", "O'Reilly books"),
    ("wifi", "Wi-Fi router"), ("wi fi r", "Wi-Fi router"), ("wi-fi", "Wi-Fi router"),
    ("wifi ro", "Wi-Fi router"), ("tshirt", "t-shirt"), ("t shirt b", "tshirt blue"),
    ("email", "e-mail"), ("dont", "don't"), ("ecole", "l'école"), ("école", "l'école"),
    ("abord", "d'abord"), ("net co", ".net core"), ("10 off", "10% off"), ("a sch", "a+ school"),
    ("c# pro", "c programming"), ("شمس", "شَمس"), ("שלום", "שָׁלוֹם"), ("الع", "العربية"),
    ("हिन्", "हिन्दी"),
  ])
  func anotherWayOfWritingFindsIt(typed: String, label: String) throws {
    let engine = try Self.engine(Self.labels)
    let found = engine.suggestions(Array(typed.utf8)).first { $0.string == label }
    #expect(found?.isCorrected == false)
  }

  @Test func aSymbolIsNotAnother() throws {
    let engine = try Self.engine(["c++ software developer", "c# jobs", "cat", "cab", "cup", "c"])
    #expect(engine.texts("c#") == ["c# jobs"])
    #expect(!engine.suggestions(Array("c#".utf8)).contains { $0.string.hasPrefix("c++") })
    #expect(!engine.suggestions(Array("c++".utf8)).contains { $0.string.hasPrefix("c#") })
    #expect(Set(engine.texts("c")).isSuperset(of: ["c# jobs", "c++ software developer", "c"]))
  }

  @Test func theMostPopularComeFirst() throws {
    let queries = ["übung a", "übung b", "übung b", "uebung c", "uebung c", "uebung c"]
    let engine = try Self.engine(queries)
    #expect(engine.texts("ubung").prefix(2) == ["übung b", "übung a"])
    #expect(Set(engine.texts("uebung")) == ["uebung c", "übung b", "übung a"])
  }

  @Test func onlyUnderSearch() throws {
    for profile in [NormalizationProfile.verbatim, .plainSearch] {
      let engine = try Self.engine(["öffi", "wi fi"], profile: profile)
      #expect(!engine.suggestions(Array("offi".utf8)).contains { $0.source == .variants })
    }
  }

  @Test func blockedLabelsAreNotSuggested() throws {
    let engine = try Self.engine(["öffi", "öffnen"])
    let rule = try BlockRule(.exact, Array("öffi".utf8))
    let blocks = BlockedLabels(BlockList([rule], profile: .search), in: engine.index)
    #expect(engine.suggestions(Array("off".utf8), blocks: blocks).map(\.string) == ["öffnen"])
  }

  /// Labels of letters, umlauts, spaces and symbols, few enough to meet often.
  private static func text(_ random: inout SplitMix64) -> String {
    let parts = [
      "a", "b", "ae", "ä", "oe", "ö", "ø", "o", "u", "ü", " ", " ", "+", ".b", "l ", "é",
    ]
    return (0..<1 + random.below(6)).map { _ in parts[random.below(parts.count)] }.joined()
  }

  @Test func searchAndMatchAgreeWithAPlainScan() throws {
    try withEvery("seed", in: UInt64(0)..<60) { seed in
      var random = SplitMix64(seed: seed)
      let normalizer = Normalizer(.search)
      let queries = (0..<40).map { _ in Self.text(&random) }.filter {
        !normalizer.normalize($0).isEmpty
      }
      if queries.isEmpty { return }
      let engine = try Self.engine(queries)
      let view = engine.index.view
      for _ in 0..<30 {
        let prefix = normalizer.normalize(Self.text(&random), as: .prefix)
        if prefix.isEmpty { continue }
        prefix.withUnsafeBufferPointer { prefix in
          let match = VariantMatch(prefix, engine.variants.bases, mayLackSymbols: true)
          for label in 0..<UInt32(view.labelCount) {
            let text = Array(view.text(of: label))
            let isMatch = PlainVariants.begins(text, with: Array(prefix))
            #expect(
              (match.typedBytes(of: view.text(of: label)) != nil) == isMatch,
              "\(String(decoding: text, as: UTF8.self)) by \(prefix.map { $0 })")
            let keys = VariantReading.allCases.flatMap {
              engine.variants.keys[engine.variants.range(ofPrefix: prefix, as: $0, view)]
            }
            let hasKey = engine.variants.keys.contains { $0 >> 2 == label }
            if isMatch, hasKey {
              #expect(
                keys.contains { $0 >> 2 == label },
                "\(String(decoding: text, as: UTF8.self)) by \(prefix.map { $0 })")
            }
          }
        }
        let found = engine.suggestions(prefix)
        let matching = (0..<UInt32(view.labelCount)).filter {
          view.text(of: $0).starts(with: prefix)
        }
        if matching.count >= 3 { continue }
        let variants = (0..<UInt32(view.labelCount)).filter {
          PlainVariants.begins(
            Array(view.text(of: $0)), with: prefix, mayLackSymbols: matching.isEmpty)
            && !matching.contains($0)
        }
        #expect(found.allSatisfy { !$0.isCorrected || $0.label.map(variants.contains) != true })
        let most = variants.map { view.weight(of: $0) }.max()
        let isFound = found.contains { $0.label.map { view.weight(of: $0) == most } == true }
        #expect(most == nil || isFound || found.count == 10)
      }
    }
  }
}
