// A query of the shop: a kind of product with modifiers.

/// The parts of a query.
struct ShopQuery: Hashable {
  /// Index of the kind.
  let kind: UInt16
  /// Whether it is called by its second name.
  var hasOtherName = false
  /// Whether those for whom it is made come first: "mens boots" rather than "boots men".
  var namesAudienceFirst = false
  /// By sort: the number of the modifier, 0 for none.
  var modifiers = SIMD8<UInt16>()

  init(kind: Int) { self.kind = UInt16(kind) }

  subscript(sort: ShopSort) -> UInt16 {
    get { modifiers[sort.rawValue] }
    set { modifiers[sort.rawValue] = newValue }
  }

  /// Whether it has no modifier.
  var isBare: Bool { modifiers == SIMD8() }

  /// Whether this query has all words of `other`, which is for the same kind, and more.
  func refines(_ other: ShopQuery) -> Bool {
    self != other && kind == other.kind && hasOtherName == other.hasOtherName
      && (other[.audience] == 0 || namesAudienceFirst == other.namesAudienceFirst)
      && ShopSort.allCases.allSatisfy { other[$0] == 0 || other[$0] == self[$0] }
  }

  /// Whether this query has some modifier of `other`, which may be for another kind.
  func sharesModifier(with other: ShopQuery) -> Bool {
    ShopSort.allCases.contains { self[$0] != 0 && self[$0] == other[$0] }
  }

  /// The query's words, in lower case.
  func text(_ vocabulary: ShopVocabulary) -> String {
    func word(_ sort: ShopSort) -> String { vocabulary.words[Int(self[sort])] }
    let known = vocabulary.kinds[Int(kind)]
    var words: [String] = []
    let audience = word(.audience)
    if namesAudienceFirst { words.append(Self.genitives[audience] ?? audience) }
    // People write "storage basket with lid", and everything else in front.
    let feature = word(.feature)
    let isBehind = feature.hasPrefix("with ")
    words += [word(.brand), word(.color), isBehind ? "" : feature, word(.material)]
    words.append(hasOtherName ? known.names[1] : known.names[0])
    if isBehind { words.append(feature) }
    if !namesAudienceFirst { words.append(audience) }
    words.append(word(.size))
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// What people write in front of a name; others are written as behind it.
  private static let genitives = ["women": "womens", "men": "mens"]
}
