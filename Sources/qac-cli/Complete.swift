// qac-cli complete: the completions of one prefix.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Complete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the completions of a prefix, best first.",
    discussion: """
      Prints a line of "text TAB score TAB source" per completion. A completion that does not begin \
      with the prefix has one more field, unless the source says so: "corrected" if it corrects a \
      typing error, "words" if it holds the words in any order, "synonyms" if it holds words of the \
      same meaning. A query of the session whose last use failed has "failed" as its last field. \
      With --items, an empty line follows, and then the lines of "qac-cli retrieve". Control \
      characters are shown as symbols.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var context: ContextOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var count: LimitOptions

  @Option(
    help: ArgumentHelp(
      "Also show this many items of the best completion, 1 to \(ProtocolLimits.maximumLimit), after "
        + "an empty line, as \"qac-cli retrieve\" does.", valueName: "count"))
  var items: Int?

  @Option(
    help: ArgumentHelp(
      "Where the text is typed, such as a directory; \".\" is the present one.",
      valueName: "place"))
  var place: String?

  @Flag(help: "Show the features and weights that make each score, to see why it ranks there.")
  var explain = false

  @Argument(
    help: """
      The text typed so far; quote it to keep a space at its end. Without one, the likely next \
      queries are shown.
      """)
  var prefix: [String] = []

  func validate() throws {
    if let items, !(1...ProtocolLimits.maximumLimit).contains(items) {
      throw ValidationError(
        "give --items a whole number from 1 to \(ProtocolLimits.maximumLimit)")
    }
  }

  func run() throws {
    let request = Request.Complete(
      context: try context.value, place: try place.map { try Place(argument: $0) },
      prefix: Array(prefix.joined(separator: " ").utf8), limit: count.limit,
      explain: explain, items: items, at: context.at)
    try output.print(
      .complete(request), of: connection.client(),
      as: { client throws(ClientError) in try client.complete(request) }, Self.lines)
  }

  /// A line per suggestion, and a line per feature where they were asked for.
  private static func lines(_ completion: Completion) -> String {
    var text = ""
    for suggestion in completion.suggestions {
      text += "\(VisibleText.of(suggestion.text))\t\(suggestion.score)"
      text += "\t\(VisibleText.of(suggestion.source))"
      // If the corrections themselves proposed it, the source says so already.
      let match = suggestion.match ?? .prefix
      let isNamed = match == .prefix || suggestion.source == match.rawValue
      text += isNamed ? "" : "\t\(match.rawValue)"
      text += suggestion.hasFailed ? "\tfailed\n" : "\n"
      text += lines(suggestion.features)
    }
    if let items = completion.items { text += "\n" + Retrieve.lines(items) }
    return text
  }

  /// A line per feature that is not 0.
  static func lines(_ features: [Completion.Feature]) -> String {
    features.filter { $0.value != 0 }
      .map { "    \(VisibleText.of($0.name)) \($0.value) × \($0.weight)\n" }.joined()
  }
}
