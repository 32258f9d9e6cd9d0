// What people of the simulated shop know makes sense: modifiers are of the kind that they stand
// with, and do not contradict each other.

import QACBinary
import Testing

@testable import QACSimulator

struct ShopCatalogTests {
  private static let catalog: ShopCatalog = {
    var random = SplitMix64(seed: 11)
    return ShopCatalog(count: 20_000, random: &random)
  }()
  private static let texts = catalog.labels.map { $0.text(catalog.vocabulary) }

  /// The kinds as they are written down, in the order of the vocabulary.
  private static let written = ShopDepartment.all.flatMap { department in
    department.kinds.map { (kind: $0, brands: department.brands) }
  }

  @Test
  func theTablesAreInOrder() {
    let kinds = Self.written.map(\.kind)
    #expect(kinds.count >= 300)
    let names = kinds.flatMap { [$0.name] + ($0.otherName.map { [$0] } ?? []) }
    #expect(Set(names).count == names.count)
    for (kind, own) in zip(kinds, ShopVocabulary.shop.kinds) {
      #expect(!kind.companions.isEmpty, "\(kind.name)")
      #expect(own.companions.count == kind.companions.count, "a companion of \(kind.name)")
      let words =
        kind.features + kind.materials + kind.colors + kind.audiences + kind.sizes + kind.brands
      #expect(Set(words).count == words.count, "\(kind.name) has a modifier twice")
      #expect(!words.contains { $0.isEmpty || $0.lowercased() != $0 }, "\(kind.name)")
    }
  }

  /// A contradiction that no kind could have is a spelling mistake.
  @Test
  func everyContradictionKeepsTwoModifiersApart() {
    for (word, others) in ShopContradictions.all {
      for other in ShopKind.items(others) {
        let isNeeded = Self.written.contains { kind, brands in
          let sorts = [kind.features, kind.materials, kind.colors, kind.audiences, kind.sizes]
          let places = sorts.indices.filter { sorts[$0].contains(word) }
          return sorts.indices.contains { sorts[$0].contains(other) && places != [$0] }
            && !places.isEmpty
        }
        #expect(isNeeded, "\(word), \(other)")
      }
    }
  }

  @Test
  func modifiersBelongToTheirKind() throws {
    let catalog = Self.catalog
    for query in catalog.labels {
      let (kind, departmentBrands) = Self.written[Int(query.kind)]
      let lists = [
        kind.brands.isEmpty ? departmentBrands : kind.brands, kind.colors, kind.features,
        kind.materials, kind.audiences, kind.sizes,
      ]
      var words: [String] = []
      for sort in ShopSort.allCases where query[sort] != 0 {
        let word = catalog.vocabulary.words[Int(query[sort])]
        #expect(lists[sort.rawValue].contains(word), "\(query.text(catalog.vocabulary))")
        words.append(word)
      }
      let contradiction = ShopContradictions.all.first { word, others in
        words.contains(word) && ShopKind.items(others).contains(where: words.contains)
      }
      #expect(contradiction == nil, "\(query.text(catalog.vocabulary))")
    }
  }

  @Test
  func textsAreDistinctAndNameOneAudience() {
    #expect(Set(Self.texts).count == Self.texts.count)
    let audiences: Set<Substring> = [
      "women", "womens", "men", "mens", "kids", "girls", "boys",
    ]
    for text in Self.texts {
      let words = text.split(separator: " ")
      #expect(words.count { audiences.contains($0) } <= 1, "\(text)")
      #expect(zip(words, words.dropFirst()).allSatisfy { $0 != $1 }, "\(text)")
    }
  }

  /// What the shop sold before its kinds had modifiers of their own.
  @Test(arguments: [
    ("phone case", ["inch", "gb"]), ("headphones", ["gb", "inch", "women", "men"]),
    ("toaster", [" l", "cm"]), ("tent", ["4k", "women", "men", "xl"]),
    ("webcam", ["inch", "gb"]), ("walking poles", ["size"]), ("sunscreen", ["pink", "blue"]),
  ])
  func nonsenseIsNotSold(name: String, never: [String]) {
    let own = Self.texts.filter { " \($0) ".contains(" \(name) ") }
    #expect(own.count > 5)
    for text in own {
      for word in never {
        #expect(!"\(text) ".contains(" \(word.trimmingPrefix(" ")) "), "\(text)")
      }
    }
  }

  @Test
  func childrenHaveNoSizesOfAdults() {
    for text in Self.texts where text.contains("running shoes") || text.contains("hoodie") {
      let isForChildren = !Set(text.split(separator: " ")).isDisjoint(with: [
        "kids", "girls", "boys",
      ])
      #expect(!isForChildren || !text.contains(" size "), "\(text)")
    }
  }

  @Test
  func refiningKeepsAllWords() {
    var count = 0
    for kind in Self.catalog.kinds {
      let labels = kind.labels.prefix(40).map { Self.catalog.labels[$0] }
      for a in labels {
        for b in labels where a.refines(b) {
          count += 1
          let words = Set(a.text(Self.catalog.vocabulary).split(separator: " "))
          let kept = Set(b.text(Self.catalog.vocabulary).split(separator: " "))
          #expect(kept.isStrictSubset(of: words), "\(a), \(b)")
        }
      }
    }
    #expect(count > 1_000)
  }
}
