// The queries that people of the simulated shop know: nouns of its departments with modifiers.
//
// Invariant: labels are distinct and in order of popularity; the weight of rank r is 1 / (r + 8).
// Only sums, products and quotients of doubles are used, which IEEE 754 defines to the bit, so one
// seed gives one catalogue on every machine.

import QACBinary

/// The parts of a query of the shop. 0 means that the query does not name the part, n stands for
/// element n - 1 of its list; `topic` and `noun` are indices.
struct ShopQuery: Hashable {
  var topic: UInt8
  var noun: UInt8
  var attribute: UInt8 = 0
  var color: UInt8 = 0
  var brand: UInt8 = 0
  var audience: UInt8 = 0
  var size: UInt8 = 0

  var isBare: Bool { attribute == 0 && color == 0 && brand == 0 && audience == 0 && size == 0 }

  /// Whether this query has all modifiers of `other`, which is for the same noun, and more.
  func refines(_ other: ShopQuery) -> Bool {
    func keeps(_ mine: UInt8, _ others: UInt8) -> Bool { others == 0 || mine == others }
    return self != other && keeps(attribute, other.attribute) && keeps(color, other.color)
      && keeps(brand, other.brand) && keeps(audience, other.audience) && keeps(size, other.size)
  }

  /// Whether this query has some modifier of `other`, which may be for another noun.
  func sharesModifier(with other: ShopQuery) -> Bool {
    func isShared(_ mine: UInt8, _ others: UInt8) -> Bool { mine != 0 && mine == others }
    return topic == other.topic && isShared(attribute, other.attribute)
      || isShared(color, other.color) || isShared(brand, other.brand)
      || isShared(audience, other.audience)
  }

  /// The query's words, in lower case.
  var text: String {
    let vocabulary = ShopVocabulary.topics[Int(topic)]
    var words: [String] = []
    if brand > 0 { words.append(ShopVocabulary.brands[Int(brand) - 1]) }
    if color > 0 { words.append(ShopVocabulary.colors[Int(color) - 1]) }
    if attribute > 0 { words.append(vocabulary.attributes[Int(attribute) - 1]) }
    words.append(vocabulary.nouns[Int(noun)])
    if audience > 0 { words.append(ShopVocabulary.audiences[Int(audience) - 1]) }
    if size > 0 { words.append(vocabulary.sizes[Int(size) - 1]) }
    return words.joined(separator: " ")
  }
}

/// Draws numbers below a bound; the weight of number r is 1 / (r + offset).
struct ZipfSampler {
  private var cumulative: [Double] = []

  init(count: Int, offset: Double) {
    self.init(weights: (0..<count).map { 1 / (Double($0) + offset) })
  }

  init(weights: [Double]) {
    cumulative.reserveCapacity(weights.count)
    var sum = 0.0
    for weight in weights {
      sum += weight
      cumulative.append(sum)
    }
  }

  func draw(_ random: inout SplitMix64) -> Int {
    let target = random.unit() * (cumulative.last ?? 0)
    return (0..<max(0, cumulative.count - 1)).partitioningIndex { cumulative[$0] > target }
  }
}

/// All queries that people know, in order of popularity.
struct ShopCatalog {
  /// The labels of one noun, in order of popularity.
  struct Noun {
    var labels: [Int] = []
    var sampler = ZipfSampler(weights: [])
  }

  private(set) var labels: [ShopQuery] = []
  /// By topic and noun.
  private(set) var nouns: [[Noun]]
  private(set) var sampler = ZipfSampler(weights: [])

  /// Draws `count` distinct labels.
  init(count: Int, random: inout SplitMix64) {
    let topics = ShopVocabulary.topics
    nouns = topics.map { $0.nouns.map { _ in Noun() } }
    let topicSampler = ZipfSampler(count: topics.count, offset: 3)
    let nounSamplers = topics.map { ZipfSampler(count: $0.nouns.count, offset: 2) }
    var seen: Set<ShopQuery> = []
    while labels.count < count {
      let topic = topicSampler.draw(&random)
      let noun = nounSamplers[topic].draw(&random)
      var query = ShopQuery(topic: UInt8(topic), noun: UInt8(noun))
      // Popular queries have few modifiers.
      let isPopular = labels.count < count / 12
      var modifiers =
        (isPopular ? [0, 0, 0, 1, 1, 1, 1, 1, 1, 2] : [0, 1, 1, 1, 1, 2, 2, 2, 2, 3])[
          random.below(10)]
      // A query that is there already gets more modifiers until it is new, which succeeds sooner or
      // later because the vocabulary has twenty million combinations. After eight attempts another
      // is drawn.
      var attempts = 0
      repeat {
        while modifiers > 0 {
          Self.modify(&query, random: &random)
          modifiers -= 1
        }
        modifiers = 1
        attempts += 1
      } while seen.contains(query) && attempts < 8
      guard seen.insert(query).inserted else { continue }
      nouns[topic][noun].labels.append(labels.count)
      labels.append(query)
    }
    sampler = ZipfSampler(count: count, offset: 8)
    for topic in nouns.indices {
      for noun in nouns[topic].indices {
        let weights = nouns[topic][noun].labels.map { 1 / (Double($0) + 8) }
        nouns[topic][noun].sampler = ZipfSampler(weights: weights)
      }
    }
  }

  private static func modify(_ query: inout ShopQuery, random: inout SplitMix64) {
    let topic = ShopVocabulary.topics[Int(query.topic)]
    switch random.below(20) {
    case 0..<8:
      // Each noun has an order of its own: an attribute that is frequent with one is rare with the
      // next.
      let rank = skewed(topic.attributes.count, &random)
      query.attribute = UInt8((rank + 5 * Int(query.noun)) % topic.attributes.count + 1)
    case 8..<12: query.color = UInt8(skewed(ShopVocabulary.colors.count, &random) + 1)
    case 12..<16: query.brand = UInt8(skewed(ShopVocabulary.brands.count, &random) + 1)
    case 16..<18 where topic.hasAudience:
      query.audience = UInt8(skewed(ShopVocabulary.audiences.count, &random) + 1)
    default: query.size = UInt8(skewed(topic.sizes.count, &random) + 1)
    }
  }

  /// A number below `bound`, the lesser of two draws, so that small ones are more frequent.
  private static func skewed(_ bound: Int, _ random: inout SplitMix64) -> Int {
    let first = random.below(bound)
    return min(first, random.below(bound))
  }
}
