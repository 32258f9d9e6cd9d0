// One person of the simulated shop: the times when they come and the queries that they submit.

import QACBinary

/// A person who searches.
struct Shopper {
  /// One query that was submitted.
  struct Visit {
    var time: Int64
    var query: String
  }

  private enum Habit { case lower, sentence, title, varying }

  private let catalog: ShopCatalog
  private var random: SplitMix64
  private var history: [Int] = []
  private let favourites: [Int]
  private let audience: UInt8
  private let habit: Habit
  /// The number of days out of 24 on which they come.
  private let activity: Int

  /// The number of sessions out of 100 that begin in each hour.
  private static let hours = [
    2, 1, 1, 0, 0, 1, 2, 3, 4, 5, 5, 5, 6, 5, 5, 5, 5, 6, 7, 8, 8, 7, 6, 3,
  ]

  init(catalog: ShopCatalog, seed: UInt64) {
    self.catalog = catalog
    var random = SplitMix64(seed: seed)
    let topics = ZipfSampler(count: ShopVocabulary.topics.count, offset: 4)
    favourites = (0..<3).map { _ in topics.draw(&random) }
    audience = UInt8([1, 1, 1, 2, 2, 3, 4, 5][random.below(8)])
    switch random.below(20) {
    case 0..<15: habit = .lower
    case 15..<18: habit = .sentence
    case 18: habit = .title
    default: habit = .varying
    }
    activity = [3, 3, 3, 3, 3, 8, 8, 8, 8, 18][random.below(10)]
    self.random = random
  }

  /// The queries of this person on one day, in time order.
  mutating func visits(startOfDay: Int64) -> [Visit] {
    guard random.below(24) < activity else { return [] }
    var visits: [Visit] = []
    var time = startOfDay + timeOfDay()
    session(at: &time, into: &visits)
    if random.below(5) == 0 {
      time += 7_200 + Int64(random.below(14_400))
      session(at: &time, into: &visits)
    }
    return visits
  }

  private mutating func timeOfDay() -> Int64 {
    var rest = random.below(100)
    var hour = 0
    while rest >= Self.hours[hour] {
      rest -= Self.hours[hour]
      hour += 1
    }
    return Int64(hour * 3_600 + random.below(3_600))
  }

  private mutating func session(at time: inout Int64, into visits: inout [Visit]) {
    var label = first()
    while true {
      submit(label, at: &time, into: &visits)
      if random.below(100) < 32 { return }
      time += 8 + Int64(random.below(90))
      // The person reads a page or is called away, but never as long as the gap that ends a
      // session.
      if random.below(5) == 0 { time += Int64(random.below(1_200)) }
      label = next(after: label)
    }
  }

  /// Records a query as this person types it.
  private mutating func submit(_ label: Int, at time: inout Int64, into visits: inout [Visit]) {
    history.append(label)
    let text = capitalised(catalog.labels[label].text)
    if random.below(40) == 0 {
      visits.append(Visit(time: time, query: mistyped(text)))
      if random.below(2) == 0 { return }
      time += 3 + Int64(random.below(12))
    }
    visits.append(Visit(time: time, query: text))
    // The same query again, for a reload or the next page of results.
    if random.below(40) == 0 {
      time += 2 + Int64(random.below(30))
      visits.append(Visit(time: time, query: text))
    }
  }

  // MARK: The choice of the next query

  private mutating func first() -> Int {
    let choice = random.below(100)
    if choice < 25, let earlier = earlier() { return earlier }
    if choice < 70 {
      let topic = favourites[random.below(favourites.count)]
      let noun = min(
        random.below(catalog.nouns[topic].count), random.below(catalog.nouns[topic].count))
      if let label = draw(topic: topic, noun: noun, where: { _ in true }) { return label }
    }
    return catalog.sampler.draw(&random)
  }

  private mutating func next(after label: Int) -> Int {
    let last = catalog.labels[label]
    let topic = Int(last.topic)
    let noun = Int(last.noun)
    var found: Int?
    switch random.below(100) {
    case 0..<34: found = draw(topic: topic, noun: noun) { $0.refines(last) }
    case 34..<48: found = draw(topic: topic, noun: noun) { $0.sharesModifier(with: last) }
    case 48..<74: found = companion(of: last)
    case 74..<82: found = earlier()
    case 82..<86: found = draw(topic: topic, noun: noun) { last.refines($0) }
    default: return first()
    }
    if found == label { found = nil }
    return found ?? companion(of: last) ?? first()
  }

  /// A query for a thing that is bought together with that of `query`.
  private mutating func companion(of query: ShopQuery) -> Int? {
    let topic = Int(query.topic)
    let step = [1, 1, 1, 1, 3, 3, 5][random.below(7)]
    let noun = (Int(query.noun) + step) % catalog.nouns[topic].count
    if !query.isBare {
      let kept = draw(topic: topic, noun: noun) { $0.sharesModifier(with: query) }
      if let kept { return kept }
    }
    return draw(topic: topic, noun: noun) { _ in true }
  }

  /// One of this person's own last queries.
  private mutating func earlier() -> Int? {
    if history.isEmpty { return nil }
    let back = min(random.below(20), random.below(20))
    return history[max(0, history.count - 1 - back)]
  }

  /// A label of one noun that fits, drawn by popularity; nil if a few draws find none.
  private mutating func draw(
    topic: Int, noun: Int, where fits: (ShopQuery) -> Bool
  ) -> Int? {
    let known = catalog.nouns[topic][noun]
    if known.labels.isEmpty { return nil }
    for attempt in 0..<16 {
      let label = known.labels[known.sampler.draw(&random)]
      let query = catalog.labels[label]
      // The first draws take only labels for the audience that this person shops for.
      if attempt < 8, query.audience != 0, query.audience != audience { continue }
      if fits(query) { return label }
    }
    return nil
  }

  // MARK: Typing

  private mutating func capitalised(_ text: String) -> String {
    switch habit {
    case .lower: return text
    case .sentence: return Self.capitalised(text)
    case .title:
      return text.split(separator: " ").map { Self.capitalised($0) }.joined(separator: " ")
    case .varying:
      switch random.below(4) {
      case 0: return text.uppercased()
      case 1: return Self.capitalised(text)
      default: return text
      }
    }
  }

  private static func capitalised(_ word: some StringProtocol) -> String {
    word.prefix(1).uppercased() + word.dropFirst()
  }

  /// `text` with one slip of the finger.
  private mutating func mistyped(_ text: String) -> String {
    var bytes = Array(text.utf8)
    let i = random.below(bytes.count)
    guard i + 1 < bytes.count, bytes[i] != 0x20, bytes[i + 1] != 0x20 else {
      // At the edge of a word: leave out the last letter.
      return String(decoding: bytes.count > 3 ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
    switch random.below(4) {
    case 0: bytes.swapAt(i, i + 1)
    case 1: bytes.remove(at: i)
    case 2: bytes.insert(bytes[i], at: i)
    default: bytes[i] = Self.neighbour(of: bytes[i])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The letter to the right of `byte` on the keyboard.
  private static func neighbour(of byte: UInt8) -> UInt8 {
    for row in ["qwertyuiop", "asdfghjkl", "zxcvbnm"] {
      let keys = Array(row.utf8)
      if let i = keys.firstIndex(of: byte | 0x20) {
        return keys[i + 1 < keys.count ? i + 1 : i - 1]
      }
    }
    return byte
  }
}
