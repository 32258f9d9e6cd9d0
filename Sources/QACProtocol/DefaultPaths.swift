// The default paths of daemon and client, defined once for both.
//
// Source: XDG Base Directory Specification 0.8. As it demands, a relative path in its variables is
// ignored. The environment is an argument, so this is a pure value.

/// The paths that the programs use unless a flag names others.
public struct DefaultPaths: Sendable, Equatable {
  /// The socket of the daemon that serves the whole machine, where a package has installed one.
  public static let systemSocket = "/run/qacd/qacd.sock"

  /// The daemon's socket: `$XDG_RUNTIME_DIR/qacd/qacd.sock`, or `/tmp/qacd-UID/qacd.sock`.
  public let socket: String
  /// The sessions: `$XDG_STATE_HOME/qacd/sessions.sqlite`, or below `~/.local/state`.
  public let database: String
  /// The index: `$XDG_DATA_HOME/qacd/current.qaci`, or below `~/.local/share`.
  public let index: String
  /// The configuration of the rebuild: `$XDG_CONFIG_HOME/qacd/rebuild.toml`, or below `~/.config`.
  public let configuration: String
  /// The configuration of the daemon: `qacd.toml` in the directory that systemd names
  /// ($CONFIGURATION_DIRECTORY), or else /etc/qacd for a system user or one without a home, or else
  /// beside `configuration`.
  ///
  /// It is never below /tmp, where somebody else could have put it.
  public let daemonConfiguration: String

  /// The users that no person has (login.defs(5), SYS_UID_MAX). Root is a person who may have shells.
  private static let systemUsers: ClosedRange<UInt32> = 1...999

  /// Makes the paths of the user `userID` in `environment`.
  ///
  /// Without a home directory, database, index and configuration are in /tmp/qacd-UID, where the socket is too if
  /// there is no runtime directory.
  public init(environment: [String: String], userID: UInt32) {
    func absolute(_ name: String) -> String? {
      guard var path = environment[name], path.hasPrefix("/") else { return nil }
      while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
      return path == "/" ? "" : path
    }
    let fallback = "/tmp/qacd-\(userID)"
    func directory(_ variable: String, _ belowHome: String) -> String {
      if let path = absolute(variable) { return "\(path)/qacd" }
      if let home = absolute("HOME") { return "\(home)/\(belowHome)/qacd" }
      return fallback
    }
    socket = (absolute("XDG_RUNTIME_DIR").map { "\($0)/qacd" } ?? fallback) + "/qacd.sock"
    database = directory("XDG_STATE_HOME", ".local/state") + "/sessions.sqlite"
    index = directory("XDG_DATA_HOME", ".local/share") + "/current.qaci"
    configuration = directory("XDG_CONFIG_HOME", ".config") + "/rebuild.toml"
    let first = environment["CONFIGURATION_DIRECTORY"]?.split(separator: ":").first
    if let first, first.hasPrefix("/") {
      daemonConfiguration = "\(first)/qacd.toml"
    } else if Self.systemUsers.contains(userID) || configuration == "\(fallback)/rebuild.toml" {
      daemonConfiguration = "/etc/qacd/qacd.toml"
    } else {
      daemonConfiguration = directory("XDG_CONFIG_HOME", ".config") + "/qacd.toml"
    }
  }

  /// The socket that a client uses if no flag names one: the user's own if it is there, else the
  /// machine's if this user may connect to it, else the user's own, which an error then names.
  ///
  /// What belongs to the user's own daemon alone, as the prompts of shells do, uses `socket`.
  ///
  /// - Parameter mayConnect: Whether there is a socket at a path that this user may write to.
  /// - Returns: The socket's path.
  public func clientSocket(mayConnect: (String) -> Bool) -> String {
    mayConnect(socket) || !mayConnect(Self.systemSocket) ? socket : Self.systemSocket
  }
}
