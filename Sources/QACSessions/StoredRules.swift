// The operator's rules, as the store keeps them; it gives kinds and numbers no meaning.

internal import Foundation
internal import GRDB

/// A rule of the operator. Texts are UTF-8, as they were written.
public enum StoredRule: Sendable, Hashable {
  /// What is never suggested.
  case block(kind: String, text: [UInt8])
  /// A text that stands first for a prefix, before `until` in unix seconds.
  case pin(prefix: [UInt8], text: [UInt8], until: Int64?)
  /// Texts that weigh more or less.
  case boost(kind: String, text: [UInt8], factor: Double)
}

extension StoredRule {
  /// Adds it; it takes the place of a pin or a boost that differs in the time or the factor alone.
  func insert(_ db: Database) throws {
    switch self {
    case .block(let kind, let text):
      try db.execute(
        sql: "INSERT OR IGNORE INTO block_rule (kind, text) VALUES (?, ?)",
        arguments: [kind, Data(text)])
    case .pin(let prefix, let text, let until):
      try db.execute(
        sql: "INSERT OR REPLACE INTO pin (prefix, text, until) VALUES (?, ?, ?)",
        arguments: [Data(prefix), Data(text), until])
    case .boost(let kind, let text, let factor):
      try db.execute(
        sql: "INSERT OR REPLACE INTO boost (kind, text, factor) VALUES (?, ?, ?)",
        arguments: [kind, Data(text), factor])
    }
  }

  /// Removes it; the time of a pin and the factor of a boost do not matter.
  func delete(_ db: Database) throws {
    switch self {
    case .block(let kind, let text):
      try db.execute(
        sql: "DELETE FROM block_rule WHERE kind = ? AND text = ?", arguments: [kind, Data(text)])
    case .pin(let prefix, let text, _):
      try db.execute(
        sql: "DELETE FROM pin WHERE prefix = ? AND text = ?",
        arguments: [Data(prefix), Data(text)])
    case .boost(let kind, let text, _):
      try db.execute(
        sql: "DELETE FROM boost WHERE kind = ? AND text = ?", arguments: [kind, Data(text)])
    }
  }

  /// All rules: block rules in an order that depends on them alone, then pins and boosts, each in
  /// the order in which they were added.
  static func all(_ db: Database) throws -> [StoredRule] {
    func bytes(_ row: Row, _ column: Int) throws -> [UInt8] {
      [UInt8](try row.decode(Data.self, atIndex: column))
    }
    // A database that is only read may have an earlier schema.
    func rows(_ table: String, _ rest: String) throws -> [Row] {
      try db.tableExists(table) ? Row.fetchAll(db, sql: "SELECT \(rest)") : []
    }
    let blocks = try rows("block_rule", "kind, text FROM block_rule ORDER BY kind, text")
    let pins = try rows("pin", "prefix, text, until FROM pin ORDER BY id")
    let boosts = try rows("boost", "kind, text, factor FROM boost ORDER BY id")
    return try blocks.map {
      .block(kind: try $0.decode(String.self, atIndex: 0), text: try bytes($0, 1))
    }
      + pins.map {
        .pin(
          prefix: try bytes($0, 0), text: try bytes($0, 1),
          until: try $0.decode(Int64?.self, atIndex: 2))
      }
      + boosts.map {
        .boost(
          kind: try $0.decode(String.self, atIndex: 0), text: try bytes($0, 1),
          factor: try $0.decode(Double.self, atIndex: 2))
      }
  }
}
