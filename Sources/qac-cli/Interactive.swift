// qac-cli without a subcommand: chooses between terminal and lines, starts, and ends.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol
import QACTerminal

struct Interactive: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Type and see completions live (the default).")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var count: LimitOptions

  /// How many items of the best completion are shown.
  private static let items = 5

  func run() throws {
    let client = connection.client()
    let name = try session.name
    let isTerminal =
      isatty(0) == 1 && isatty(1) == 1 && Environment.all["TERM", default: "dumb"] != "dumb"
    guard isTerminal, !output.json else {
      try LineMode(client: client, session: name, limit: count.limit, json: output.json).run()
      return
    }
    let context = try Console.run { () throws(ClientError) in
      let newest = try client.history(.init(session: name, limit: 1)).first
      // The daemon takes the queries of the last 30 minutes for context, too.
      return newest.flatMap { Int64(time(nil)) - $0.at <= 1800 ? VisibleText.of($0.query) : nil }
    }
    let live = LiveSession(client: client, session: name, limit: count.limit, items: Self.items)
    guard let signals = Signals.install() else {
      Console.complain("cannot make a pipe: \(String(cString: strerror(errno))); see errno(3)")
      throw ExitCode.failure
    }
    let end = InteractiveLoop(live: live, context: context).run(signals)
    // The terminal is as it was before. This removes the signal handlers.
    _ = consume signals
    if live.unrecorded > 0 {
      let what = live.unrecorded == 1 ? "1 query was" : "\(live.unrecorded) queries were"
      Console.complain(
        "\(what) not recorded, because no daemon answers at \(client.socketPath); start one with: "
          + "qacd --index FILE")
      throw ExitCode.unavailable
    }
    if case .signal(let number) = end { raise(number) }
  }
}
