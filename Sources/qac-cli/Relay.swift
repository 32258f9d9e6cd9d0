// `qac-cli relay`: records the commands of one shell, for as long as it runs.
//
// A shell starts it once, writes to its standard input and never waits for it. So this program reads
// on whatever the daemon does: if the daemon does not answer, it drops what comes for a moment.
// Fields end with a zero byte, so that a shell need not quote anything:
//
//     start DIRECTORY COMMAND    a command begins
//     end STATUS                 the last one has ended
//
// A shell that cannot keep a pipe open (fish) names one that this program makes.
//
// Invariant: a command that holds a known secret, or is given while recording is paused, is never
// sent. Nothing that was read is printed. It ends with the shell, even if a program that the shell
// started still holds the pipe.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol

struct Relay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record the commands of a shell; the scripts of init start it.", shouldDisplay: false)

  @OptionGroup var connection: ConnectionOptions

  @Option(help: "The session of the commands.")
  var session: String

  @Option(help: "The thread: this terminal.")
  var thread: String

  @Option(help: "A named pipe to read from in place of standard input; it is removed at the end.")
  var pipe: String?

  @Option(
    help: "A file to make when a command is left out because of a secret; it is removed at the end."
  )
  var notice: String?

  func run() throws {
    for number in [SIGINT, SIGQUIT, SIGTSTP, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
    let parent = getppid()
    var input: Int32 = 0
    if let pipe {
      guard mkfifo(pipe, 0o600) == 0 else { throw ExitCode.failure }
      // Read and written, so that the pipe has no end while no shell writes to it.
      input = open(pipe, O_RDWR | O_CLOEXEC)
    }
    defer {
      if let pipe { unlink(pipe) }
      if let notice { unlink(notice) }
    }
    guard input >= 0 else { throw ExitCode.failure }
    var relay = ShellRelay(
      client: connection.own.client(), session: try name(session), thread: try name(thread),
      notice: notice)
    // At the shell's first prompt, so that a daemon is there when the first key comes.
    _ = relay.startsDaemon()
    var fields = RelayFields()
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      var entry = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      let ready = poll(&entry, 1, 5_000)
      if getppid() != parent { return }
      // A daemon that this program has started may have ended.
      while waitpid(-1, nil, WNOHANG) > 0 {}
      guard ready > 0 else { continue }
      let count = read(input, &buffer, buffer.count)
      if count == 0 || (count < 0 && errno != EINTR) { return }
      for event in fields.receive(buffer[..<max(0, count)]) { relay.take(event) }
    }
  }

  private func name(_ text: String) throws -> SessionName {
    guard let name = SessionName(text) else {
      throw ValidationError("give a name of 1 to \(ProtocolLimits.maximumSessionBytes) bytes")
    }
    return name
  }
}
