// What is imported of a file: in the order of time, numbered, without secrets and what is too long.

import Foundation
import QACLogs
import QACTestSupport
import QACText
import Testing

struct ImportTableTests {
  private func table(
    _ text: String, name: String = "log", session: String? = nil, longest: Int = 2048,
    keepsSecrets: Bool = false, leftOut: (String, ImportTable.Omission) -> Void = { _, _ in }
  ) throws -> ImportTable {
    let directory = try TemporaryDirectory()
    let path = try write(Array(text.utf8), to: name, in: directory)
    return try ImportTable(
      path: path,
      ImportTable.Options(
        reading: LogReadOptions(profile: .verbatim, keepsSecrets: keepsSecrets),
        longestText: longest, session: session.map { Array($0.utf8) },
        historySession: Array("me".utf8)), leftOut: leftOut)
  }

  private func lines(_ table: ImportTable) -> [String] {
    table.rows.map { row in
      let session = String(decoding: table.bytes(row.session), as: UTF8.self)
      let query = String(decoding: table.bytes(row.query), as: UTF8.self)
      return "\(session) \(row.time) \(query) \(row.occurrence)"
    }
  }

  @Test func eventsAreInTheOrderOfTimeAndNumbered() throws {
    let table = try table(
      "b\t200\tx\na\t100\tx\na\t200\tx\nb\t200\tx\na\t200\ty\na\t200\tx\na\t300\tx\n")
    #expect(
      lines(table) == [
        "a 100 x 1", "b 200 x 1", "a 200 x 1", "b 200 x 2", "a 200 y 1", "a 200 x 2", "a 300 x 1",
      ])
    #expect(!table.isUndated)
  }

  @Test func aHistoryIsOfOneSession() throws {
    #expect(lines(try table("#1767225600\nls\n")) == ["me 1767225600 ls 1"])
    #expect(lines(try table("#1767225600\nls\n", session: "ann")) == ["ann 1767225600 ls 1"])
  }

  @Test func aHistoryWithoutTimesIsUndated() throws {
    let table = try table("ls\nmake\nls\n", name: ".bash_history")
    #expect(table.isUndated)
    #expect(table.rows.map(\.occurrence) == [1, 1, 2])
    let now = Int64(Date().timeIntervalSince1970)
    #expect(table.rows.allSatisfy { abs($0.time - now) < 3_600 })
  }

  @Test func aListNeedsASession() throws {
    #expect(throws: LogError.self) { try table("ls\nmake\n") }
    #expect(try table("ls\nmake\n", session: "ann").isUndated)
    #expect(throws: LogError.self) { try table("ls\t3\nmake\t4\n", session: "ann") }
  }

  @Test func whatIsTooLongOrSecretIsLeftOutAndCounted() throws {
    var leftOut: [String] = []
    let text = """
      #1767225600
      cat <<END
      \(String(repeating: "x", count: 60))
      END
      #1767225601
      mysql -phunter2
      #1767225602
      ls
      """
    let table = try table(text, longest: 50) { leftOut.append("\($1) \($0.prefix(8))") }
    #expect(lines(table) == ["me 1767225602 ls 1"])
    #expect(table.omissions == [.secret: 1, .tooLong: 1])
    #expect(leftOut == ["tooLong cat <<EN", "secret mysql -p"])
    #expect(try self.table(text, longest: 50, keepsSecrets: true).rows.count == 2)
  }

  @Test func textsBecomeUTF8() throws {
    let directory = try TemporaryDirectory()
    let path = try write(
      Array("#1767225600\necho ".utf8) + [0xFF, 0x0A], to: "log", in: directory)
    let table = try ImportTable(
      path: path,
      .init(
        reading: LogReadOptions(profile: .verbatim), longestText: 100, session: nil,
        historySession: Array("me".utf8)))
    #expect(lines(table) == ["me 1767225600 echo \u{FFFD} 1"])
  }
}
