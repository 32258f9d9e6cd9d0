// The words of the simulated shop, numbered, and which of them contradict each other.
//
// Invariant: a query of a kind has only modifiers of that kind, at most one of each sort, and no
// two that contradict each other. So no query of the catalogue is nonsense, as long as no kind in
// the tables of `Departments` lists a modifier that does not suit it. The brands are invented.
// Cost: made once, in milliseconds.

/// The sorts of modifiers. A query has at most one of each.
enum ShopSort: Int, CaseIterable {
  case brand, color, feature, material, audience, size
}

/// The vocabulary of the simulated shop.
struct ShopVocabulary: Sendable {
  /// A kind of product with its modifiers as numbers.
  struct Kind: Sendable {
    /// Index of its department.
    var department: Int
    /// What it is called: one name or two.
    var names: [String]
    /// By sort: the numbers of the modifiers, in order of popularity.
    var modifiers: [[UInt16]]
    /// Indices of the kinds that people buy with it.
    var companions: [Int]
  }

  /// The vocabulary of all departments.
  static let shop = ShopVocabulary(ShopDepartment.all)

  /// By number of the modifier; number 0 is none.
  private(set) var words = [""]
  /// All kinds, department by department.
  private(set) var kinds: [Kind] = []
  /// By department: the indices of its kinds.
  private(set) var departments: [Range<Int>] = []
  /// Pairs of modifiers that contradict each other, the lesser number first.
  private var conflicts: Set<SIMD2<UInt16>> = []

  init(_ departments: [ShopDepartment]) {
    var numbers: [String: UInt16] = [:]
    var places: [String: Int] = [:]
    for kind in departments.flatMap(\.kinds) { places[kind.name] = places.count }
    for (index, department) in departments.enumerated() {
      let first = kinds.count
      for kind in department.kinds {
        let brands = kind.brands.isEmpty ? department.brands : kind.brands
        let lists = [
          brands, kind.colors, kind.features, kind.materials, kind.audiences, kind.sizes,
        ]
        let modifiers = lists.map { list in
          list.map { word in
            if let known = numbers[word] { return known }
            let number = UInt16(words.count)
            numbers[word] = number
            words.append(word)
            return number
          }
        }
        kinds.append(
          Kind(
            department: index, names: [kind.name] + (kind.otherName.map { [$0] } ?? []),
            modifiers: modifiers,
            companions: kind.companions.compactMap { places[$0] }))
      }
      self.departments.append(first..<kinds.count)
    }
    for (word, others) in ShopContradictions.all {
      for other in ShopKind.items(others) {
        guard let a = numbers[word], let b = numbers[other] else { continue }
        conflicts.insert(SIMD2(min(a, b), max(a, b)))
      }
    }
  }

  /// Whether a query of `kind` may have all of `modifiers`: no two contradict each other.
  func suits(_ kind: Kind, _ modifiers: SIMD8<UInt16>) -> Bool {
    for a in 0..<ShopSort.allCases.count where modifiers[a] != 0 {
      for b in 0..<a where modifiers[b] != 0 {
        let pair = SIMD2(min(modifiers[a], modifiers[b]), max(modifiers[a], modifiers[b]))
        if conflicts.contains(pair) { return false }
      }
    }
    // Where adults are among the customers, the sizes are theirs.
    let audience = modifiers[ShopSort.audience.rawValue]
    if audience == 0 || modifiers[ShopSort.size.rawValue] == 0 || !isChild(audience) { return true }
    return kind.modifiers[ShopSort.audience.rawValue].allSatisfy(isChild)
  }

  private func isChild(_ audience: UInt16) -> Bool {
    ["kids", "girls", "boys"].contains(words[Int(audience)])
  }
}
