// The items of a served index: what finds them, what is served beside them, and what is hidden.
//
// An index without items has an engine as well, the bare one, which finds what was added.
//
// Invariant: all of it belongs to one index, one set of rules and one state of the added items. A
// blocked or removed item is hidden if the index has it, and else not in `added`.
// Cost of making one: O(words of the added items). If rules have changed and one blocks texts, a
// pass over the titles of the index comes on top.

internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACRetrieval
internal import QACSessions
internal import QACText

/// The items that are served.
final class ServedItems: Sendable {
  let engine: RetrievalEngine
  /// Items that the index does not have; nil if there are none.
  let added: AddedItems?
  /// Items of the index that must not be shown; nil if there are none.
  let hidden: HiddenItems?
  /// The items of the index that rules block.
  private let blocked: HiddenItems
  /// The profile of the completions, in which rules compare.
  private let profile: NormalizationProfile

  /// The number of items of the index.
  var indexedCount: Int { engine.isBare ? 0 : engine.itemCount }

  /// Whether there is an item that could be found.
  var isEmpty: Bool { engine.isBare && added == nil }

  /// Makes the items of `engine` with what `changes` say, without what `list` blocks.
  convenience init(_ engine: RetrievalEngine, _ changes: ItemChanges, _ list: BlockList) {
    var blocked = HiddenItems(of: engine.itemCount)
    for item in Self.items(of: engine.index, blockedBy: list) { blocked.insert(item) }
    self.init(engine, changes, list, blocked)
  }

  /// The items with other `changes`, and the same `list`.
  func with(_ changes: ItemChanges, _ list: BlockList) -> ServedItems {
    ServedItems(engine, changes, list, blocked)
  }

  private init(
    _ engine: RetrievalEngine, _ changes: ItemChanges, _ list: BlockList, _ blocked: HiddenItems
  ) {
    self.engine = engine
    self.blocked = blocked
    profile = list.profile
    let index = engine.index
    var hidden = blocked
    let identity = Array(index.identity.utf8)
    var added: [AddedItem] = []
    let normalizer = Normalizer(list.profile)
    for (id, state) in changes.states {
      switch state {
      case .added(let content):
        if index.hasItem(id) || Self.isBlocked(id, content.title, by: list, normalizer) { continue }
        added.append(
          AddedItem(
            id: id, title: content.title, text: content.text,
            weight: max(.leastNormalMagnitude, Float(content.weight)), payload: content.payload))
      case .removed(identity):
        if let item = index.itemNumber(id) { hidden.insert(item) }
      case .removed: break
      }
    }
    self.added = added.isEmpty ? nil : AddedItems(added, beside: index)
    self.hidden = hidden.count == 0 ? nil : hidden
  }

  /// How many items `rule` hits, of those of the index and those that were added.
  func count(hitBy rule: BlockRule, _ changes: ItemChanges) -> Int {
    let list = BlockList([rule], profile: profile)
    let normalizer = Normalizer(list.profile)
    return Self.items(of: engine.index, blockedBy: list).count
      + changes.states.count { id, state in
        guard case .added(let content) = state, !engine.index.hasItem(id) else { return false }
        return Self.isBlocked(id, content.title, by: list, normalizer)
      }
  }

  /// The items of `index` that `list` blocks, by id or by title.
  private static func items(of index: LabelIndex, blockedBy list: BlockList) -> [UInt32] {
    guard index !== RetrievalEngine.bare.index, let view = index.view.items else { return [] }
    var items = Set(list.itemIDs.compactMap { index.itemNumber($0) })
    if !list.isEmpty {
      let normalizer = Normalizer(list.profile)
      var title: [UInt8] = []
      for item in 0..<UInt32(view.count) {
        normalizer.normalize(view.title(of: item), as: .query, into: &title)
        if list.blocks(title) { items.insert(item) }
      }
    }
    return Array(items)
  }

  private static func isBlocked(
    _ id: [UInt8], _ title: [UInt8], by list: BlockList, _ normalizer: Normalizer
  ) -> Bool {
    if list.itemIDs.contains(id) { return true }
    return !list.isEmpty && list.blocks(normalizer.normalize(title, as: .query))
  }

  /// The number of an item of `index` whose payload cannot be sent; nil if every one can.
  static func badPayload(of index: LabelIndex) -> Int? {
    guard let items = index.view.items else { return nil }
    return (0..<items.count).first { item in
      let payload = items.payload(of: UInt32(item))
      return !payload.isEmpty && !ItemPayload.isValid(payload)
    }
  }
}

extension ServedIndex {
  /// How many items `rule` hits; nil if there are no items.
  func itemCount(hitBy rule: BlockRule) -> Int? {
    items.isEmpty ? nil : items.count(hitBy: rule, rules.items)
  }
}
