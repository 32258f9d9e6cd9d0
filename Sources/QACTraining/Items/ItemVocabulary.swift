// The terms that an index of items knows, with their inverse document frequencies.
//
// Documents are the texts of items and the distinct past queries.
// Invariant: a term is there if an item's text has it, or if at least the minimum of people
// submitted a query with it that led to an item. Where people are not told apart, a use counts as
// one.
// Cost: O(terms of all texts and queries).

import QACText

/// The terms of a set of items.
struct ItemVocabulary {
  /// The terms.
  let space: FeatureSpace
  /// The kind of each term.
  let kinds: [ItemTerms.Kind]

  /// What is counted of one term.
  private struct Count {
    var kind: ItemTerms.Kind
    var documents = 0
    /// The last document, so that each counts once.
    var last = -1
    /// Whether the text of an item has it.
    var inText = false
  }

  /// Collects the terms of `set`.
  init(_ set: ItemSet, settings: ItemSettings) {
    var counts: [UInt64: Count] = [:]
    var document = 0
    func add(_ text: [UInt8], isText: Bool) {
      text.withUnsafeBufferPointer { text in
        ItemTerms.forEach(of: text) { kind, key, _ in
          guard settings.kinds.contains(kind) else { return }
          var count = counts[key] ?? Count(kind: kind)
          if count.last != document { count.documents += 1 }
          count.last = document
          if isText { count.inText = true }
          counts[key] = count
        }
      }
    }
    for item in set.items {
      add(item.titleForm, isText: true)
      add(item.textForm, isText: true)
      document += 1
    }
    for query in set.queries {
      add(query, isText: false)
      document += 1
    }
    if settings.minimumPeople > 1 {
      let known = Self.knownTerms(set, minimum: settings.minimumPeople)
      counts = counts.filter { $0.value.inText || known.contains($0.key) }
    }
    let space = FeatureSpace(
      documentFrequencies: counts.mapValues(\.documents), documents: document)
    self.space = space
    kinds = space.withView { view in
      var kinds = [ItemTerms.Kind](repeating: .word, count: view.count)
      // Of keys that are merged, the first decides, as in the space.
      for (key, count) in counts.sorted(by: { $0.key > $1.key }) {
        if let id = view.id(of: key) { kinds[Int(id)] = count.kind }
      }
      return kinds
    }
  }

  /// The terms of queries of at least `minimum` people.
  private static func knownTerms(_ set: ItemSet, minimum: Int) -> Set<UInt64> {
    // A term's people, up to the minimum: that is all that needs to be told apart.
    var people: [UInt64: [UInt32]] = [:]
    var uses: [UInt64: Double] = [:]
    var asker = 0
    for (query, text) in set.queries.enumerated() {
      let firstAsker = asker
      while asker < set.askers.count, set.askers[asker].query == query { asker += 1 }
      var keys: Set<UInt64> = []
      text.withUnsafeBufferPointer { text in
        ItemTerms.forEach(of: text) { _, key, _ in keys.insert(key) }
      }
      for key in keys {
        if firstAsker == asker {
          uses[key, default: 0] += Double(set.anonymousUses[query])
          continue
        }
        for i in firstAsker..<asker {
          let person = set.askers[i].person
          if let known = people[key], known.count >= minimum || known.contains(person) { continue }
          people[key, default: []].append(person)
        }
      }
    }
    var known = Set(people.filter { $0.value.count >= minimum }.keys)
    for (key, count) in uses where count >= Double(minimum) { known.insert(key) }
    return known
  }
}
