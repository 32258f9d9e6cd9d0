// What `items.add` and `items.remove` did, as the database holds it.
//
// An item that was added counts until an index that has its id is served. One that was removed is
// hidden in the index of that time, and in no other. Both stay when they no longer count, since an
// operator may go back to an earlier index, until room is needed.
//
// Invariant: at most `maximumCount` ids, and at most `maximumBytes` bytes of added items.
// Cost: a change is O(items), on the holder's thread.

internal import QACIndex
internal import QACProtocol
internal import QACRetrieval
internal import QACSessions

/// Items that were added or removed, by id.
struct ItemChanges: Sendable {
  /// The most ids.
  static let maximumCount = 10_000
  /// The most bytes of added items.
  static let maximumBytes = 64 << 20

  private(set) var states: [[UInt8]: StoredItem.State] = [:]
  private var bytes = 0

  /// Makes changes of `items`, whose ids are distinct.
  init(_ items: [StoredItem] = []) {
    for item in items { set(item.state, of: item.id) }
  }

  /// Whether there are more, or larger ones, than are kept.
  var isTooLarge: Bool { states.count > Self.maximumCount || bytes > Self.maximumBytes }

  /// Sets what became of the item `id`; nil if it is as the index has it.
  mutating func set(_ state: StoredItem.State?, of id: [UInt8]) {
    bytes -= states[id]?.byteCount ?? 0
    states[id] = state
    bytes += state?.byteCount ?? 0
  }

  /// The ids, except `kept`, of what does not count beside `index`.
  func obsolete(beside index: LabelIndex, except kept: Set<[UInt8]>) -> [[UInt8]] {
    let identity = Array(index.identity.utf8)
    return states.filter { id, state in
      if kept.contains(id) { return false }
      switch state {
      case .added: return index.hasItem(id)
      case .removed(let other): return other != identity
      }
    }.map(\.key)
  }

  /// The items as they are listed beside `index`, ascending by id.
  func listed(beside index: LabelIndex) -> [ListedItem] {
    let identity = Array(index.identity.utf8)
    var list: [ListedItem] = []
    for (id, state) in states {
      switch state {
      case .added(let content):
        let state: ListedItem.State = index.hasItem(id) ? .indexed : .added
        list.append(ListedItem(id: id, title: content.title, state: state))
      case .removed(identity):
        guard let title = index.itemTitle(id) else { continue }
        list.append(ListedItem(id: id, title: title, state: .removed))
      case .removed: break
      }
    }
    return list.sorted { $0.id.lexicographicallyPrecedes($1.id) }
  }
}

extension StoredItem.State {
  /// The bytes of an added item.
  fileprivate var byteCount: Int {
    guard case .added(let content) = self else { return 0 }
    return content.title.count + content.text.count + content.payload.count
  }
}

extension StoredItem {
  /// An item of a request.
  init(_ item: Request.Item) {
    self.init(
      id: item.id.bytes,
      state: .added(
        Content(
          title: item.title, text: item.text, weight: item.weight, payload: item.payload)))
  }
}

extension LabelIndex {
  /// The number of the item `id`; nil if there is none.
  func itemNumber(_ id: [UInt8]) -> UInt32? {
    id.withUnsafeBufferPointer { id in view.items?.item(withID: id) }
  }

  /// Whether there is an item `id`.
  func hasItem(_ id: [UInt8]) -> Bool { itemNumber(id) != nil }

  /// The title of the item `id`; nil if there is none.
  func itemTitle(_ id: [UInt8]) -> [UInt8]? {
    itemNumber(id).flatMap { number in view.items.map { Array($0.title(of: number)) } }
  }
}
