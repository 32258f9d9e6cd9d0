// qac-cli retrieve: the items that a query means.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Retrieve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the items that a query means, best first.",
    discussion: """
      Prints a line of "id TAB title TAB score" per item, and with a payload one more field, which is \
      JSON. Without items, nothing is found. Control characters are shown as symbols. For example:

        qac-cli retrieve extract an archive
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var context: ContextOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var count: LimitOptions

  @Flag(help: "Show how each item was found, and the features and weights that make its score.")
  var explain = false

  @Argument(help: "The query; several words are joined by spaces.")
  var query: [String]

  func run() throws {
    let request = Request.Retrieve(
      context: try context.value, query: Array(query.joined(separator: " ").utf8),
      limit: count.limit,
      explain: explain, at: context.at)
    try output.print(
      .retrieve(request), of: connection.client(),
      as: { client throws(ClientError) in try client.retrieve(request) },
      { Self.lines($0.items) })
  }

  /// A line per item, and a line per feature where they were asked for.
  static func lines(_ items: [RetrievedItem]) -> String {
    var text = ""
    for item in items {
      text += "\(VisibleText.of(item.id))\t\(VisibleText.of(item.title))\t\(item.score)"
      if let payload = item.payload { text += "\t\(VisibleText.of(payload.json))" }
      text += "\n"
      if let arm = item.arm { text += "    found by \(VisibleText.of(arm))\n" }
      for term in item.terms {
        text += "    has the \(VisibleText.of(term.kind)) \(VisibleText.of(term.text))\n"
      }
      text += Complete.lines(item.features)
    }
    return text
  }
}
