// qac-cli history: the queries that a session submitted.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a session's queries, newest first.",
    discussion: "Prints a line of \"time TAB query\" per query, with the time in UTC.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var count: LimitOptions

  func run() throws {
    let request = Request.History(session: try session.name, limit: count.limit)
    try output.print(
      .history(request), of: connection.client(),
      as: { client throws(ClientError) in try client.history(request) }
    ) { queries in
      queries.map { "\(UTCTime.text($0.at))\t\(VisibleText.of($0.query))\n" }.joined()
    }
  }
}
