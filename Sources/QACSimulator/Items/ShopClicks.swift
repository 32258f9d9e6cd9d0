// What people of the simulated shop click, put into the cart and buy after their queries.
//
// After four in ten queries a person clicks up to three items, half as often after a typing error.
// They are mostly popular items with all words of the query, and rather those that share a property
// with the query before in the session. If a few draws find none, it is the closest one or nothing.
// One in twelve clicks is on an item of a kind that is bought together with that of the query. A
// fifth of the clicks goes on to the cart, and nearly half of these to a purchase.
//
// Cost: at most `attempts` draws per click, however many items there are.

import QACBinary
import QACLogs

/// Draws the clicks of a log.
struct ShopClicks {
  /// One event.
  struct Click {
    var user: Int
    var time: Int64
    var query: String
    /// Index of the item.
    var item: Int
    var kind: ItemEventKind
  }

  private static let attempts = 48
  /// The seconds after which a query has no influence on the next.
  private static let sessionGap: Int64 = 1_800
  private static let clicks = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 3]

  private let catalog: ShopCatalog
  private let inventory: ShopInventory
  private var random: SplitMix64

  /// Draws what follows `events`, in time order.
  static func after(
    _ events: [ShopSimulator.Event], catalog: ShopCatalog, inventory: ShopInventory, seed: UInt64
  ) -> [Click] {
    var drawing = ShopClicks(
      catalog: catalog, inventory: inventory, random: SplitMix64(seed: seed ^ 0x636C_6963_6B73))
    var last: [Int: (label: Int, time: Int64)] = [:]
    var clicks: [Click] = []
    for event in events {
      let before = last.updateValue((event.label, event.time), forKey: event.user)
      var previous: ShopQuery?
      if let before, event.time - before.time < sessionGap, before.label != event.label {
        previous = catalog.labels[before.label]
      }
      drawing.follow(event, previous: previous, into: &clicks)
    }
    let order = clicks.indices.sorted { (clicks[$0].time, $0) < (clicks[$1].time, $1) }
    return order.map { clicks[$0] }
  }

  private mutating func follow(
    _ event: ShopSimulator.Event, previous: ShopQuery?, into clicks: inout [Click]
  ) {
    let wanted = Self.clicks[random.below(Self.clicks.count)]
    if event.meant != nil, random.below(2) == 0 { return }
    let query = catalog.labels[event.label]
    var time = event.time
    var seen: [Int] = []
    for _ in 0..<wanted {
      time += 3 + Int64(random.below(30))
      guard let item = item(for: query, after: previous), !seen.contains(item) else { continue }
      seen.append(item)
      func add(_ kind: ItemEventKind, at time: Int64) {
        clicks.append(
          Click(user: event.user, time: time, query: event.query, item: item, kind: kind))
      }
      add(.click, at: time)
      if random.below(100) >= 20 { continue }
      let cart = time + 5 + Int64(random.below(60))
      add(.cart, at: cart)
      if random.below(100) < 45 { add(.purchase, at: cart + 30 + Int64(random.below(900))) }
    }
  }

  /// An item that a person clicks who asked for `query` after `previous`; nil if nothing suits.
  private mutating func item(for query: ShopQuery, after previous: ShopQuery?) -> Int? {
    var wanted = query
    if random.below(12) == 0 {
      let companions = catalog.vocabulary.kinds[Int(query.kind)].companions
      wanted = ShopQuery(kind: companions[random.below(companions.count)])
    }
    let kind = inventory.kinds[Int(wanted.kind)]
    if kind.items.isEmpty { return nil }
    var best: (item: Int, missing: Int)?
    for attempt in 0..<Self.attempts {
      let item = Int(kind.items[kind.sampler.draw(&random)])
      let missing = inventory.items[item].missing(of: wanted)
      if missing < best?.missing ?? .max { best = (item, missing) }
      if missing > 0 { continue }
      guard let previous, !previous.isBare, attempt < Self.attempts / 2 else { return item }
      if inventory.items[item].query.sharesModifier(with: previous) || random.below(4) == 0 {
        return item
      }
    }
    // A person who asked for more than one thing that there is not mostly clicks nothing.
    if let best, best.missing > 1, random.below(3) > 0 { return nil }
    return best?.item
  }
}
