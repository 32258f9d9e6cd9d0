// What several commands take.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol

/// Where the daemon is.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket (default: $XDG_RUNTIME_DIR/qacd/qacd.sock or /tmp/qacd-UID/qacd.sock).",
      valueName: "path"))
  var socket: String?

  @Option(help: ArgumentHelp("How long to wait for the daemon.", valueName: "seconds"))
  var timeout: Double = 5

  func validate() throws {
    guard timeout >= 0.001, timeout <= 86_400 else {
      throw ValidationError("--timeout must be a number of seconds from 0.001 to 86400")
    }
  }

  /// A client of that daemon.
  func client() -> Client {
    let path = socket ?? DefaultPaths(environment: Environment.all, userID: getuid()).socket
    return Client(socketPath: path, timeout: .milliseconds(Int64(timeout * 1000)))
  }
}

/// Whose session it is.
struct SessionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The session (default: cli-USER-TERMINAL, as in cli-ada-pts3: one for each terminal).",
      valueName: "name"))
  var session: String?

  func validate() throws {
    if let session, SessionName(session) == nil {
      throw ValidationError(
        "--session must be 1 to \(ProtocolLimits.maximumSessionBytes) bytes of UTF-8 without "
          + "control characters")
    }
  }

  /// The session's name.
  var name: SessionName {
    get throws {
      if let session, let name = SessionName(session) { return name }
      var parts = ["cli", Environment.all["USER"] ?? "\(getuid())"]
      let terminal = [0, 1, 2].lazy.compactMap { ttyname($0) }.first.map { String(cString: $0) }
      if let terminal {
        let device = terminal.hasPrefix("/dev/") ? terminal.dropFirst(5) : terminal[...]
        parts.append(device.filter { $0 != "/" })
      }
      guard let name = SessionName(parts.joined(separator: "-")) else {
        throw ValidationError("there is no default session here; name one with --session")
      }
      return name
    }
  }
}

/// How many there may be.
struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many at the most, 1 to 100.", valueName: "count"))
  var limit: Int?

  func validate() throws {
    if let limit, !(1...ProtocolLimits.maximumLimit).contains(limit) {
      throw ValidationError(
        "--limit must be a whole number from 1 to \(ProtocolLimits.maximumLimit)")
    }
  }
}

/// How results are told.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Tell the result as one line of JSON.")
  var json = false
}

/// The variables of the environment that the program reads.
enum Environment {
  static var all: [String: String] {
    var all: [String: String] = [:]
    for name in ["XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_DATA_HOME", "HOME", "USER", "TERM"] {
      if let value = getenv(name) { all[name] = String(cString: value) }
    }
    return all
  }

  /// Whether colours are wanted (https://no-color.org: any value but the empty one forbids them).
  static var allowsColor: Bool {
    guard let value = getenv("NO_COLOR") else { return true }
    return value.pointee == 0
  }
}
