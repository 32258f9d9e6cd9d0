// One product of the simulated shop, as numbers.

/// A product: a kind with all its properties, of a model of its brand.
struct ShopItem {
  /// The kind with the properties; never with the audience first.
  let query: ShopQuery
  /// The index of the model's name in `ShopWording.models`.
  let model: UInt16
  /// Which product with these properties and this model it is, from 1.
  let mark: UInt16
  /// How popular it is among the items of its kind: 0 for the most popular one.
  let rank: Int32
  /// Whether it has come into the shop only now, so that nobody has clicked it.
  let isNew: Bool
  /// Cents.
  let price: Int32

  /// How popular it is among the items of its kind; 0 for a new one.
  var popularity: Double { isNew ? 0 : 1 / (Double(rank) + 3) }

  /// How many properties of `wanted`, which is for the same kind, it does not have.
  func missing(of wanted: ShopQuery) -> Int {
    ShopSort.allCases.count { wanted[$0] != 0 && wanted[$0] != query[$0] }
  }
}
