// qac-cli export: writes everything of a session.

import ArgumentParser
import QACClient
import QACProtocol

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write everything that a session recorded, oldest first.",
    discussion: """
      By default each line is a JSON object with all that is known of an event. "qac-cli import" \
      reads it back, and with it what was forgotten since.

        qac-cli export --session ann > ann.jsonl
        qac-cli export --session ann --format events | gzip > ann.tsv.gz
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case jsonl, events
  }

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions

  @Option(
    help: ArgumentHelp(
      "jsonl: JSON lines with all members; events: session, tab, time, tab, query per line, without "
        + "what has a tab or a line end in it, and without what led to items.", valueName: "name"))
  var format = Format.jsonl

  func run() throws {
    let client = connection.client()
    let name = try session.name
    var output: [UInt8] = []
    var leftOut = 0
    try Console.run { () throws(ClientError) in
      try client.forEachEvent(of: name) { event in
        switch format {
        case .jsonl:
          event.append(to: &output)
          output.append(0x0A)
        case .events:
          if event.item != nil || event.query.contains(where: { $0 == 0x09 || $0 == 0x0A }) {
            leftOut += 1
          } else {
            output += event.session.bytes + Array("\t\(event.at)\t".utf8) + event.query + [0x0A]
          }
        }
        if output.count > 1 << 16 {
          Console.write(output)
          output.removeAll(keepingCapacity: true)
        }
      }
    }
    Console.write(output)
    if leftOut > 0 {
      Console.complain(
        "\(leftOut) events have no place in this format; use --format jsonl to have them all")
    }
  }
}
