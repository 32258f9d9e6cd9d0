// One query with the item that it led to, and what such an event is worth.

/// What a person did with an item.
public enum ItemEventKind: String, Sendable, CaseIterable {
  /// The person looked at it.
  case click
  /// The person put it into the cart.
  case cart
  /// The person bought it.
  case purchase
}

/// What one event of each kind weighs as an example; each at least 0, and at 0 left out.
public struct ItemKindWeights: Sendable, Equatable {
  /// The weight of a click.
  public var click: Double
  /// The weight of a cart.
  public var cart: Double
  /// The weight of a purchase.
  public var purchase: Double

  /// Makes weights.
  public init(click: Double = 1, cart: Double = 2, purchase: Double = 4) {
    self.click = click
    self.cart = cart
    self.purchase = purchase
  }

  /// The weight of an event of `kind`.
  public subscript(kind: ItemEventKind) -> Double {
    switch kind {
    case .click: return click
    case .cart: return cart
    case .purchase: return purchase
    }
  }
}

/// A query that led to an item.
public struct ItemExample: Sendable, Equatable {
  /// The longest query in bytes.
  public static let longestQuery = 1 << 11

  /// The query as typed, trimmed: UTF-8, 1 to `longestQuery` bytes.
  public var query: [UInt8]
  /// The item's id: UTF-8, 1 to `ItemRecord.longestID` bytes. The item need not exist.
  public var item: [UInt8]
  /// How much it counts: the weight of its kind times its count, above 0.
  public var weight: Double
  /// How many uses it stands for, at least 1: its count, whatever its kind weighs.
  public var uses: Double
  /// The number of its session, from 0 in order of first appearance; -1 if it is unknown.
  public var session: Int32
  /// Unix seconds; 0 if the time is unknown.
  public var time: Int64

  /// Makes an example; nothing is checked.
  public init(
    query: [UInt8], item: [UInt8], weight: Double = 1, uses: Double = 1, session: Int32 = -1,
    time: Int64 = 0
  ) {
    self.query = query
    self.item = item
    self.weight = weight
    self.uses = uses
    self.session = session
    self.time = time
  }
}
