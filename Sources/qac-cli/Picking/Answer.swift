// qac-cli answer: completes the lines of a shell, for as long as it runs.
//
// A script starts it once and stays connected: fields that end with a zero byte come in, a
// directory and the text typed there; a completion that begins with the text goes out, or nothing,
// each with a zero byte behind it. What failed when it was last used is no answer. If the daemon
// does not answer within a moment, the answer is nothing.

import ArgumentParser
import Glibc
import QACClient
import QACProtocol

struct Answer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Complete the lines of a shell; the scripts of init start it.", shouldDisplay: false)

  private static let patience = Duration.milliseconds(80)
  private static let maximumBytes = 64 * 1024
  /// How many completions are asked for, and how many of those that did not fail are looked at.
  private static let asked = 10
  private static let tried = 3

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var session: SessionOptions

  @Option(help: "The thread: this terminal.")
  var thread: String?

  func run() throws {
    for number in [SIGINT, SIGQUIT, SIGTSTP, SIGPIPE] { signal(number, SIG_IGN) }
    let parent = getppid()
    let client = connection.own.client()
    client.timeout = Self.patience
    let name = try session.name
    let thread = thread.flatMap { SessionName($0) }
    var field: [UInt8] = []
    var place: [UInt8]?
    var buffer = [UInt8](repeating: 0, count: 4096)
    while getppid() == parent {
      let count = read(0, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      for byte in buffer[..<count] {
        if byte != 0 {
          if field.count < Self.maximumBytes { field.append(byte) }
          continue
        }
        if let directory = place {
          let request = Request.Complete(
            context: .session(name), thread: thread, place: Place(bytes: directory),
            prefix: Array(field.prefix(ProtocolLimits.maximumTextBytes)), limit: Self.asked)
          Console.write(best(request, client) + [0])
          place = nil
        } else {
          place = field
        }
        field = []
      }
    }
  }

  private func best(_ request: Request.Complete, _ client: Client) -> [UInt8] {
    let found = try? client.complete(request)
    // What failed when it was last used is not offered.
    let text = found?.suggestions.filter { !$0.hasFailed }.prefix(Self.tried).first {
      $0.text.count > request.prefix.count && $0.text.starts(with: request.prefix)
    }?.text
    return text.flatMap { $0.contains(0) ? nil : $0 } ?? []
  }
}
