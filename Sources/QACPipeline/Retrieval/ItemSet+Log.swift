// Turns the items and the examples of files into a set to learn from.
//
// Texts take the normal form of the search profile, whatever the profile of the completions: a task
// in words is asked for a command. Examples of items that the catalogue lacks are counted and left
// out.

public import QACLogs
public import QACText
public import QACTraining

/// Items and examples as they are learned from, and what could not be used.
public struct ItemSource: Sendable {
  /// The items and the queries that led to them.
  public let set: ItemSet
  /// Examples whose item the catalogue lacks.
  public let unknownItems: Int
  /// Examples of whose query nothing is left in the normal form.
  public let emptyQueries: Int

  /// Normalises items and examples.
  ///
  /// - Complexity: O(n log n) for n items and examples.
  public init(_ catalog: ItemCatalog, _ examples: ItemExamples) {
    let normalizer = Normalizer(.search)
    let items = catalog.items.map { record in
      ItemSet.Item(
        id: record.id, title: record.title, payload: record.payload, weight: Float(record.weight),
        titleForm: normalizer.normalize(record.title),
        textForm: normalizer.normalize(record.text))
    }
    var number: [[UInt8]: Int] = [:]
    for (i, item) in items.enumerated() { number[item.id] = i }
    var (unknown, empty) = (0, 0)
    var learned: [ItemSet.Example] = []
    learned.reserveCapacity(examples.examples.count)
    let previous = PreviousQueries(examples.examples)
    for (i, example) in examples.examples.enumerated() {
      guard let item = number[example.item] else {
        unknown += 1
        continue
      }
      let query = normalizer.normalize(example.query)
      if query.isEmpty {
        empty += 1
        continue
      }
      learned.append(
        ItemSet.Example(
          query: query, item: item, count: Float(example.weight),
          uses: Float(example.uses), person: example.session < 0 ? nil : UInt32(example.session),
          previous: previous.query(before: i).map { normalizer.normalize($0) } ?? []))
    }
    set = ItemSet(items: items, examples: learned)
    unknownItems = unknown
    emptyQueries = empty
  }

  /// A log of the queries of the examples, or of the items' titles if there are none: what may be
  /// completed where there is no other log.
  public func log(_ examples: ItemExamples, profile: NormalizationProfile) -> QueryLog {
    var uses: [[UInt8]: UInt32] = [:]
    for example in examples.examples { uses[example.query, default: 0] += 1 }
    if uses.isEmpty { for item in set.items { uses[item.title, default: 0] += 1 } }
    let normalizer = Normalizer(profile)
    var forms: [[UInt8]: (count: UInt32, surface: [UInt8], most: UInt32)] = [:]
    for (text, count) in uses.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let form = normalizer.normalize(text)
      if form.isEmpty { continue }
      var entry = forms[form] ?? (0, text, 0)
      entry.count += count
      if count > entry.most { (entry.surface, entry.most) = (text, count) }
      forms[form] = entry
    }
    let sorted = forms.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    return QueryLog(
      observations: sorted.indices.map { i in
        Observation(
          query: UInt32(i), previous: QueryTable.none, session: UInt32(i), user: UInt32(i), time: 0,
          count: sorted[i].value.count)
      },
      queries: QueryTable(
        normalized: sorted.map(\.key), surface: sorted.map(\.value.surface)),
      isTimed: false)
  }

  /// One line per reason for which examples were left out; none if all were used.
  public var notes: [String] {
    var notes: [String] = []
    if unknownItems > 0 {
      notes.append("\(Self.leftOut(unknownItems)): no item has that id")
    }
    if emptyQueries > 0 {
      notes.append("\(Self.leftOut(emptyQueries)): nothing of the query is a word")
    }
    return notes
  }

  /// Says that `count` examples are left out.
  static func leftOut(_ count: Int) -> String {
    count == 1 ? "1 example is left out" : "\(count) examples are left out"
  }
}
