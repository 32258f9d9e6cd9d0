// qac-cli complete: the completions of one prefix.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Complete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the completions of a prefix, best first.",
    discussion: """
      Prints lines of "text TAB score TAB source", and "TAB corrected" behind what corrects a typing \
      error and came from another source; control characters within a text are shown as symbols. \
      With --previous the given queries are the context and no session is looked up.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var count: LimitOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "An earlier query, instead of a session; repeat it, oldest first.", valueName: "query"))
  var previous: [String] = []

  @Option(
    help: ArgumentHelp("The time, if the daemon runs with --clock client.", valueName: "unix"))
  var at: Int64?

  @Flag(help: "Show the features and weights behind each score.")
  var explain = false

  @Argument(help: "The text typed so far; quote it to keep a space at its end.")
  var prefix: [String] = []

  func run() throws {
    let context: Request.Context =
      previous.isEmpty
      ? .session(try session.name) : .previous(previous.map { Array($0.utf8) })
    let request = Request.Complete(
      context: context, prefix: Array(prefix.joined(separator: " ").utf8), limit: count.limit,
      explain: explain, at: at)
    let client = connection.client()
    if output.json {
      Console.write(
        json: try Console.run { () throws(ClientError) in try client.call(.complete(request)) })
      return
    }
    let completion = try Console.run { () throws(ClientError) in try client.complete(request) }
    var text = ""
    for suggestion in completion.suggestions {
      text += "\(VisibleText.of(suggestion.text))\t\(suggestion.score)"
      text += "\t\(VisibleText.of(suggestion.source))"
      // Where the corrections themselves brought it, that is said once.
      let isNamed = !suggestion.isCorrected || suggestion.source == "corrected"
      text += isNamed ? "\n" : "\tcorrected\n"
      for feature in suggestion.features where feature.value != 0 {
        text += "    \(VisibleText.of(feature.name)) \(feature.value) × \(feature.weight)\n"
      }
    }
    Console.write(text)
  }
}
