// qac-cli record: adds a submitted query to a session.

import ArgumentParser
import QACClient
import QACProtocol

struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record a submitted query; returns when the query is on disk.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "The time of the query in unix seconds; only for a daemon with --clock client.",
      valueName: "seconds"))
  var at: Int64?

  @Argument(help: "The query that was submitted; several words are joined by spaces.")
  var query: [String]

  func run() throws {
    let client = connection.client()
    let request = Request.Record(
      session: try session.name, query: Array(query.joined(separator: " ").utf8), at: at)
    let result = try Console.run { () throws(ClientError) in try client.call(.record(request)) }
    if output.json { Console.write(json: result) }
  }
}
