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

  @Flag(
    name: .customLong("print"),
    help: ArgumentHelp(
      "Let one text be chosen, print it, and record nothing; for scripts and editors.",
      discussion: "The exit code is 130 if nothing was chosen."))
  var prints = false

  @Option(
    help: ArgumentHelp("The text to begin with; only with --print.", valueName: "text"))
  var query: String?

  /// How many items of the best completion are shown.
  private static let items = 5

  func validate() throws {
    if query != nil, !prints {
      throw ValidationError("--query is for --print; give both, or type the text")
    }
  }

  func run() throws {
    let client = connection.client()
    let name = try session.name
    let isTerminal =
      isatty(0) == 1 && isatty(1) == 1 && Environment.all["TERM", default: "dumb"] != "dumb"
    if prints {
      try choose(client, name)
      return
    }
    guard isTerminal, !output.json else {
      try LineMode(client: client, session: name, limit: count.limit, json: output.json).run()
      return
    }
    let live = LiveSession(client: client, session: name, limit: count.limit, items: Self.items)
    let context = try context(client, name)
    live.features = Self.features(client)
    let end = try run(InteractiveLoop(live: live, context: context, input: 0, output: 1))
    if live.unrecorded > 0 {
      let what = live.unrecorded == 1 ? "1 query was" : "\(live.unrecorded) queries were"
      Console.complain(
        "\(what) not recorded, because no daemon answers at \(client.socketPath); start one with: "
          + "qacd --index FILE")
      throw ExitCode.unavailable
    }
    if case .signal(let number) = end { raise(number) }
  }

  /// Lets the person choose on the controlling terminal, and prints the choice to standard output,
  /// which may be a pipe.
  private func choose(_ client: Client, _ name: SessionName) throws {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else {
      Console.complain("there is no terminal to choose on; start --print from a terminal")
      throw ExitCode.failure
    }
    defer { close(terminal) }
    let live = LiveSession(client: client, session: name, limit: count.limit)
    let context = try context(client, name)
    live.features = Self.features(client)
    let end = try run(
      InteractiveLoop(
        live: live, context: context, input: terminal, output: terminal, choosing: query ?? ""))
    switch end {
    case .chosen(let text): Console.write(text + "\n")
    case .left: throw ExitCode(130)
    case .signal(let number): raise(number)
    }
  }

  /// The query that the daemon takes for context; asking also proves that it answers.
  private func context(_ client: Client, _ name: SessionName) throws -> String? {
    try Console.run { () throws(ClientError) in
      let newest = try client.history(.init(session: name, limit: 1)).first
      // The daemon takes the queries of the last 30 minutes for context, too.
      return newest.flatMap { Int64(time(nil)) - $0.at <= 1800 ? VisibleText.of($0.query) : nil }
    }
  }

  /// What the daemon knows; nothing if it does not say.
  private static func features(_ client: Client) -> Set<String> {
    (try? client.status())?.features ?? []
  }

  /// Runs `loop` until it ends; the terminal and the signal handlers are as before then.
  private func run(_ loop: consuming InteractiveLoop) throws -> InteractiveLoop.End {
    guard let signals = Signals.install() else {
      Console.complain("cannot make a pipe: \(String(cString: strerror(errno))); see errno(3)")
      throw ExitCode.failure
    }
    let end = loop.run(signals)
    _ = consume signals
    return end
  }
}
