// One person of the simulated shop: the times when they come and the queries that they submit.

import QACBinary

/// A person who searches.
struct Shopper {
  /// One query that was submitted.
  struct Visit {
    var time: Int64
    var query: String
    /// The index of the label that was looked for.
    var label: Int
    /// The query that was meant, if it has a typing error.
    var meant: String?
  }

  private enum Habit { case lower, sentence, title, varying }

  private let catalog: ShopCatalog
  private var random: SplitMix64
  private var history: [Int] = []
  private let favourites: [Int]
  private let audience: String
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
    let departments = ZipfSampler(count: catalog.vocabulary.departments.count, offset: 4)
    favourites = (0..<3).map { _ in departments.draw(&random) }
    audience =
      ["women", "women", "women", "men", "men", "kids", "girls", "boys"][random.below(8)]
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
    let text = capitalised(catalog.labels[label].text(catalog.vocabulary))
    if random.below(40) == 0 {
      let typed = text.mistyped(&random)
      visits.append(
        Visit(time: time, query: typed, label: label, meant: typed == text ? nil : text))
      if random.below(2) == 0 { return }
      time += 3 + Int64(random.below(12))
    }
    visits.append(Visit(time: time, query: text, label: label))
    // The same query again, for a reload or the next page of results.
    if random.below(40) == 0 {
      time += 2 + Int64(random.below(30))
      visits.append(Visit(time: time, query: text, label: label))
    }
  }

  // MARK: The choice of the next query

  private mutating func first() -> Int {
    let choice = random.below(100)
    if choice < 25, let earlier = earlier() { return earlier }
    if choice < 70 {
      let kinds = catalog.vocabulary.departments[favourites[random.below(favourites.count)]]
      let kind = kinds.lowerBound + min(random.below(kinds.count), random.below(kinds.count))
      if let label = draw(kind: kind, where: { _ in true }) { return label }
    }
    return catalog.sampler.draw(&random)
  }

  private mutating func next(after label: Int) -> Int {
    let last = catalog.labels[label]
    let kind = Int(last.kind)
    var found: Int?
    switch random.below(100) {
    case 0..<34: found = draw(kind: kind) { $0.refines(last) }
    case 34..<48: found = draw(kind: kind) { $0.sharesModifier(with: last) }
    case 48..<74: found = companion(of: last)
    case 74..<82: found = earlier()
    case 82..<86: found = draw(kind: kind) { last.refines($0) }
    default: return first()
    }
    if found == label { found = nil }
    return found ?? companion(of: last) ?? first()
  }

  /// A query for a thing that is bought together with that of `query`.
  private mutating func companion(of query: ShopQuery) -> Int? {
    let companions = catalog.vocabulary.kinds[Int(query.kind)].companions
    let kind = companions[min(random.below(companions.count), random.below(companions.count))]
    if !query.isBare {
      let kept = draw(kind: kind) { $0.sharesModifier(with: query) }
      if let kept { return kept }
    }
    return draw(kind: kind) { _ in true }
  }

  /// One of this person's own last queries.
  private mutating func earlier() -> Int? {
    if history.isEmpty { return nil }
    let back = min(random.below(20), random.below(20))
    return history[max(0, history.count - 1 - back)]
  }

  /// A label of one kind that fits, drawn by popularity; nil if a few draws find none.
  private mutating func draw(kind: Int, where fits: (ShopQuery) -> Bool) -> Int? {
    let known = catalog.kinds[kind]
    if known.labels.isEmpty { return nil }
    for attempt in 0..<16 {
      let label = known.labels[known.sampler.draw(&random)]
      let query = catalog.labels[label]
      // The first draws take only labels for the audience that this person shops for.
      let isForOthers =
        query[.audience] != 0 && catalog.vocabulary.words[Int(query[.audience])] != audience
      if attempt < 8, isForOthers { continue }
      if fits(query) { return label }
    }
    return nil
  }

  // MARK: Capitals

  /// `text` with the capitals that this person types.
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
}
