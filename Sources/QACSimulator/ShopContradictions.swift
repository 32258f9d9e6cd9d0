// Modifiers that contradict each other, although some kind of product has both.
//
// Invariant: each pair keeps two modifiers of some kind apart (`ShopCatalogTests`).

/// Modifiers that contradict each other.
enum ShopContradictions {
  /// A modifier and those that no query has with it, whatever the kind.
  static let all: [(String, String)] = amounts + people + substances

  /// For whom it is.
  static let people = [
    ("10x42", "kids"),
    ("2 l", "kids"),
    ("75 cm", "kids"),
    ("65 cm", "kids"),
    ("1000 pieces", "kids"),
    ("2000 pieces", "kids"),
    ("anti dandruff", "kids"),
    ("anti theft", "kids, girls, boys"),
    ("automatic", "kids, girls, boys"),
    ("baby", "kids"),
    ("balance", "women, men"),
    ("cropped", "men, boys"),
    ("double", "women, men, kids"),
    ("high waist", "men, boys"),
    ("king size", "kids"),
    ("plus size", "size xs, size s, size m, size 8, size 10, girls, kids"),
    ("princess", "men, boys"),
    ("professional", "kids, girls, boys"),
    ("purple", "men, kids"),
    ("racing", "kids"),
    ("set of 3", "kids"),
    ("super king", "kids"),
    ("tennis", "men, girls"),
    ("tinted", "kids"),
    ("vanilla", "men"),
    ("floral", "men"),
    ("wedding guest", "girls"),
    ("whitening", "kids"),
  ]
}
