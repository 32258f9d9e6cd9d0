// Adds and removes items: first in the database, then in force, then the caller is told.
//
// Invariant: a request is carried out as a whole or not at all, in one transaction.
// Cost: O(items that were added or removed), and a pass over the titles of the index if rules block
// texts, on the holder's thread.

internal import QACBinary
internal import QACEngine
internal import QACProtocol
internal import QACSessions
internal import Synchronization

extension IndexHolder {
  /// Why items were not changed.
  enum ItemRefusal: Error {
    case tooMany(limit: Int)
    case store(SessionStoreError)
  }

  /// Adds items with different ids; `completion` is called when they are durable and in force.
  func addItems(
    _ items: [StoredItem], in store: SessionStore,
    completion: @escaping @Sendable (Result<AddedCounts, ItemRefusal>) -> Void
  ) {
    let completion = everywhere(completion, in: store) { .store($0) }
    loader.async { [self] in
      completion(
        Result { () throws(ItemRefusal) in
          let before = current
          var counts = AddedCounts(added: 0, replaced: 0, indexed: 0)
          for item in items {
            if case .added = before.rules.items.states[item.id] {
              counts.replaced += 1
            } else {
              counts.added += 1
            }
            if before.engine.index.hasItem(item.id) { counts.indexed += 1 }
          }
          try change(put: items, delete: [], in: store)
          return counts
        })
    }
  }

  /// Takes out the items with these different ids; `completion` is called with their number when
  /// that is durable and in force.
  func removeItems(
    _ ids: [[UInt8]], in store: SessionStore,
    completion: @escaping @Sendable (Result<Int, ItemRefusal>) -> Void
  ) {
    let completion = everywhere(completion, in: store) { .store($0) }
    loader.async { [self] in
      completion(
        Result { () throws(ItemRefusal) in
          let before = current
          let identity = before.identity
          var hidden: [StoredItem] = []
          var deleted: [[UInt8]] = []
          for id in ids {
            let state = before.rules.items.states[id]
            if before.engine.index.hasItem(id) {
              if state != .removed(index: identity) {
                hidden.append(StoredItem(id: id, state: .removed(index: identity)))
              }
            } else if case .added = state {
              deleted.append(id)
            }
          }
          if !hidden.isEmpty || !deleted.isEmpty {
            try change(put: hidden, delete: deleted, in: store)
          }
          return hidden.count + deleted.count
        })
    }
  }

  /// Changes the stored items, waits until that is durable, and puts them in force.
  private func change(
    put items: [StoredItem], delete ids: [[UInt8]], in store: SessionStore
  ) throws(ItemRefusal) {
    let before = current
    var changes = before.rules.items
    var ids = ids
    for id in ids { changes.set(nil, of: id) }
    for item in items { changes.set(item.state, of: item.id) }
    if changes.isTooLarge {
      let obsolete = changes.obsolete(
        beside: before.engine.index, except: Set(items.map(\.id)))
      for id in obsolete { changes.set(nil, of: id) }
      ids += obsolete
    }
    if changes.isTooLarge { throw .tooMany(limit: ItemChanges.maximumCount) }
    let doomed = ids
    let outcome = CallbackWait.value { callback in
      store.changeItems(put: items, delete: doomed, completion: callback)
    }
    do throws(SessionStoreError) {
      try outcome.get()
    } catch {
      throw .store(error)
    }
    let after = before.with(changes)
    served.withLock { $0 = after }
  }
}
