// Items that the operator added or removed, as the store keeps them; it gives them no meaning.

internal import Foundation
internal import GRDB

/// An item that was added, or one of an index that was removed.
public struct StoredItem: Sendable, Equatable {
  /// What an added item is found by and shown as.
  public struct Content: Sendable, Equatable {
    /// The title, UTF-8.
    public var title: [UInt8]
    /// Further text, UTF-8; may be empty.
    public var text: [UInt8]
    /// The weight.
    public var weight: Double
    /// JSON, or empty.
    public var payload: [UInt8]

    /// Makes content.
    public init(title: [UInt8], text: [UInt8], weight: Double, payload: [UInt8]) {
      self.title = title
      self.text = text
      self.weight = weight
      self.payload = payload
    }
  }

  /// What became of an item.
  public enum State: Sendable, Equatable {
    /// It was added.
    case added(Content)
    /// It was removed from the index of this identity.
    case removed(index: [UInt8])
  }

  /// The id, UTF-8.
  public var id: [UInt8]
  /// What became of it.
  public var state: State

  /// Makes an item.
  public init(id: [UInt8], state: State) {
    self.id = id
    self.state = state
  }
}

extension StoredItem {
  /// Stores it in the place of one with the same id.
  func put(_ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO item (id, title, text, weight, payload, removed)
        VALUES (?, ?, ?, ?, ?, ?)
        """)
    switch state {
    case .added(let content):
      try statement.execute(
        arguments: [
          Data(id), Data(content.title), Data(content.text), content.weight,
          Data(content.payload), nil,
        ])
    case .removed(let index):
      try statement.execute(arguments: [Data(id), nil, nil, nil, nil, Data(index)])
    }
  }

  /// Deletes the item `id`, if there is one.
  static func delete(_ id: [UInt8], _ db: Database) throws {
    try db.cachedStatement(sql: "DELETE FROM item WHERE id = ?").execute(arguments: [Data(id)])
  }

  /// All items, ascending by id.
  static func all(_ db: Database) throws -> [StoredItem] {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, title, text, weight, payload, removed FROM item ORDER BY id")
    var items: [StoredItem] = []
    func bytes(_ row: Row, _ column: Int) throws -> [UInt8] {
      try row.decode(Data?.self, atIndex: column).map { [UInt8]($0) } ?? []
    }
    while let row = try rows.next() {
      let id = try bytes(row, 0)
      if let index = try row.decode(Data?.self, atIndex: 5) {
        items.append(StoredItem(id: id, state: .removed(index: [UInt8](index))))
      } else {
        let content = Content(
          title: try bytes(row, 1), text: try bytes(row, 2),
          weight: try row.decode(Double?.self, atIndex: 3) ?? 1, payload: try bytes(row, 4))
        items.append(StoredItem(id: id, state: .added(content)))
      }
    }
    return items
  }
}
