// Clicks, nights and items with the built programs: what was clicked rises, what was forgotten does
// not count, what is blocked or added stays so through the night.

import Foundation
import GRDB
import QACClient
import QACIndex
import QACProtocol
import QACTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct ItemNightsTests {
  /// A shop whose rebuilds read the daemon's database.
  private final class Shop {
    let directory: TemporaryDirectory
    let files: DaemonFiles

    init() throws {
      directory = try TemporaryDirectory()
      files = try DaemonFiles(index: directory.file("store/current.qaci"))
      let log = SyntheticLog(seed: 6, events: 600, users: 20, vocabulary: 60)
      try write(
        log.events.map { "u\($0.user)\t\($0.time)\t\($0.query)\n" }.joined(), to: "log.tsv")
      try write(
        (0..<12).map { "lamp\($0)\tLamp number\($0)\n" }.joined() + "chair\tGarden chair\n",
        to: "items")
      try write(
        """
        dir = "\(directory.file("store"))"
        log = ["\(directory.file("log.tsv"))"]
        items = "\(directory.file("items"))"
        database = "\(files.database)"
        look-back-days = 36500
        robot-minute = 0
        epochs = 0
        minimum-requests = 20
        maximum-requests = 20

        """, to: "rebuild.toml")
    }

    func write(_ text: String, to name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file(name)))
    }

    func rebuild(_ more: String...) throws -> Outcome {
      try Programs.run(
        "qac-index", ["rebuild", "--config", directory.file("rebuild.toml")] + more)
    }

    /// A rebuild that publishes and tells the daemon.
    func night() throws {
      let outcome = try rebuild("--force", "--socket", files.socket)
      #expect(
        outcome.code == 0 && outcome.errors.contains("\npublished: "), "\(outcome.errors)")
    }

    /// The items of the published index; nil if it has none.
    func itemCount() throws -> Int? {
      try LabelIndex(opening: files.index).withView { $0.items?.count }
    }

    func cli(_ arguments: String...) throws -> Outcome {
      try Programs.run("qac-cli", arguments + ["--socket", files.socket])
    }

    func found(_ query: String) throws -> [String] {
      let request = Request.Retrieve(query: Array(query.utf8), limit: 100)
      return try files.client().retrieve(request).items.map {
        String(decoding: $0.id, as: UTF8.self)
      }
    }

    func click(_ query: String, _ item: String, by session: String) throws {
      try files.client().record(
        .init(
          session: #require(SessionName(session)), query: Array(query.utf8),
          item: ItemID(item), kind: .click))
    }
  }

  @Test func aNightLearnsClicksAndKeepsWhatTheOperatorSaid() throws {
    let shop = try Shop()
    // There is no daemon yet, and so no database.
    let first = try Programs.run(
      "qac-index",
      [
        "rebuild", "--dir", shop.directory.file("store"), "--log", shop.directory.file("log.tsv"),
        "--look-back-days", "36500", "--epochs", "0", "--force",
      ])
    try #require(first.code == 0, "\(first.errors)")
    var daemon = try shop.files.start()
    // The index has no items; what is added is found within a second, in it and in the next one.
    #expect(try shop.found("flumph") == [])
    try shop.write("new\tFlumph lantern\nlamp0\tAnother lamp\n", to: "new")
    #expect(try shop.cli("items", "add", shop.directory.file("new")).code == 0)
    #expect(try shop.found("flumph") == ["new"])
    try shop.night()
    #expect(
      try shop.cli("items", "list").output
        == "lamp0\tAnother lamp\tindexed\nnew\tFlumph lantern\tindexed\n")
    #expect(try shop.found("flumph lantern").first == "new")
    #expect(try shop.itemCount() == 14)

    // Clicks of enough people let an item rise.
    #expect(try shop.found("zorplike") == [])
    for person in ["ann", "ben", "cid"] { try shop.click("zorplike", "lamp7", by: person) }
    #expect(try shop.cli("block", "item", "chair").code == 0)
    #expect(try !shop.found("garden chair").contains("chair"))
    // Everything that was acknowledged outlives a kill.
    daemon.crash()
    daemon = try shop.files.start()
    try shop.night()
    #expect(try shop.found("zorplike").first == "lamp7")
    #expect(try shop.found("flumph lantern").first == "new")
    #expect(try !shop.found("garden chair").contains("chair"), "blocked")

    // What is taken out is gone at once; if no file has it, it is gone from the next index, too.
    #expect(try shop.cli("items", "remove", "new").output == "1 of 1 taken out\n")
    #expect(try !shop.found("flumph lantern").contains("new"))

    // A forgotten session's click is gone from the database at once, and at night from the index.
    #expect(try shop.cli("forget", "--session", "ann", "--all").code == 0)
    let database = try DatabaseQueue(path: shop.files.database)
    let left = try database.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM event WHERE item IS NOT NULL")
    }
    #expect(left == 2)
    try shop.night()
    #expect(try shop.found("zorplike") == [])
    #expect(try shop.itemCount() == 13)
    #expect(try shop.cli("unblock", "item", "chair").code == 0)
    #expect(try shop.found("garden chair").first == "chair")

    // Items and completions go back together.
    let back = try Programs.run(
      "qac-index",
      ["rollback", "--dir", shop.directory.file("store"), "--socket", shop.files.socket])
    #expect(back.code == 0, "\(back.errors)")
    #expect(try shop.found("zorplike").first == "lamp7")
    daemon.stop()
  }

  @Test func badItemsAreOneLineAndChangeNothing() throws {
    let shop = try Shop()
    func rebuild(_ more: String...) throws -> Outcome {
      try Programs.run(
        "qac-index",
        [
          "rebuild", "--dir", shop.directory.file("store"), "--log",
          shop.directory.file("log.tsv"), "--look-back-days", "36500", "--epochs", "0", "--quiet",
        ] + more)
    }
    let items = shop.directory.file("items")
    let alone = try rebuild("--examples", items)
    #expect(alone.code == 64 && alone.errors.contains("--examples needs --items"))
    try shop.write("", to: "empty")
    for name in ["gone", "empty"] {
      let outcome = try rebuild("--items", shop.directory.file(name))
      #expect(outcome.code == 1 && outcome.errors.hasPrefix("Error: "), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.errors.contains(name))
    }
    #expect(!FileManager.default.fileExists(atPath: shop.files.index))
    let lost = try rebuild("--items", items, "--examples", shop.directory.file("gone*"), "--force")
    #expect(lost.code == 65 && lost.errors.contains("no file fits"), "\(lost.errors)")
    #expect(try shop.itemCount() == 13)
    // An index that would lose them is refused.
    let without = try rebuild()
    #expect(without.code == 20 && without.errors.contains("the index has no items"))
    #expect(try shop.itemCount() == 13)
  }
}
