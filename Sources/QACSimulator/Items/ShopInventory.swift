// All products of the simulated shop.
//
// Half of them are what a popular query asks for, with further properties, and half are drawn as
// queries are: by department and kind. Within a kind, the popularity of rank r is 1 / (r + 3). One
// in twelve is new.
//
// Invariant: each kind has an item if there are as many items as kinds, the first item of a kind is
// not new, and no two items have the same title. A larger inventory begins with the smaller one.
// Cost: O(log n) per item, and about 200 bytes of memory while they are drawn.

import QACBinary

/// The products that the shop sells.
struct ShopInventory {
  /// The products of one kind, in order of popularity.
  struct Kind {
    var items: [Int32] = []
    var sampler = ZipfSampler(weights: [])
  }

  private(set) var items: [ShopItem] = []
  /// By kind.
  private(set) var kinds: [Kind]

  /// What tells two titles apart.
  private struct Title: Hashable {
    var query: ShopQuery
    var model: UInt16
  }

  /// How often out of a hundred an item has a property of each sort, if its kind has some.
  private static let shares: [(sort: ShopSort, share: Int)] = [
    (.brand, 100), (.audience, 90), (.feature, 75), (.material, 60), (.color, 85), (.size, 70),
  ]

  /// Draws `count` items, of which `catalog` tells what people look for.
  init(catalog: ShopCatalog, count: Int, seed: UInt64) {
    // Not the generator of the log, which stays as it is.
    var random = SplitMix64(seed: seed ^ 0x6974_656D_7321)
    let vocabulary = catalog.vocabulary
    let cheapest = vocabulary.kinds.map {
      ShopDepartment.prices[$0.department] * (100 + random.below(200)) / 100
    }
    let departments = ZipfSampler(count: vocabulary.departments.count, offset: 3)
    let samplers = vocabulary.departments.map { ZipfSampler(count: $0.count, offset: 2) }
    kinds = vocabulary.kinds.map { _ in Kind() }
    items.reserveCapacity(count)
    var marks: [Title: UInt16] = [:]
    while items.count < count {
      var query: ShopQuery
      if items.count < kinds.count {
        query = ShopQuery(kind: items.count)
      } else if random.below(2) == 0 {
        query = catalog.labels[catalog.sampler.draw(&random)]
      } else {
        let department = departments.draw(&random)
        let first = vocabulary.departments[department].lowerBound
        query = ShopQuery(kind: first + samplers[department].draw(&random))
      }
      Self.complete(&query, vocabulary, &random)
      let kind = Int(query.kind)
      let model = UInt16(random.below(ShopWording.models.count))
      let isNew = random.below(12) == 0 && !kinds[kind].items.isEmpty
      let percent = 100 + random.below(150)
      let mark = marks[Title(query: query, model: model), default: 0] &+ 1
      // Beyond 65,535 items of one title, which takes far more than any allowed count.
      if mark == 0 { continue }
      marks[Title(query: query, model: model)] = mark
      let rank = Int32(kinds[kind].items.count)
      kinds[kind].items.append(Int32(items.count))
      items.append(
        ShopItem(
          query: query, model: model, mark: mark, rank: rank, isNew: isNew,
          price: Int32(cheapest[kind] * percent / 100)))
    }
    for kind in kinds.indices {
      let weights = kinds[kind].items.map { items[Int($0)].popularity }
      kinds[kind].sampler = ZipfSampler(weights: weights)
    }
  }

  /// Gives `query` more properties of its kind, as far as they do not contradict each other.
  private static func complete(
    _ query: inout ShopQuery, _ vocabulary: ShopVocabulary, _ random: inout SplitMix64
  ) {
    let kind = vocabulary.kinds[Int(query.kind)]
    query.namesAudienceFirst = false
    query.hasOtherName = kind.names.count > 1 && random.below(4) == 0
    for (sort, share) in shares {
      let known = kind.modifiers[sort.rawValue]
      guard query[sort] == 0, !known.isEmpty, random.below(100) < share else { continue }
      var changed = query
      changed[sort] = known[ShopCatalog.skewed(known.count, &random)]
      if vocabulary.suits(kind, changed.modifiers) { query = changed }
    }
  }
}
