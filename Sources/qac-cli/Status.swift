// qac-cli status: the daemon's state.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the daemon's version, index, counters and times.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let client = connection.client()
    let status = try Console.run { () throws(ClientError) in try client.status() }
    if output.json {
      Console.write(json: status)
    } else {
      Console.write(Self.lines(status, name: "").joined(separator: "\n") + "\n")
    }
  }

  /// A value as lines of "name: value"; a dot joins the names of nested values.
  private static func lines(_ value: JSONValue, name: String) -> [String] {
    guard case .object(let members) = value else {
      let text = value.utf8.map { VisibleText.of($0) } ?? VisibleText.of(value.json)
      return ["\(name): \(text)"]
    }
    return members.flatMap { member in
      let inner = VisibleText.of(member.name)
      return lines(member.value, name: name.isEmpty ? inner : "\(name).\(inner)")
    }
  }
}
