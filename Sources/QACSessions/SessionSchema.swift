// The schema: named, append-only migrations, each in one transaction; and the connection's
// settings.
//
//     session  id, name                                  one row per session that has events
//     event    (session, at, sequence), query, normalized, form,  clustered by session and time
//              item, kind, thread, place, outcome,
//              typed, taken, source, person
//     block_rule  (kind, text)                           rules that `block` added; of no session
//     pin    id, prefix, text, until                     rules that `pin` added, by age
//     boost  id, kind, text, factor                      rules that `boost` added, by age
//     item   id, title, text, weight, payload, removed   what `items.add` and `items.remove` did
//
// `sequence` numbers the events of one session within one second. `normalized` is NULL if it equals
// the query. `form` says what has normalised the query; it is 0 if that is not known, as for every
// event recorded before migration 3. Text is stored as bytes, so that no collation and no NUL
// changes it.
//
// An event whose `item` is NULL is a submitted query. Another one is an example: somebody went from
// the query to the item, and `kind` says what they did with it (0 click, 1 cart, 2 purchase). The
// index `event_query` holds the queries alone, so that a session's newest queries are found without
// a look at its examples. `thread` and the columns behind it are `StoredCircumstances`.
//
// An item that was removed has no title; `removed` is the identity of the index that it is hidden
// in.
//
// Invariant: a released migration is never edited. A change of the schema is a new migration at the
// end, and the fixture of each released schema must migrate (SessionSchemaTests).

internal import GRDB

enum SessionSchema {
  /// "qacd" in ASCII: tells this program's databases from others.
  static let applicationID: Int32 = 0x7161_6364

  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 events") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(
        sql: """
          CREATE TABLE session (
            id INTEGER PRIMARY KEY,
            name BLOB NOT NULL UNIQUE
          );
          CREATE TABLE event (
            session INTEGER NOT NULL REFERENCES session (id),
            at INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            query BLOB NOT NULL,
            normalized BLOB,
            PRIMARY KEY (session, at, sequence)
          ) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2 block rules") { db in
      try db.execute(
        sql: """
          CREATE TABLE block_rule (
            kind TEXT NOT NULL,
            text BLOB NOT NULL,
            PRIMARY KEY (kind, text)
          ) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("3 normal forms") { db in
      try db.execute(sql: "ALTER TABLE event ADD COLUMN form INTEGER NOT NULL DEFAULT 0")
    }
    migrator.registerMigration("4 pins and boosts") { db in
      try db.execute(
        sql: """
          CREATE TABLE pin (
            id INTEGER PRIMARY KEY,
            prefix BLOB NOT NULL,
            text BLOB NOT NULL,
            until INTEGER,
            UNIQUE (prefix, text)
          );
          CREATE TABLE boost (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            text BLOB NOT NULL,
            factor REAL NOT NULL,
            UNIQUE (kind, text)
          );
          """)
    }
    migrator.registerMigration("5 items, threads, places, outcomes") { db in
      try db.execute(
        sql: """
          ALTER TABLE event ADD COLUMN item BLOB;
          ALTER TABLE event ADD COLUMN kind INTEGER;
          ALTER TABLE event ADD COLUMN thread BLOB;
          ALTER TABLE event ADD COLUMN place BLOB;
          ALTER TABLE event ADD COLUMN outcome INTEGER;
          CREATE INDEX event_query ON event (session, at, sequence) WHERE item IS NULL;
          CREATE TABLE item (
            id BLOB PRIMARY KEY,
            title BLOB,
            text BLOB,
            weight REAL,
            payload BLOB,
            removed BLOB
          ) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("6 what was typed and taken") { db in
      try db.execute(
        sql: """
          ALTER TABLE event ADD COLUMN typed BLOB;
          ALTER TABLE event ADD COLUMN taken INTEGER;
          ALTER TABLE event ADD COLUMN source BLOB;
          """)
    }
    migrator.registerMigration("7 people") { db in
      try db.execute(sql: "ALTER TABLE event ADD COLUMN person BLOB")
    }
    return migrator
  }()

  /// Checks that `db` is empty or a database of this program, and makes the settings that the
  /// store's promises rest on.
  static func prepare(_ db: Database, path: String) throws {
    // This comes before anything is written: another program's database stays as it is.
    let applicationID = try Int32.fetchOne(db, sql: "PRAGMA application_id")
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard applicationID == Self.applicationID || (applicationID == 0 && tables == 0) else {
      throw SessionStoreError.foreign(path: path)
    }
    guard try !migrator.hasBeenSuperseded(db) else {
      throw SessionStoreError.newerSchema(path: path)
    }
    try set(db, "journal_mode", to: "wal")
    // FULL: the log is synced at each commit, so an acknowledged record survives a power cut;
    // NORMAL would lose the last ones (https://www.sqlite.org/pragma.html#pragma_synchronous).
    try set(db, "synchronous", to: "2", by: "FULL")
    // Deleted content is overwritten with zeros.
    try set(db, "secure_delete", to: "1", by: "ON")
    // What is written anew does not go through files of its own.
    try set(db, "temp_store", to: "2", by: "MEMORY")
    // 16 MiB of pages at most, eight times the usual. A record changes two pages of its session,
    // so some two thousand sessions are recorded to without reading a page.
    try set(db, "cache_size", to: "-16384")
    // The store itself makes checkpoints, when no job waits.
    try set(db, "wal_autocheckpoint", to: "0")
  }

  private static func set(
    _ db: Database, _ name: String, to expected: String, by value: String? = nil
  ) throws {
    // Only some of these statements answer with the new value, so ask for it.
    _ = try Row.fetchOne(db, sql: "PRAGMA \(name) = \(value ?? expected)")
    let got = try DatabaseValue.fetchOne(db, sql: "PRAGMA \(name)").map { value in
      String.fromDatabaseValue(value) ?? Int.fromDatabaseValue(value).map { "\($0)" } ?? "?"
    }
    guard got == expected else {
      throw SessionStoreError.settingRefused(name: name, expected: expected, got: got ?? "nothing")
    }
  }
}
