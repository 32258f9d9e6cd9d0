// qac-cli pin, unpin, pins: texts that stand first for a prefix.

import ArgumentParser
import QACClient
import QACProtocol
import QACTerminal

/// A pin on the command line.
struct PinOptions: ParsableArguments {
  @Argument(
    help:
      "The prefix; quote several words, and write '' for what stands first before a letter is typed."
  )
  var prefix: String

  @Argument(help: "The text, which begins with the prefix; several words are joined by spaces.")
  var text: [String]

  /// The pin, before `until` in unix seconds.
  func pin(until: Int64? = nil) -> Request.Pin {
    Request.Pin(
      prefix: Array(prefix.utf8), text: Array(text.joined(separator: " ").utf8), until: until)
  }
}

struct Pin: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pin a text: it stands first for a prefix.",
    discussion: """
      The text stands first for the prefix, and for longer prefixes that it still begins with. It \
      counts at once and stays, also after a restart, until you unpin it, or until a time. A time \
      is unix seconds, or how long from now: 90s, 30m, 2h, 7d. A text that is blocked cannot be \
      pinned. For example:

        qac-cli pin so solar pump
        qac-cli pin '' summer sale --until 14d
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var pin: PinOptions

  @Option(help: ArgumentHelp("Until when the pin counts.", valueName: "time"))
  var until: FutureTime?

  func run() throws {
    let pin = pin.pin(until: until?.seconds)
    try output.print(
      .pin(pin), of: connection.client(),
      as: { client throws(ClientError) in try client.pin(pin) }
    ) { change in
      (change.isChanged ? "pinned" : "already pinned")
        + (change.labels == 0 ? ", a text that is no label\n" : "\n")
    }
  }
}

struct Unpin: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Take a pin back.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var pin: PinOptions

  func run() throws {
    let pin = pin.pin()
    try output.print(
      .unpin(pin), of: connection.client(),
      as: { client throws(ClientError) in try client.unpin(pin) }
    ) { change in
      change.isChanged ? "unpinned\n" : "there is no such pin\n"
    }
  }
}

struct Pins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the pins.",
    discussion: """
      Prints a line of "prefix TAB text TAB until" per pin, in the order in which they were added. \
      The time is unix seconds, and empty for a pin that counts for ever. Control characters are \
      shown as symbols.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.print(
      .pins, of: connection.client(),
      as: { client throws(ClientError) in try client.pins() }
    ) { pins in
      pins.map {
        "\(VisibleText.of($0.prefix))\t\(VisibleText.of($0.text))\t"
          + ($0.until.map { "\($0)" } ?? "") + "\n"
      }.joined()
    }
  }
}
