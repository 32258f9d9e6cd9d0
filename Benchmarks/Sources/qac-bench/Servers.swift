// The servers that are measured over their sockets: the daemon, a line echo on the same stack,
// Redis.

import Glibc
import QACClient

/// A server that was started and answers.
final class Server {
  /// How long a server may take to answer first, in seconds.
  private static let patience = 60.0

  let name: String
  let path: String
  let matching: RequestStream.Matching
  let process: ChildProcess
  /// Seconds from its start to where it could be connected to.
  let startSeconds: Double

  private init(
    _ name: String, _ program: String, _ arguments: [String], work: String,
    matching: RequestStream.Matching
  ) throws(BenchError) {
    self.name = name
    self.matching = matching
    path = "\(work)/run/\(name).sock"
    mkdir("\(work)/run", 0o700)
    unlink(path)
    let start = Clock.nanoseconds
    process = try ChildProcess(program, arguments, errorPath: "\(work)/\(name).log")
    while true {
      if let descriptor = try? LocalSocket.connect(path) {
        close(descriptor)
        break
      }
      let waited = Double(Clock.nanoseconds - start) / 1e9
      if !process.isAlive() {
        throw .failed(program: program, status: 1, output: process.said)
      }
      if waited > Self.patience { throw .notServing(program: program, path: path) }
      usleep(500)
    }
    startSeconds = Double(Clock.nanoseconds - start) / 1e9
  }

  /// The daemon, with the index at `index` and no sessions.
  ///
  /// - Parameters:
  ///   - tools: Where its program is.
  ///   - index: The index.
  ///   - work: Where its socket goes.
  ///   - name: Tells it from another daemon of the same run.
  ///   - options: Further options.
  /// - Returns: The daemon, which answers.
  /// - Throws: `BenchError` if it does not.
  static func daemon(
    _ tools: Tools, index: String, work: String, name: String = "qacd", options: [String] = []
  ) throws(BenchError) -> Server {
    let database = "\(tools.database)/\(name).sqlite"
    for end in ["", "-wal", "-shm"] { unlink(database + end) }
    return try Server(
      name, tools.daemon,
      [
        "--index", index, "--socket", "\(work)/run/\(name).sock", "--database",
        database, "--log-level", "warning",
      ] + options, work: work, matching: .byID)
  }

  /// Redis with the module RediSearch: `program` is a Redis server that loads it.
  static func rediSearch(_ program: String, work: String) throws(BenchError) -> Server {
    try Server(
      "redisearch", program,
      [
        "--port", "0", "--unixsocket", "\(work)/run/redisearch.sock", "--save", "",
        "--appendonly", "no", "--dir", work,
      ], work: work, matching: .resp)
  }

  /// A line echo by this very program; its hundredth request waits `stall` milliseconds.
  static func echo(work: String, stall: Int = 0) throws(BenchError) -> Server {
    try Server(
      "echo", CommandLine.arguments[0],
      ["echo", "\(work)/run/echo.sock", "--stall", "\(stall)"], work: work,
      matching: .inOrder(newlines: 1))
  }

  /// Redis with one value under the key `k`; nil where it is not installed.
  static func redis(work: String, value: Int) throws(BenchError) -> Server? {
    let server: Server
    do throws(BenchError) {
      server = try Server(
        "redis", "redis-server",
        [
          "--port", "0", "--unixsocket", "\(work)/run/redis.sock", "--save", "", "--appendonly",
          "no",
        ], work: work, matching: .inOrder(newlines: 2))
    } catch .spawn {
      return nil
    }
    let descriptor = try LocalSocket.connect(server.path)
    defer { close(descriptor) }
    let text = String(repeating: "v", count: value)
    let line = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$\(value)\r\n\(text)\r\n"
    _ = line.withCString { write(descriptor, $0, strlen($0)) }
    var answer = [UInt8](repeating: 0, count: 16)
    _ = read(descriptor, &answer, answer.count)
    return server
  }
}

/// The product's programs.
struct Tools {
  /// The directory of the release build.
  var directory: String
  /// Where daemons keep their sessions.
  var database: String

  var daemon: String { "\(directory)/qacd" }
  var index: String { "\(directory)/qac-index" }
}
