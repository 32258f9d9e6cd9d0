// qac-cli reload: makes the daemon load its index anew.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the daemon load its index file anew.",
    discussion: """
      A bad file is refused with its reason, and the old index serves on; so is one that is older than the \
      index served or of another normalisation profile, unless --force says that it is meant.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Take an index that is older or of another profile as well.")
  var force = false

  func run() throws {
    let client = connection.client()
    let index = try Console.run { () throws(ClientError) in try client.reload(force: force) }
    if output.json {
      Console.write(json: .object([.init("index", .text(index))]))
    } else {
      Console.write("serving \(VisibleText.of(index))\n")
    }
  }
}
