// Items with the built programs: added, removed, blocked and recorded, through kills and swaps.

import Foundation
import GRDB
import QACClient
import QACIndex
import QACProtocol
import QACTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct ItemServingTests {
  private let directory: TemporaryDirectory
  private let files: DaemonFiles
  private let indexes: [String]

  init() throws {
    let directory = try TemporaryDirectory()
    self.directory = directory
    let items = [
      PlainItem("hose", "Garden hose", payload: #"{"price":5}"#),
      PlainItem("chair", "Garden chair"), PlainItem("shoes", "Red shoes"),
    ]
    indexes = try [1, 2].map { number in
      var content = TinyIndex.flat([("garden hose", UInt32(number)), ("red shoes", 3)])
      content.items = PlainItem.content(of: items)
      let path = directory.file("\(number).qaci")
      try Data(IndexWriter.serialize(content)).write(to: URL(fileURLWithPath: path))
      return path
    }
    files = try DaemonFiles(copyOf: indexes[0])
  }

  private func cli(_ arguments: String...) throws -> Outcome {
    try Programs.run("qac-cli", arguments + ["--socket", files.socket])
  }

  private func members(_ client: Client) throws -> [String: Int64] {
    let items = try #require(try client.status()["items"])
    return ["index", "added", "hidden"].reduce(into: [:]) { $0[$1] = items[$1]?.wholeNumber }
  }

  @Test func whatWasAnsweredOutlivesAKill() throws {
    let file = directory.file("new.tsv")
    try "net\tPond net\tkeeps leaves out\t2\t{\"price\": 9}\npump\tPump\nhose\tHose\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    var daemon = try files.start()
    let client = files.client()
    #expect(
      try cli("items", "add", file).output
        == "3 added, 0 replaced; the index has 1 of them, which are served as it has them\n")
    let listed = "hose\tHose\tindexed\nnet\tPond net\tadded\npump\tPump\tadded\n"
    #expect(try members(client) == ["index": 3, "added": 2, "hidden": 0])
    func found(_ query: String) throws -> [String] {
      let request = Request.Retrieve(query: Array(query.utf8), limit: 100)
      return try client.retrieve(request).items.map { String(decoding: $0.id, as: UTF8.self) }
    }
    #expect(try found("pond net").first == "net" && found("leaves").first == "net")
    #expect(try found("garden hose").first == "hose")
    #expect(try cli("retrieve", "pump").output.hasPrefix("pump\tPump\t"))
    for round in 1...2 {
      daemon.crash()
      try files.install(indexes[round % 2])
      daemon = try files.start()
      #expect(try cli("items", "list").output == listed)
      #expect(try members(client) == ["index": 3, "added": 2, "hidden": 0])
      try files.install(indexes[(round + 1) % 2])
      _ = try client.reload()
      #expect(try members(client) == ["index": 3, "added": 2, "hidden": 0])
      #expect(try found("pond net").first == "net")
    }
    // Blocked by id and by title, and taken out: at once, after a kill, and after a swap.
    #expect(
      try cli("block", "item", "shoes").output == "blocked, hits 0 labels and 1 item\n")
    #expect(
      try cli("block", "word", "pond").output == "blocked, hits 0 labels and 1 item\n")
    #expect(try cli("items", "remove", "chair", "pump", "none").output == "2 of 3 taken out\n")
    #expect(try members(client) == ["index": 3, "added": 0, "hidden": 2])
    daemon.crash()
    daemon = try files.start()
    #expect(try members(client) == ["index": 3, "added": 0, "hidden": 2])
    for query in ["red shoes", "garden chair", "pond net", "pump"] {
      #expect(try Set(found(query)).isDisjoint(with: ["shoes", "chair", "net", "pump"]))
    }
    try files.install(indexes[0])
    _ = try client.reload()
    // Removed from the index before alone.
    #expect(try members(client) == ["index": 3, "added": 0, "hidden": 1])
    daemon.stop()
    let log = Programs.text(files.log).lowercased()
    for text in ["pond", "pump", "chair", "shoes"] { #expect(!log.contains(text), "\(text)") }
  }

  @Test func aClickIsStoredAndForgotten() throws {
    var daemon = try files.start()
    let client = files.client()
    func examples() throws -> [String] {
      let database = try DatabaseQueue(path: files.database)
      return try database.read { db in
        let sql = "SELECT query, item, kind FROM event WHERE item IS NOT NULL ORDER BY at, sequence"
        return try Row.fetchAll(db, sql: sql).map { row in
          let (query, item, kind): (Data, Data, Int) = (row[0], row[1], row[2])
          return String(decoding: query + Data(" ".utf8) + item, as: UTF8.self) + " \(kind)"
        }
      }
    }
    #expect(try cli("record", "--session", "s", "canary").code == 0)
    for (kind, item) in [("click", "hose"), ("purchase", "chair")] {
      let recorded = try cli(
        "record", "--session", "s", "--item", item, "--kind", kind, "canary")
      #expect(recorded.code == 0, "\(recorded.errors)")
    }
    daemon.crash()
    daemon = try files.start()
    #expect(try examples() == ["canary hose 0", "canary chair 2"])
    #expect(try client.queries("s") == ["canary"])
    #expect(try cli("forget", "--session", "s", "CANARY").output == "3 forgotten\n")
    #expect(try examples() == [])
    for suffix in ["", "-wal"] {
      let bytes = FileManager.default.contents(atPath: files.database + suffix)
      #expect(bytes?.range(of: Data("canary".utf8)) == nil)
    }
    daemon.stop()
  }
}
