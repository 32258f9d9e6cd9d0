// qac-cli boost, unboost, boosts: texts that weigh more or less.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Boost: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let texts that match weigh more or less.",
    discussion: """
      The factor multiplies how likely the texts are taken to be: 2 is twice, 0.5 is half. The kind \
      says which texts, as for "qac-cli block". Of several boosts that match a text, the one that \
      changes most counts. A boost counts at once and stays, also after a restart, until you take \
      it back. For example:

        qac-cli boost word sale --factor 3
        qac-cli boost pattern '*second hand*' --factor 0.1
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions

  @Option(
    help: ArgumentHelp(
      "What multiplies the odds of the texts, from 0.001 to 1000.", valueName: "number"))
  var factor: Double

  func validate() throws {
    guard ProtocolLimits.factors.contains(factor) else {
      throw ValidationError("--factor must be from 0.001 to 1000; correct it")
    }
  }

  func run() throws {
    let boost = Request.Boost(rule: rule.rule, factor: factor)
    try output.print(
      .boost(boost), of: connection.client(),
      as: { client throws(ClientError) in try client.boost(boost) }
    ) { change in
      (change.isChanged ? "boosted" : "already boosted, now by this factor")
        + ", hits \(RuleOptions.labels(change.labels))\n"
    }
  }
}

struct Unboost: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Take a boost back.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions

  func run() throws {
    let rule = rule.rule
    try output.print(
      .unboost(rule), of: connection.client(),
      as: { client throws(ClientError) in try client.unboost(rule) }
    ) { change in
      change.isChanged
        ? "no longer boosted, hit \(RuleOptions.labels(change.labels))\n"
        : "there is no such boost\n"
    }
  }
}

struct Boosts: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the boosts.",
    discussion: """
      Prints a line of "kind: text TAB factor" per boost, in the order in which they were added. \
      Control characters are shown as symbols.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(
      .boosts, of: connection.client(),
      as: { client throws(ClientError) in try client.boosts() }
    ) { boosts in
      boosts.map {
        "\(VisibleText.of($0.kind)): \(VisibleText.of($0.text))\t\($0.factor)\n"
      }.joined()
    }
  }
}
