// qac-cli reload: makes the daemon load its index anew.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the daemon load its index file anew.",
    discussion: "A bad file is refused with its reason, and the old index serves on.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let client = connection.client()
    let index = try Console.run { () throws(ClientError) in try client.reload() }
    if output.json {
      Console.write(json: .object([.init("index", .text(index))]))
    } else {
      Console.write("serving \(VisibleText.of(index))\n")
    }
  }
}
