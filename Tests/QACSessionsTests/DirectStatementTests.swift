// What a record binds is stored as it is, and a statement keeps nothing between two uses.

import Foundation
import GRDB
import Testing

@testable import QACSessions

@Suite struct DirectStatementTests {
  private let queue: DatabaseQueue

  init() throws {
    queue = try DatabaseQueue()
    try queue.inDatabase { db in
      try db.execute(sql: "CREATE TABLE t (a INTEGER NOT NULL, b BLOB)")
    }
  }

  private static let insert = "INSERT INTO t (a, b) VALUES (?, ?)"

  @Test(arguments: [nil, [], [0], Array("höflich\0".utf8), [UInt8](repeating: 7, count: 9000)])
  func bytesAreStoredAsTheyAre(bytes: [UInt8]?) throws {
    try queue.inDatabase { db in
      let statement = try DirectStatement(Self.insert, db)
      try statement.bind(Int64.min, at: 1)
      try statement.bind(bytes, at: 2)
      try statement.run()
      let row = try #require(try Row.fetchOne(db, sql: "SELECT a, b, typeof(b) FROM t"))
      #expect(row[0] == Int64.min)
      #expect(try row.decode(Data?.self, atIndex: 1).map { [UInt8]($0) } == bytes)
      #expect(row[2] == (bytes == nil ? "null" : "blob"))
    }
  }

  @Test func theFirstNumberOrNone() throws {
    try queue.inDatabase { db in
      #expect(try DirectStatement("SELECT a FROM t", db).firstInteger() == nil)
      try db.execute(sql: "INSERT INTO t (a) VALUES (5), (6)")
      #expect(try DirectStatement("SELECT a FROM t ORDER BY a", db).firstInteger() == 5)
    }
  }

  @Test func aStatementForgetsWhatWasBound() throws {
    try queue.inDatabase { db in
      let statement = try DirectStatement(Self.insert, db)
      try statement.bind(1, at: 1)
      try statement.bind(Array("secret".utf8), at: 2)
      try statement.run()
      try statement.bind(2, at: 1)
      try statement.run()
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t WHERE b IS NULL") == 1)
    }
  }

  @Test func aFailureIsThrownAndTheNextUseSucceeds() throws {
    try queue.inDatabase { db in
      let statement = try DirectStatement(Self.insert, db)
      try statement.bind(Array("secret".utf8), at: 2)
      let error = #expect(throws: DatabaseError.self) { try statement.run() }
      #expect(error?.resultCode == .SQLITE_CONSTRAINT)
      #expect(throws: DatabaseError.self) { try statement.bind(1, at: 9) }
      try statement.bind(3, at: 1)
      try statement.run()
      #expect(try Row.fetchAll(db, sql: "SELECT a FROM t WHERE b IS NULL").count == 1)
    }
  }
}
