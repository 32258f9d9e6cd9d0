// qac-cli reload: makes the daemon load its index and block list again.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the daemon load its index and its block list again.",
    discussion: """
      The daemon checks the new files first. If one is bad, it says why and keeps serving the old ones. \
      It also refuses an index that is probably a mistake: one whose log ends before that of the served \
      index, or one of another normalisation profile.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Accept an index that is older or of another profile, for example to go back.")
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
