// qac-cli record: adds a submitted query, or what it led to, to a session.

import ArgumentParser
import QACClient
import QACProtocol

struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record a submitted query; returns when the query is on disk.",
    discussion: """
      With --item, the command records that the query led to an item: an example for the next \
      rebuild. It is no submitted query, so record the query itself first. For example:

        qac-cli record garden hose
        qac-cli record --item sku-17 --kind cart garden hose
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "The time of the query in unix seconds; only for a daemon with --clock client.",
      valueName: "seconds"))
  var at: Int64?

  @Option(
    help: ArgumentHelp("The id of the item that the query led to.", valueName: "id"),
    transform: ItemOptions.id)
  var item: ItemID?

  @Option(
    help: ArgumentHelp(
      "What was done with the item: \(Record.kinds). (default: click)", valueName: "kind"),
    completion: .list(Request.Record.Kind.allCases.map(\.rawValue)),
    transform: { name in
      guard let kind = Request.Record.Kind(rawValue: name) else {
        throw ValidationError("there is no such kind; give --kind one of \(Record.kinds)")
      }
      return kind
    })
  var kind: Request.Record.Kind?

  @Argument(help: "The query that was submitted; several words are joined by spaces.")
  var query: [String]

  private static let kinds =
    Request.Record.Kind.allCases.map(\.rawValue).joined(separator: ", ")

  func validate() throws {
    if kind != nil && item == nil {
      throw ValidationError("--kind says what was done with an item; name the item with --item")
    }
  }

  func run() throws {
    let client = connection.client()
    let request = Request.Record(
      session: try session.name, query: Array(query.joined(separator: " ").utf8), item: item,
      kind: kind ?? .click, at: at)
    let result = try Console.run { () throws(ClientError) in try client.call(.record(request)) }
    if output.json { Console.write(json: result) }
  }
}
