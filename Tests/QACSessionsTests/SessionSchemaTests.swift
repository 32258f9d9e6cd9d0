// The settings that durability depends on, and the released schemas.

import Foundation
import GRDB
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct SessionSchemaTests {
  @Test func theWriterIsDurable() throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    func setting(_ name: String) throws -> String? {
      try store.connection.queue.inDatabase { db in try String.fetchOne(db, sql: "PRAGMA \(name)") }
    }
    #expect(try setting("journal_mode") == "wal")
    #expect(try setting("synchronous") == "2")
    #expect(try setting("secure_delete") == "1")
    #expect(try setting("wal_autocheckpoint") == "0")
    #expect(try setting("application_id") == "\(SessionSchema.applicationID)")
  }

  @Test func filesAndDirectoriesArePrivate() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("made/also made/s.sqlite")
    let store = try SessionStore(path: path)
    try await store.record("q", at: 1, "s")
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(directory.file("made")) == 0o700)
    #expect(try mode(directory.file("made/also made")) == 0o700)
    for suffix in ["", "-wal", "-shm", ".lock"] {
      #expect(try mode(path + suffix) == 0o600, Comment(rawValue: suffix))
    }
    store.close()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    let reopened = try SessionStore(path: path)
    #expect(try mode(path) == 0o600)
    reopened.close()
  }

  /// The schema of version 1. Never edit it: a later version adds its own fixture.
  private static let schema1 = """
    PRAGMA application_id = 1902207844;
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('1 events');
    CREATE TABLE session (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE);
    CREATE TABLE event (
      session INTEGER NOT NULL REFERENCES session (id),
      at INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      query BLOB NOT NULL,
      normalized BLOB,
      PRIMARY KEY (session, at, sequence)
    ) WITHOUT ROWID;
    INSERT INTO session VALUES (1, CAST('anna' AS BLOB)), (2, CAST('ben' AS BLOB));
    INSERT INTO event VALUES
      (1, 100, 0, CAST('Red Shoes' AS BLOB), CAST('red shoes' AS BLOB)),
      (1, 100, 1, CAST('boots' AS BLOB), NULL),
      (2, 90, 0, CAST('hat' AS BLOB), NULL);
    """

  /// What version 2 adds to the schema of version 1.
  private static let schema2 =
    schema1 + """
      INSERT INTO grdb_migrations VALUES ('2 block rules');
      CREATE TABLE block_rule (
        kind TEXT NOT NULL,
        text BLOB NOT NULL,
        PRIMARY KEY (kind, text)
      ) WITHOUT ROWID;
      INSERT INTO block_rule VALUES
        ('word', CAST('casino' AS BLOB)), ('exact', CAST('red shoes' AS BLOB));
      """

  /// What version 3 adds to the schema of version 2: a column at the end.
  private static let schema3 =
    schema2 + """
      INSERT INTO grdb_migrations VALUES ('3 normal forms');
      ALTER TABLE event ADD COLUMN form INTEGER NOT NULL DEFAULT 0;
      INSERT INTO event VALUES (2, 91, 0, CAST('Cap' AS BLOB), CAST('cap' AS BLOB), 513);
      """

  /// What version 4 adds to the schema of version 3.
  private static let schema4 =
    schema3 + """
      INSERT INTO grdb_migrations VALUES ('4 pins and boosts');
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
      INSERT INTO pin VALUES
        (1, CAST('' AS BLOB), CAST('hat' AS BLOB), NULL),
        (2, CAST('b' AS BLOB), CAST('boots' AS BLOB), 500);
      INSERT INTO boost VALUES (1, 'word', CAST('hat' AS BLOB), 2.5);
      """

  /// What version 5 adds to the schema of version 4: columns at the end, an index and a table.
  private static let schema5 =
    schema4 + """
      INSERT INTO grdb_migrations VALUES ('5 items, threads, places, outcomes');
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
      INSERT INTO event VALUES
        (2, 92, 0, CAST('hat' AS BLOB), NULL, 513, CAST('sku 1' AS BLOB), 2, NULL, NULL, NULL),
        (2, 92, 1, CAST('hat' AS BLOB), NULL, 513, CAST('sku 2' AS BLOB), NULL, NULL, NULL, NULL);
      INSERT INTO item VALUES
        (CAST('b' AS BLOB), NULL, NULL, NULL, NULL, CAST('cafe' AS BLOB)),
        (CAST('a' AS BLOB), CAST('Hat' AS BLOB), X'', 0.5, CAST('{}' AS BLOB), NULL);
      """

  /// What version 6 adds to the schema of version 5: columns at the end.
  private static let schema6 =
    schema5 + """
      INSERT INTO grdb_migrations VALUES ('6 what was typed and taken');
      ALTER TABLE event ADD COLUMN typed BLOB;
      ALTER TABLE event ADD COLUMN taken INTEGER;
      ALTER TABLE event ADD COLUMN source BLOB;
      INSERT INTO event VALUES
        (2, 93, 0, CAST('cap' AS BLOB), NULL, 513, NULL, NULL, CAST('t' AS BLOB),
          CAST('/' AS BLOB), 1, CAST('c' AS BLOB), 2, CAST('index' AS BLOB));
      """

  /// What version 8 adds to the schema of version 6: a column at the end.
  private static let schema7 =
    schema6 + """
      INSERT INTO grdb_migrations VALUES ('7 people');
      ALTER TABLE event ADD COLUMN person BLOB;
      INSERT INTO event VALUES
        (2, 94, 0, CAST('net' AS BLOB), NULL, 513, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          CAST('p' AS BLOB)),
        (2, 95, 0, CAST('own' AS BLOB), NULL, 513, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          X'');
      """

  private func make(_ sql: String, _ path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase { try $0.execute(sql: sql) }
    try queue.close()
  }

  @Test func schema1StillMeansTheSame() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    try make(Self.schema1, path)
    let store = try SessionStore(path: path)
    #expect(
      try await store.load("anna") == [
        StoredEvent("Red Shoes", normalized: "red shoes", at: 100), StoredEvent("boots", at: 100),
      ])
    #expect(try await store.load("ben") == [StoredEvent("hat", at: 90)])
    #expect(store.statistics == SessionStatistics(sessions: 2, events: 3))
    #expect(try store.rules() == [])
    try await store.changeRules(add: [StoredRule("word: a")])
    #expect(try store.rules() == [StoredRule("word: a")])
  }

  @Test func schema2StillMeansTheSame() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    try make(Self.schema2, path)
    let store = try SessionStore(path: path)
    #expect(try await store.load("ben") == [StoredEvent("hat", at: 90)])
    #expect(try store.rules() == [StoredRule("exact: red shoes"), StoredRule("word: casino")])
  }

  @Test func schema3StillMeansTheSame() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    try make(Self.schema3, path)
    let store = try SessionStore(path: path)
    let cap = StoredEvent(
      query: Array("Cap".utf8), normalized: Array("cap".utf8), form: 513, time: 91)
    #expect(try await store.load("ben") == [StoredEvent("hat", at: 90), cap])
  }

  @Test func schema4StillMeansTheSame() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    try make(Self.schema4, path)
    let rules: [StoredRule] = [
      StoredRule("exact: red shoes"), StoredRule("word: casino"),
      .pin(prefix: [], text: Array("hat".utf8), until: nil),
      .pin(prefix: Array("b".utf8), text: Array("boots".utf8), until: 500),
      .boost(kind: "word", text: Array("hat".utf8), factor: 2.5),
    ]
    #expect(try SessionStore.readRules(ofDatabaseAt: path) == rules)
    #expect(try SessionStore(path: path).rules() == rules)
  }

  @Test func schema5StillMeansTheSame() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    try make(Self.schema5, path)
    let store = try SessionStore(path: path)
    let cap = StoredEvent(
      query: Array("Cap".utf8), normalized: Array("cap".utf8), form: 513, time: 91)
    #expect(try await store.load("ben") == [StoredEvent("hat", at: 90), cap])
    #expect(store.statistics == SessionStatistics(sessions: 2, events: 4, examples: 2))
    let hat = StoredItem.Content(
      title: Array("Hat".utf8), text: [], weight: 0.5, payload: Array("{}".utf8))
    #expect(
      try store.items() == [
        StoredItem(id: Array("a".utf8), state: .added(hat)),
        StoredItem(id: Array("b".utf8), state: .removed(index: Array("cafe".utf8))),
      ])
    var uses: [StoredUse] = []
    try SessionStore.readExamples(ofDatabaseAt: path, after: 91) { _, _, use, _ in
      uses.append(use)
    }
    #expect(
      uses == [
        StoredUse(item: Array("sku 1".utf8), kind: .purchase),
        StoredUse(item: Array("sku 2".utf8), kind: .click),
      ])
  }

  @Test func schema6StillMeansTheSame() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    try make(Self.schema6, path)
    let store = try SessionStore(path: path)
    let cap = StoredEvent(
      query: Array("cap".utf8), normalized: Array("cap".utf8), form: 513, time: 93,
      circumstances: StoredCircumstances(
        thread: Array("t".utf8), place: Array("/".utf8), outcome: .failed, typed: Array("c".utf8),
        taken: 2, source: Array("index".utf8)))
    #expect(try await store.load("ben").last == cap)
    #expect(store.statistics == SessionStatistics(sessions: 2, events: 5, examples: 2))
  }

  @Test func schema7StillMeansTheSame() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    try make(Self.schema7, path)
    let store = try SessionStore(path: path)
    func event(_ query: String, at time: Int64, _ person: [UInt8]) -> StoredEvent {
      StoredEvent(
        query: Array(query.utf8), normalized: Array(query.utf8), form: 513, time: time,
        circumstances: StoredCircumstances(person: person))
    }
    #expect(
      try await store.load("ben").suffix(2) == [
        event("net", at: 94, Array("p".utf8)), event("own", at: 95, []),
      ])
  }

  @Test func databasesOfOlderSchemasAreReadAsTheyAre() throws {
    let directory = try TemporaryDirectory()
    for (number, schema) in [Self.schema1, Self.schema4, Self.schema5].enumerated() {
      let path = directory.file("\(number).sqlite")
      try make(schema, path)
      var queries = 0
      try SessionStore.readEvents(ofDatabaseAt: path, after: 0) { _, _, _, _ in queries += 1 }
      #expect(queries == (number == 0 ? 3 : 4))
      var examples = 0
      try SessionStore.readExamples(ofDatabaseAt: path, after: 0) { _, _, _, _ in examples += 1 }
      #expect(examples == (number == 2 ? 2 : 0))
    }
  }

  @Test func rulesOfOlderSchemasAreReadAsTheyAre() throws {
    let directory = try TemporaryDirectory()
    for (number, schema) in [Self.schema1, Self.schema2, Self.schema3].enumerated() {
      let path = directory.file("\(number).sqlite")
      try make(schema, path)
      let expected =
        number == 0 ? [] : [StoredRule("exact: red shoes"), StoredRule("word: casino")]
      #expect(try SessionStore.readRules(ofDatabaseAt: path) == expected)
    }
  }

  @Test func schema7IsWhatThisVersionWrites() throws {
    let directory = try TemporaryDirectory()
    let written = directory.file("written.sqlite")
    let fixture = directory.file("fixture.sqlite")
    try SessionStore(path: written).close()
    try make(Self.schema7, fixture)
    func tables(_ path: String) throws -> [String] {
      let queue = try DatabaseQueue(path: path)
      return try queue.inDatabase { db in
        let names = ["session", "event", "block_rule", "pin", "boost", "item", "grdb_migrations"]
        let columns = try names.flatMap { table in
          try Row.fetchAll(db, sql: "PRAGMA table_xinfo(\(table))").map { "\(table) \($0)" }
        }
        return try columns
          + String.fetchAll(
            db, sql: "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL")
      }
    }
    #expect(try tables(written) == tables(fixture))
  }

  @Test func aNewerSchemaIsRefusedAndLeftAlone() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    try make(Self.schema7 + "INSERT INTO grdb_migrations VALUES ('9 of the future');", path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: SessionStoreError.newerSchema(path: path)) { try SessionStore(path: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func anotherProgramsDatabaseIsRefusedAndLeftAlone() throws {
    let directory = try TemporaryDirectory()
    for (i, sql) in ["CREATE TABLE t (x)", "PRAGMA application_id = 5; CREATE TABLE t (x)"]
      .enumerated()
    {
      let path = directory.file("\(i).sqlite")
      try make(sql, path)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(throws: SessionStoreError.foreign(path: path)) { try SessionStore(path: path) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }
}
