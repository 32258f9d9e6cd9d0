// qac-cli search: finds words in everything that a session submitted.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Search: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find words in everything that a session submitted.",
    discussion: """
      Finds the texts that hold all words, in any order; a beginning of the last one is enough. \
      Those used last and most come first; without words, those used last. Prints a line of "time TAB \
      uses TAB outcome TAB place TAB query" per text: when it was last used (in UTC), how often, and \
      how its last use ended and where, each "-" if that is not known.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var count: LimitOptions

  @Option(
    help: ArgumentHelp(
      "Only what was submitted at this place, such as a directory; \".\" is the present one.",
      valueName: "place"))
  var place: String?

  @Option(
    help: ArgumentHelp(
      "Show the page after the one whose \"next\" this is; --json shows it.", valueName: "next"))
  var before: String?

  @Argument(help: "The words to find.")
  var query: [String] = []

  func run() throws {
    let request = Request.Search(
      session: try session.name, query: Array(query.joined(separator: " ").utf8),
      limit: count.limit, before: before.map { Array($0.utf8) },
      place: try place.map { try Place(argument: $0) })
    try output.print(
      .search(request), of: connection.client(),
      as: { client throws(ClientError) in try client.search(request) }
    ) { $0.hits.map(Self.line).joined() }
  }

  private static func line(_ hit: SearchPage.Hit) -> String {
    let place = hit.last.place.map { VisibleText.of($0.bytes) } ?? "-"
    let fields = [
      UTCTime.text(hit.last.at), "\(hit.last.uses)", hit.last.outcome?.rawValue ?? "-", place,
      VisibleText.of(hit.query),
    ]
    return fields.joined(separator: "\t") + "\n"
  }
}
