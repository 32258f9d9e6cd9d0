// What a daemon should know of items: a dictionary of what was added and removed.

import QACEngine
import QACTestSupport
import QACText

/// The items that were added and removed.
struct ItemModel {
  private enum State: Equatable {
    case added(String)
    /// Removed from the index of this identity.
    case removed([UInt8])
  }

  /// The served index: its items' titles by their ids, and its identity.
  struct Index {
    var titles: [String: String]
    var identity: [UInt8]
  }

  private var states: [String: State] = [:]

  /// Adds an item; returns how many were added, replaced and indexed.
  mutating func add(_ id: String, _ title: String, beside index: Index) -> [Int64?] {
    var isReplaced = false
    if case .added = states[id] { isReplaced = true }
    states[id] = .added(title)
    return [isReplaced ? 0 : 1, isReplaced ? 1 : 0, index.titles[id] == nil ? 0 : 1]
  }

  /// Takes an item out; returns how many that are.
  mutating func remove(_ id: String, from index: Index) -> Int64 {
    let gone: State = .removed(index.identity)
    if index.titles[id] != nil {
      defer { states[id] = gone }
      return states[id] == gone ? 0 : 1
    }
    guard case .added = states[id] else { return 0 }
    states[id] = nil
    return 1
  }

  /// What is listed, each item as "id title state".
  func listed(beside index: Index) -> [String] {
    states.sorted { $0.key < $1.key }.compactMap { id, state in
      switch state {
      case .added(let title):
        return "\(id) \(title) \(index.titles[id] == nil ? "added" : "indexed")"
      case .removed(index.identity): return index.titles[id].map { "\(id) \($0) removed" }
      case .removed: return nil
      }
    }
  }

  /// The ids of the items that are served: those of the index, and those beside it.
  func served(
    beside index: Index, _ rules: [BlockRule], _ normalizer: Normalizer
  ) -> (index: Set<String>, added: Set<String>) {
    let list = BlockList(rules, profile: normalizer.profile)
    func isShown(_ title: String) -> Bool {
      list.isEmpty || !list.blocks(normalizer.normalize(title, as: .query))
    }
    var own = index.titles.filter { isShown($0.value) }
    var added: Set<String> = []
    for (id, state) in states {
      switch state {
      case .added(let title):
        if index.titles[id] == nil, isShown(title) { added.insert(id) }
      case .removed(index.identity): own[id] = nil
      case .removed: break
      }
    }
    return (Set(own.keys), added)
  }
}

extension DaemonOperation {
  /// Ids and titles; the titles have a word in common, and rules block some of them.
  static let products = [
    ("i", "Garden hose"), ("j", "Red garden hat"), ("k", "Zebra in the garden"),
    ("l", "My garden boots"), ("m", "Glass garden table"),
  ]

  /// The items of the index of `seed`; none for one seed of three.
  static func items(ofSeed seed: UInt64) -> [PlainItem] {
    let count = Int(seed % 3)
    return products[count..<2 * count].map { PlainItem($0.0, "The \($0.1)") }
  }
}
