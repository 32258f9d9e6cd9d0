// qac-cli forget: deletes a session's queries.

import ArgumentParser
import QACClient
import QACProtocol

struct Forget: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete a query of a session, or with --all the whole session.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Delete everything that the session submitted.")
  var all = false

  @Argument(help: "The query to delete; several words are joined by spaces.")
  var query: [String] = []

  func validate() throws {
    guard all == query.isEmpty else {
      throw ValidationError("name a query to delete, or give --all to delete the whole session")
    }
  }

  func run() throws {
    let client = connection.client()
    let request = Request.Forget(
      session: try session.name,
      query: all ? nil : Array(query.joined(separator: " ").utf8))
    let count = try Console.run { () throws(ClientError) in try client.forget(request) }
    if output.json {
      Console.write(json: .object([.init("forgotten", .integer(Int64(count)))]))
    } else {
      Console.write("\(count) forgotten\n")
    }
  }
}
