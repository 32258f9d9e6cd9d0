// What the shop sells, as it is written down: kinds of products with the modifiers that each takes.
//
// A modifier belongs to a kind: a phone case has no inches, and headphones have no gigabytes. Each
// list is text with commas, in order of popularity, so that the tables of `Departments` read as a
// price list does. `ShopVocabulary` numbers the words of all tables.

/// A kind of product and how people narrow it down.
struct ShopKind: Sendable {
  /// What it is called.
  let name: String
  /// What fewer people call it; nil if all call it the same.
  let otherName: String?
  /// The brands that sell it; empty for those of the department.
  let brands: [String]
  /// What it can do or how it is made; a query names at most one.
  let features: [String]
  /// What it is made of; a query names at most one.
  let materials: [String]
  /// The colours in which it is sold.
  let colors: [String]
  /// For whom it is made.
  let audiences: [String]
  /// The sizes, capacities and amounts in which it is sold.
  let sizes: [String]
  /// The names of kinds that people buy with it; at least one.
  let companions: [String]

  init(
    _ name: String, also otherName: String? = nil, features: String = "", materials: String = "",
    colors: String = "", audiences: String = "", sizes: String = "", with companions: String,
    by brands: String = ""
  ) {
    self.name = name
    self.otherName = otherName
    self.brands = Self.items(brands)
    self.features = Self.items(features)
    self.materials = Self.items(materials)
    self.colors = Self.items(colors)
    self.audiences = Self.items(audiences)
    self.sizes = Self.items(sizes)
    self.companions = Self.items(companions)
  }

  /// The items of `text`, which has ", " between them.
  static func items(_ text: String) -> [String] {
    text.split(separator: ",").map { item in
      String(item.drop { $0 == " " })
    }
  }
}

/// Kinds of products that the same people look for.
struct ShopDepartment: Sendable {
  /// The brands of its kinds, unless a kind has its own.
  let brands: [String]
  /// In order of popularity.
  let kinds: [ShopKind]

  init(brands: String, kinds: [ShopKind]) {
    self.brands = ShopKind.items(brands)
    self.kinds = kinds
  }

  /// All departments, in order of popularity.
  static let all = [
    shoes, clothing, electronics, kitchen, furniture, home, outdoors, sports, toys, garden, beauty,
    stationery, pets, baby, tools, food, accessories,
  ]

  /// What the departments are called, in the same order.
  static let names = [
    "shoes", "clothing", "electronics", "kitchen", "furniture", "home", "outdoors", "sports",
    "toys",
    "garden", "beauty", "stationery", "pets", "baby", "tools", "food", "accessories",
  ]

  /// The lowest price in cents in each department, in the same order.
  static let prices = [
    2_490, 1_290, 2_990, 1_190, 6_990, 1_490, 1_990, 1_490, 990, 1_190, 490, 290, 590, 890, 790,
    190,
    990,
  ]
}

/// Lists of colours that several kinds share.
enum ShopColors {
  static let everyday = "black, white, blue, red, grey, green, pink, navy, purple, yellow"
  static let muted = "black, grey, navy, brown, beige, green, cream, burgundy"
  static let room = "grey, beige, green, blue, cream, pink, navy, black"
  static let technical = "black, white, blue, pink, silver"
}

/// Lists of those for whom several kinds are made.
enum ShopAudiences {
  static let everyone = "women, men, kids, girls, boys"
  static let adults = "women, men"
}
