// Simulates the search log of a shop: people who look for things, narrow down, go on and come back.
//
//     let simulator = try ShopSimulator(options: .init(users: 100, days: 7))
//     try simulator.write(toFile: "shop.events.tsv.gz")
//
// The model: queries are kinds of products of seventeen departments with modifiers that suit them
// (`Departments`), and their popularity follows Zipf's law. Each person has favourite departments,
// an audience that they shop for, a habit of using capitals, and days on which they come. A session
// starts with an earlier query of the person, something of a favourite department or something
// popular. Each next query narrows the last one down, varies it, goes to a thing that is bought
// together with it (and keeps the colour, brand or audience if there is such a label), returns or
// switches. Now and then a query has a typing error, which is corrected at once half of the time;
// the simulator knows which. So the next query depends on the last one, the person and popularity.
// The shop has items (`ShopInventory`), which people click after their queries (`ShopClicks`).
//
// Invariant: the same options give the same bytes on every machine (see ShopCatalog.swift). Not
// useful for conclusions about real logs: figures that are measured on it say nothing about them.

import QACBinary
public import QACLogs

/// A source of simulated search logs.
public struct ShopSimulator: Sendable {
  /// The extent of a simulation.
  public struct Options: Sendable, Equatable {
    /// The number of people; each has about 30 events in 30 days.
    public var users: Int
    /// The number of days.
    public var days: Int
    /// The number of distinct queries that people know; typing errors are not among them.
    public var labels: Int
    /// The seed of all random draws.
    public var seed: UInt64
    /// The number of items that the shop sells.
    public var items: Int

    /// Makes options; the defaults are those of the shipped log, items and clicks.
    public init(
      users: Int = 2_500, days: Int = 30, labels: Int = 5_000, seed: UInt64 = 1, items: Int = 4_000
    ) {
      self.users = users
      self.days = days
      self.labels = labels
      self.seed = seed
      self.items = items
    }
  }

  /// The start of the first day in unix seconds: 2026-01-05 00:00 UTC, a Monday.
  static let start: Int64 = 1_767_571_200

  /// The extent of a simulation.
  public let options: Options

  /// Makes a simulator.
  ///
  /// - Throws: `LogError.outOfRange` if an option is out of its range.
  public init(options: Options = Options()) throws(LogError) {
    for (name, value, allowed) in [
      ("users", options.users, 1...1_000_000), ("days", options.days, 1...3_650),
      ("labels", options.labels, 1...1_000_000), ("catalog-size", options.items, 1...10_000_000),
    ] where !allowed.contains(value) {
      throw .outOfRange(option: name, value: value, allowed: allowed)
    }
    self.options = options
  }

  /// One query of a person.
  struct Event {
    var user: Int
    var time: Int64
    var query: String
    /// The index of the label that was looked for.
    var label: Int
    /// The query that was meant, if it has a typing error.
    var meant: String?
  }

  /// What people know and all that they submit, in time order.
  func simulate() -> (catalog: ShopCatalog, events: [Event]) {
    var random = SplitMix64(seed: options.seed)
    let catalog = ShopCatalog(count: options.labels, random: &random)
    var events: [Event] = []
    for user in 0..<options.users {
      // Each person has a generator of their own, so people do not depend on each other.
      var shopper = Shopper(catalog: catalog, seed: random.next())
      for day in 0..<options.days {
        for visit in shopper.visits(startOfDay: Self.start + Int64(day) * 86_400) {
          events.append(
            Event(
              user: user, time: visit.time, query: visit.query, label: visit.label,
              meant: visit.meant))
        }
      }
    }
    // By time, and at equal times in the order in which the events were made.
    let order = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
    return (catalog, order.map { events[$0] })
  }
}
