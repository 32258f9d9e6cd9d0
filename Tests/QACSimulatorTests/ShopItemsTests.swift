// The items of the simulated shop and what people click: as the readers expect them, the same from
// the same seed, and those that are shipped.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import Testing

@testable import QACSimulator

struct ShopItemsTests {
  private static let options = ShopSimulator.Options(
    users: 200, days: 12, labels: 1_500, seed: 3, items: 900)

  /// Writes the items and clicks of `options` and reads the files.
  private func written(
    _ options: ShopSimulator.Options
  ) throws -> (log: Data, items: Data, clicks: Data, catalog: ItemCatalog, examples: ItemExamples) {
    let directory = try TemporaryDirectory()
    let (log, items, clicks) = (
      directory.file("log.tsv"), directory.file("items.tsv"), directory.file("clicks.tsv")
    )
    try ShopSimulator(options: options).write(
      toFile: log, and: .init(items: items, examples: clicks))
    let data = try [log, items, clicks].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    return (
      data[0], data[1], data[2], try ItemCatalog(contentsOf: [items]),
      try ItemExamples(contentsOf: [clicks])
    )
  }

  @Test
  func theReadersUseEveryRow() throws {
    let shop = try written(Self.options)
    #expect(shop.catalog.items.count == 900)
    #expect(shop.catalog.report.notes.isEmpty && shop.examples.report.notes.isEmpty)
    let titles = Set(shop.catalog.items.map(\.title))
    #expect(titles.count == 900, "two items have one title")
    #expect(shop.catalog.items.allSatisfy { !$0.text.isEmpty && !$0.payload.isEmpty })
    let ids = Set(shop.catalog.items.map(\.id))
    #expect(shop.examples.examples.allSatisfy { ids.contains($0.item) && $0.session >= 0 })
    #expect(!shop.examples.examples.isEmpty)
    let times = shop.examples.examples.map(\.time)
    #expect(times == times.sorted())
  }

  /// People click what they asked for, after they asked.
  @Test
  func clicksFollowQueriesOfTheSamePerson() throws {
    let shop = try written(Self.options)
    var asked: [Substring: [(query: Substring, time: Int)]] = [:]
    for line in String(decoding: shop.log, as: UTF8.self).split(separator: "\n") {
      let columns = line.split(separator: "\t")
      asked[columns[0], default: []].append((columns[2], Int(columns[1]) ?? 0))
    }
    var kinds: [Substring: Int] = [:]
    for line in String(decoding: shop.clicks, as: UTF8.self).split(separator: "\n") {
      let columns = line.split(separator: "\t")
      let time = try #require(Int(columns[1]))
      let own = asked[columns[0], default: []]
      #expect(own.contains { $0.query == columns[2] && $0.time < time && time - $0.time < 1_200 })
      kinds[columns[4], default: 0] += 1
    }
    let (clicks, carts, purchases) = (
      kinds["click"] ?? 0, kinds["cart"] ?? 0, kinds["purchase"] ?? 0
    )
    #expect(clicks > 3 * carts && carts > purchases && purchases > 20, "\(kinds)")
  }

  @Test
  func mostClicksAreOnItemsOfTheQueriesKind() throws {
    let simulator = try ShopSimulator(options: Self.options)
    let (catalog, events) = simulator.simulate()
    let inventory = ShopInventory(catalog: catalog, count: 900, seed: 3)
    let clicks = ShopClicks.after(events, catalog: catalog, inventory: inventory, seed: 3)
    let labels = Dictionary(
      events.filter { $0.meant == nil }.map { ($0.query, $0.label) },
      uniquingKeysWith: { a, _ in a })
    var (all, same, whole) = (0, 0, 0)
    var clicked: Set<Int> = []
    for click in clicks where click.kind == .click {
      #expect(!inventory.items[click.item].isNew, "a new item was clicked")
      clicked.insert(click.item)
      guard let label = labels[click.query] else { continue }
      let wanted = catalog.labels[label]
      let item = inventory.items[click.item]
      all += 1
      if item.query.kind == wanted.kind {
        same += 1
        if item.missing(of: wanted) == 0 { whole += 1 }
      }
    }
    #expect(same * 100 > all * 85, "\(same) of \(all)")
    #expect(same < all, "nobody clicks a related kind")
    #expect(whole * 100 > all * 40, "\(whole) of \(all)")
    let new = inventory.items.count(where: \.isNew)
    #expect((10...100).contains(new), "\(new) of 900")
    #expect(clicked.count > 400, "\(clicked.count) of 900")
  }

  @Test
  func theSeedDecidesAndTheLogStaysAsItIs() throws {
    let first = try written(Self.options)
    let again = try written(Self.options)
    #expect(first.items == again.items && first.clicks == again.clicks)
    var options = Self.options
    options.items = 40
    let smaller = try written(options)
    #expect(smaller.log == first.log)
    #expect(first.items.starts(with: smaller.items), "a larger shop begins with the smaller one")
    options = Self.options
    options.seed = 4
    let other = try written(options)
    #expect(other.items != first.items && other.clicks != first.clicks)
    var log: [UInt8] = []
    try ShopSimulator(options: Self.options).write { log.append(contentsOf: $0) }
    #expect(Data(log) == first.log)
  }

  @Test(arguments: [1, 2, 330, 20_000])
  func shopsOfAnySizeHaveDistinctItems(count: Int) throws {
    var random = SplitMix64(seed: 5)
    let catalog = ShopCatalog(count: 300, random: &random)
    let inventory = ShopInventory(catalog: catalog, count: count, seed: 5)
    #expect(inventory.items.count == count)
    #expect(Set(inventory.items.map { $0.title(catalog.vocabulary) }).count == count)
    #expect(Set(inventory.items.indices.map(ShopInventory.id)).count == count)
    for item in inventory.items {
      #expect(
        catalog.vocabulary.suits(
          catalog.vocabulary.kinds[Int(item.query.kind)], item.query.modifiers))
    }
  }

  @Test
  func theDepartmentsHaveNamesAndPrices() {
    #expect(ShopDepartment.names.count == ShopDepartment.all.count)
    #expect(ShopDepartment.prices.count == ShopDepartment.all.count)
    #expect(Set(ShopDepartment.names).count == ShopDepartment.names.count)
    #expect(Set(ShopWording.models).count == ShopWording.models.count)
    for word in ShopWording.synonyms.keys {
      #expect(ShopVocabulary.shop.words.contains(word), "\(word) is no modifier")
    }
  }

  @Test
  func senselessSizesAreRefused() {
    for count in [0, -1, 10_000_001] {
      #expect(throws: LogError.self) { try ShopSimulator(options: .init(items: count)) }
    }
  }

  @Test
  func theShippedFilesAreMadeAnew() throws {
    let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("data")
    let made = try written(.init())
    for (name, made) in [("shop-items.tsv.gz", made.items), ("shop-clicks.tsv.gz", made.clicks)] {
      let packed = try Data(contentsOf: data.appendingPathComponent(name))
      let shipped = try unpack([UInt8](packed))
      #expect(packed.count < 900_000)
      // Not `shipped == made`, whose failure would print both.
      #expect(shipped.count == made.count, "\(name)")
      #expect(CRC32C.of(shipped) == CRC32C.of(Array(made)), "\(name)")
    }
  }
}
