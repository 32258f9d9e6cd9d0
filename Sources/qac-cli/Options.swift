// The options that several commands share.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol

/// Where the daemon is, and how long to wait for it.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket; give it if qacd was started with --socket. "
        + "(default: $QAC_SOCKET, or else $XDG_RUNTIME_DIR/qacd/qacd.sock or /tmp/qacd-UID/qacd.sock; "
        + "if there is none, \(DefaultPaths.systemSocket) where it is permitted)",
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Option(
    help: ArgumentHelp(
      "How long to wait for each answer of the daemon, 0.001 to 86400; raise it on a slow machine.",
      valueName: "seconds"))
  var timeout: Double = 5

  func validate() throws {
    guard timeout >= 0.001, timeout <= 86_400 else {
      throw ValidationError("give --timeout a number of seconds from 0.001 to 86400")
    }
  }

  /// The socket's path.
  var path: String {
    socket ?? Environment.all["QAC_SOCKET"]
      ?? Environment.paths.clientSocket { access($0, W_OK) == 0 }
  }

  /// The same for what belongs to the user's own daemon: shells, and who starts and stops it.
  /// What a shell runs is never recorded by the machine's daemon.
  var own: ConnectionOptions {
    var own = self
    own.socket = socket ?? Environment.all["QAC_SOCKET"] ?? Environment.paths.socket
    return own
  }

  /// Whether that is where the units and the shells' daemons listen.
  var isUsual: Bool { path == Environment.paths.socket }

  /// The flags of a daemon that is to listen there.
  var daemonFlags: [String] { isUsual ? [] : ["--socket", path] }

  /// A client of that daemon.
  func client() -> Client {
    Client(socketPath: path, timeout: .milliseconds(Int64(timeout * 1000)))
  }
}

/// Which session a command is for.
struct SessionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The session whose earlier queries are the context. Name one to share it between terminals. "
        + "(default: $QAC_SESSION, or else cli-USER-TERMINAL, such as cli-ada-pts3)",
      valueName: "name"))
  var session: String?

  func validate() throws {
    if let session, SessionName(session) == nil {
      throw ValidationError(
        "give --session a name of 1 to \(ProtocolLimits.maximumSessionBytes) bytes without "
          + "control characters")
    }
  }

  /// The session's name.
  var name: SessionName {
    get throws {
      if let session, let name = SessionName(session) { return name }
      if let session = Environment.all["QAC_SESSION"] {
        if let name = SessionName(session) { return name }
        throw ValidationError(
          "QAC_SESSION is no name of 1 to \(ProtocolLimits.maximumSessionBytes) bytes without control "
            + "characters; set it to one")
      }
      var parts = ["cli", Environment.all["USER"] ?? "\(getuid())"]
      let terminal = [0, 1, 2].lazy.compactMap { ttyname($0) }.first.map { String(cString: $0) }
      if let terminal {
        let device = terminal.hasPrefix("/dev/") ? terminal.dropFirst(5) : terminal[...]
        parts.append(device.filter { $0 != "/" })
      }
      guard let name = SessionName(parts.joined(separator: "-")) else {
        throw ValidationError(
          "the default session's name would be too long here; name one with --session")
      }
      return name
    }
  }
}

/// In which context a question is asked.
struct ContextOptions: ParsableArguments {
  @OptionGroup var session: SessionOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "An earlier query. The given queries are then the context, in place of a session's. Repeat the "
        + "option for several, oldest first.", valueName: "query"))
  var previous: [String] = []

  @Option(
    help: ArgumentHelp(
      "The time of the request in unix seconds; only for a daemon with --clock client.",
      valueName: "seconds"))
  var at: Int64?

  /// The given queries, or else the session's.
  var value: Request.Context {
    get throws {
      previous.isEmpty
        ? .session(try session.name) : .previous(previous.map { Array($0.utf8) })
    }
  }
}

/// The maximum number of results.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The maximum number of results, 1 to \(ProtocolLimits.maximumLimit). (default: "
        + "\(ProtocolLimits.defaultHistoryLimit) for a history or a search, the daemon's --limit for completions)",
      valueName: "count"))
  var limit: Int?

  func validate() throws {
    if let limit, !(1...ProtocolLimits.maximumLimit).contains(limit) {
      throw ValidationError(
        "give --limit a whole number from 1 to \(ProtocolLimits.maximumLimit)")
    }
  }
}

/// The form of the output.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result as one line of JSON, for programs.")
  var json = false

  /// Sends a request and prints its answer: as JSON, or as the text that `describe` makes of it.
  func print<Answer>(
    _ request: Request, of client: Client,
    as answer: (Client) throws(ClientError) -> Answer, _ describe: (Answer) -> String
  ) throws {
    if json {
      Console.write(
        json: try Console.run { () throws(ClientError) in try client.call(request) })
    } else {
      Console.write(
        describe(try Console.run { () throws(ClientError) in try answer(client) }))
    }
  }
}

/// The variables of the environment that the program reads.
enum Environment {
  static var all: [String: String] {
    var all: [String: String] = [:]
    let names = [
      "QAC_SOCKET", "QAC_SESSION", "QAC_RECORD", "QAC_OFF", "QAC_START", "XDG_RUNTIME_DIR",
      "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME", "USER", "TERM", "PATH", "SHELL",
      "ZDOTDIR", "HISTFILE",
    ]
    for name in names {
      if let value = getenv(name) { all[name] = String(cString: value) }
    }
    return all
  }

  /// The paths that the programs use unless a flag names others.
  static var paths: DefaultPaths { DefaultPaths(environment: all, userID: getuid()) }

  /// Whether colours are wanted. A `NO_COLOR` that is not empty forbids them
  /// (https://no-color.org).
  static var allowsColor: Bool {
    guard let value = getenv("NO_COLOR") else { return true }
    return value.pointee == 0
  }
}

extension Place {
  /// The place that an option names; "." is the present directory.
  init(argument: String) throws {
    var text = argument
    if text == ".", let directory = getcwd(nil, 0) {
      defer { free(directory) }
      text = String(cString: directory)
    }
    guard let place = Place(text) else {
      throw ValidationError(
        "give --place a text of 1 to \(ProtocolLimits.maximumPlaceBytes) bytes")
    }
    self = place
  }
}
