// `qac-cli pause`: nothing that shells run is recorded until it is taken back.

import ArgumentParser
import Glibc
import QACProtocol

struct Pause: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record no commands of shells for now.",
    discussion: """
      Holds for all shells of this user, also for those that are open. Completions go on.
      """)

  @Flag(help: "Record again.")
  var off = false

  func run() throws {
    guard let path = ShellPause.path else {
      Console.complain("there is no HOME to keep the pause in; set HOME or XDG_STATE_HOME")
      throw ExitCode.failure
    }
    if off {
      if unlink(path) != 0, errno != ENOENT { throw failure("remove", path) }
      return
    }
    let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    for end in directory.indices where directory[end] == "/" && end != directory.startIndex {
      mkdir(String(directory[..<end]), 0o700)
    }
    mkdir(directory, 0o700)
    let file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure("make", path) }
    close(file)
  }

  private func failure(_ what: String, _ path: String) -> ExitCode {
    Console.complain("cannot \(what) \(path): \(String(cString: strerror(errno))); see errno(3)")
    return .failure
  }
}

/// Whether recording is paused: a file says so.
enum ShellPause {
  /// The path of the file; nil if there is no home.
  static var path: String? {
    if let state = Environment.all["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/qacd/paused"
    }
    return Environment.all["HOME"].map { $0 + "/.local/state/qacd/paused" }
  }

  static var isOn: Bool {
    guard let path else { return false }
    return access(path, F_OK) == 0
  }
}
