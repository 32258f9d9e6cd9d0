// The queries that people of the simulated shop know: kinds of its departments with modifiers.
//
// Invariant: labels are distinct, none has modifiers that contradict each other (`ShopVocabulary`),
// and they are in order of popularity; the weight of rank r is 1 / (r + 8). Only sums, products and
// quotients of doubles are used, which IEEE 754 defines to the bit, so one seed gives one catalogue
// on every machine.

import QACBinary

/// All queries that people know, in order of popularity.
struct ShopCatalog {
  /// The labels of one kind, in order of popularity.
  struct Kind {
    var labels: [Int] = []
    var sampler = ZipfSampler(weights: [])
  }

  let vocabulary = ShopVocabulary.shop
  private(set) var labels: [ShopQuery] = []
  /// By kind.
  private(set) var kinds: [Kind]
  private(set) var sampler = ZipfSampler(weights: [])

  /// Draws `count` distinct labels.
  init(count: Int, random: inout SplitMix64) {
    kinds = vocabulary.kinds.map { _ in Kind() }
    let departments = vocabulary.departments
    let departmentSampler = ZipfSampler(count: departments.count, offset: 3)
    let kindSamplers = departments.map { ZipfSampler(count: $0.count, offset: 2) }
    var seen: Set<ShopQuery> = []
    while labels.count < count {
      // The first kind of each department, as it is, is what most people look for.
      if labels.count < departments.count {
        add(ShopQuery(kind: departments[labels.count].lowerBound), &seen)
        continue
      }
      let department = departmentSampler.draw(&random)
      let kind = departments[department].lowerBound + kindSamplers[department].draw(&random)
      let wanted = Self.modifiers(rank: labels.count, of: count)[random.below(10)]
      if let query = query(kind: kind, modifiers: wanted, notIn: seen, &random) {
        add(query, &seen)
      }
    }
    sampler = ZipfSampler(count: count, offset: 8)
    for kind in kinds.indices {
      let weights = kinds[kind].labels.map { 1 / (Double($0) + 8) }
      kinds[kind].sampler = ZipfSampler(weights: weights)
    }
  }

  private mutating func add(_ query: ShopQuery, _ seen: inout Set<ShopQuery>) {
    seen.insert(query)
    kinds[Int(query.kind)].labels.append(labels.count)
    labels.append(query)
  }

  /// How many modifiers the query of a rank has, ten numbers to draw from: popular queries have
  /// few.
  private static func modifiers(rank: Int, of count: Int) -> [Int] {
    if rank < count / 100 { return [0, 0, 0, 0, 0, 0, 0, 0, 0, 1] }
    if rank < count / 8 { return [0, 0, 0, 0, 0, 0, 1, 1, 1, 2] }
    return [0, 1, 1, 1, 1, 2, 2, 2, 2, 3]
  }

  /// A query with at least `wanted` modifiers that is not in `seen`; nil if a few attempts find
  /// none. A query that is there already gets more modifiers until it is new.
  private func query(
    kind: Int, modifiers wanted: Int, notIn seen: Set<ShopQuery>, _ random: inout SplitMix64
  ) -> ShopQuery? {
    var query = ShopQuery(kind: kind)
    let names = vocabulary.kinds[kind].names
    query.hasOtherName = names.count > 1 && random.below(4) == 0
    for _ in 0..<wanted { modify(&query, &random) }
    for _ in 0..<8 {
      if !seen.contains(query) { return query }
      modify(&query, &random)
    }
    return nil
  }

  /// Adds a modifier to `query`, or changes one, if the one that is drawn suits it.
  private func modify(_ query: inout ShopQuery, _ random: inout SplitMix64) {
    let kind = vocabulary.kinds[Int(query.kind)]
    let sort: ShopSort
    switch random.below(20) {
    case 0..<6: sort = .feature
    case 6..<9: sort = .material
    case 9..<12: sort = .color
    case 12..<14: sort = .brand
    case 14..<17: sort = .audience
    default: sort = .size
    }
    let known = kind.modifiers[sort.rawValue]
    if known.isEmpty { return }
    var changed = query
    changed[sort] = known[Self.skewed(known.count, &random)]
    if sort == .audience { changed.namesAudienceFirst = random.below(3) == 0 }
    if vocabulary.suits(kind, changed.modifiers) { query = changed }
  }

  /// A number below `bound`, the lesser of two draws, so that small ones are more frequent.
  static func skewed(_ bound: Int, _ random: inout SplitMix64) -> Int {
    let first = random.below(bound)
    return min(first, random.below(bound))
  }
}
