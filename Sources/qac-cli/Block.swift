// qac-cli block, unblock, blocks: rules for what the daemon never suggests.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

/// A rule on the command line.
struct RuleOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "How the text is compared: \(Self.kinds). An item's id goes with item, for blocks alone. "
        + "To keep a word out of all suggestions, use word.", valueName: "kind"),
    completion: .list(Request.Rule.Kind.allCases.map(\.rawValue)),
    transform: { name in
      // `blocks` prints a colon after the kind; a pasted kind may have it.
      let bare = name.hasSuffix(":") ? String(name.dropLast()) : name
      guard let kind = Request.Rule.Kind(rawValue: bare) else {
        throw ValidationError("there is no such kind of rule; use one of \(Self.kinds)")
      }
      return kind
    })
  var kind: Request.Rule.Kind

  @Argument(help: "The text to compare with; several words are joined by spaces.")
  var text: [String]

  private static let kinds = Request.Rule.Kind.allCases.map(\.rawValue).joined(separator: ", ")

  /// The rule.
  var rule: Request.Rule {
    Request.Rule(kind: kind, text: Array(text.joined(separator: " ").utf8))
  }

  /// "1 label", "2 labels".
  static func labels(_ count: Int) -> String { count == 1 ? "1 label" : "\(count) labels" }

  /// What a block rule hits: labels, and items if the index has some.
  static func hits(_ change: RuleChange) -> String {
    guard let items = change.items else { return labels(change.labels) }
    return labels(change.labels) + " and " + (items == 1 ? "1 item" : "\(items) items")
  }
}

struct Block: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add a rule: the daemon no longer suggests what it matches.",
    discussion: """
      The kind says which suggestions the rule blocks:

        exact     the text itself
        prefix    suggestions that begin with the text
        word      suggestions that contain the words of the text, side by side
        pattern   suggestions that match the pattern as a whole
        item      the item with this id

      The first four also hide items whose titles they match. In a pattern, * stands for any run of \
      characters and ? for one; quote them for the shell.

      The rule counts at once and stays, also after a restart, until you unblock it. For example:

        qac-cli block word casino
        qac-cli block pattern '*free*money*'
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions

  func run() throws {
    let rule = rule.rule
    try output.print(
      .block(rule), of: connection.client(),
      as: { client throws(ClientError) in try client.block(rule) }
    ) { change in
      (change.isChanged ? "blocked" : "already blocked") + ", hits \(RuleOptions.hits(change))\n"
    }
  }
}

struct Unblock: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove a rule that block added.",
    discussion: """
      To remove a rule of the daemon's block list file, delete its line there and run qac-cli reload.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions

  func run() throws {
    let rule = rule.rule
    try output.print(
      .unblock(rule), of: connection.client(),
      as: { client throws(ClientError) in try client.unblock(rule) }
    ) { change in
      change.isChanged
        ? "unblocked, hit \(RuleOptions.hits(change))"
          + (change.isInFile ? "; but the block list file still holds it" : "") + "\n"
        : "there is no such rule\n"
    }
  }
}

struct Blocks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the rules for what is never suggested.",
    discussion: """
      Prints a line of "kind: text TAB source" per rule. The source is method for a rule that block \
      added, and file for a rule of the block list file. Control characters are shown as symbols.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(
      .blocks, of: connection.client(),
      as: { client throws(ClientError) in try client.blocks() }
    ) { rules in
      rules.map {
        "\(VisibleText.of($0.kind)): \(VisibleText.of($0.text))\t\(VisibleText.of($0.source))\n"
      }.joined()
    }
  }
}
