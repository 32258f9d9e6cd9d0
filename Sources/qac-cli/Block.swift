// qac-cli block, unblock, blocks: what the daemon must not suggest.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

/// A rule on the command line.
struct RuleOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "How the text is compared: \(Self.kinds).", valueName: "kind"),
    transform: { name in
      // What `blocks` prints has a colon behind the kind.
      let bare = name.hasSuffix(":") ? String(name.dropLast()) : name
      guard let kind = Request.Rule.Kind(rawValue: bare) else {
        throw ValidationError("the kind must be one of \(Self.kinds)")
      }
      return kind
    })
  var kind: Request.Rule.Kind

  @Argument(help: "The text; several words are joined by spaces.")
  var text: [String]

  private static let kinds = Request.Rule.Kind.allCases.map(\.rawValue).joined(separator: ", ")

  /// The rule.
  var rule: Request.Rule {
    Request.Rule(kind: kind, text: Array(text.joined(separator: " ").utf8))
  }

  /// "1 label", "2 labels".
  static func labels(_ count: Int) -> String { count == 1 ? "1 label" : "\(count) labels" }
}

struct Block: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have the daemon suggest nothing that a rule says, from now on.",
    discussion: """
      A rule of kind exact blocks the text itself, prefix what begins with it, word what contains its words, \
      and pattern what fits it as a whole, * standing for any run of characters and ? for one (quote \
      them). It is kept until it is unblocked:

        qac-cli block word casino
        qac-cli block pattern '*free*money*'
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions

  func run() throws {
    let client = connection.client()
    let rule = rule.rule
    if output.json {
      Console.write(
        json: try Console.run { () throws(ClientError) in try client.call(.block(rule)) })
      return
    }
    let change = try Console.run { () throws(ClientError) in try client.block(rule) }
    Console.write(
      (change.isChanged ? "blocked" : "already blocked")
        + ", hits \(RuleOptions.labels(change.labels))\n")
  }
}

struct Unblock: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take back a rule that block made.",
    discussion: "A rule of the daemon's block list file is removed in that file, then reload.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions

  func run() throws {
    let client = connection.client()
    let rule = rule.rule
    if output.json {
      Console.write(
        json: try Console.run { () throws(ClientError) in try client.call(.unblock(rule)) })
      return
    }
    let change = try Console.run { () throws(ClientError) in try client.unblock(rule) }
    guard change.isChanged else {
      Console.write("there is no such rule\n")
      return
    }
    Console.write(
      "unblocked, hit \(RuleOptions.labels(change.labels))"
        + (change.isInFile ? "; but the block list file holds it still" : "") + "\n")
  }
}

struct Blocks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the rules of what is never suggested.",
    discussion: """
      Prints lines of "kind: text TAB source"; the source is method for what block made, or file. Control \
      characters within a text are shown as symbols.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let client = connection.client()
    if output.json {
      Console.write(json: try Console.run { () throws(ClientError) in try client.call(.blocks) })
      return
    }
    let rules = try Console.run { () throws(ClientError) in try client.blocks() }
    Console.write(
      rules.map {
        "\(VisibleText.of($0.kind)): \(VisibleText.of($0.text))\t\(VisibleText.of($0.source))\n"
      }.joined())
  }
}
