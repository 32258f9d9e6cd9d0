// qac-cli forget: deletes recorded queries.

import ArgumentParser
import QACClient
import QACProtocol

struct Forget: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete recorded queries of a session, or of everyone, for good.",
    discussion: """
      Name a query, a time range, or --all. A time is unix seconds, or how long ago: 90s, 30m, 2h, 7d.

        qac-cli forget "red shoes"                  # that query, of this session
        qac-cli forget --since 1h                   # the last hour of this session
        qac-cli forget --everyone --until 90d       # all queries older than 90 days
        qac-cli forget --everyone --all             # everything
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Delete from every session, not from one.")
  var everyone = false

  @Flag(help: "Delete every query, whatever its text and time.")
  var all = false

  @Option(help: ArgumentHelp("Delete only queries of that time or later.", valueName: "time"))
  var since: PastTime?

  @Option(help: ArgumentHelp("Delete only queries of that time or earlier.", valueName: "time"))
  var until: PastTime?

  @Argument(help: "The query to delete, in any spelling; several words are joined by spaces.")
  var query: [String] = []

  func validate() throws {
    guard !all || query.isEmpty && since == nil && until == nil else {
      throw ValidationError("--all deletes every query; give no query, --since or --until with it")
    }
    guard all || !query.isEmpty || since != nil || until != nil else {
      throw ValidationError(
        "nothing says what to delete; name a query, or give --since, --until or --all")
    }
    if everyone && session.session != nil {
      throw ValidationError("--everyone and --session exclude each other; give one of them")
    }
  }

  func run() throws {
    let client = connection.client()
    let text = query.isEmpty ? nil : Array(query.joined(separator: " ").utf8)
    let request: Request.Forget
    if everyone {
      request = .everyone(query: text, since: since?.seconds, until: until?.seconds)
    } else {
      request = .init(
        session: try session.name, query: text, since: since?.seconds, until: until?.seconds)
    }
    let count = try Console.run { () throws(ClientError) in try client.forget(request) }
    TerminalNews.forgotten()
    if output.json {
      Console.write(json: .object([.init("forgotten", .integer(Int64(count)))]))
    } else {
      Console.write("\(count) forgotten\n")
    }
  }
}
