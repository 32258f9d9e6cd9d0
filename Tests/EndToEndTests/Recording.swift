// The answers of a recorded session, and how they are had from a daemon.
//
// One line per answer: the checksum of the request as sent, eight hexadecimal digits, then a space
// and the canonical answer. The requests are not kept, since a seed makes them.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct Recording {
  /// A request, and what was answered.
  struct Exchange {
    var request: String
    var line: String
  }

  private static let fixtures = Programs.repository + "/Tests/EndToEndTests/Fixtures/recorded"
  private static let path = fixtures + "/answers.gz"

  /// The lines that are kept in the repository.
  static func kept() throws -> [Substring] {
    String(decoding: try unpacked(path), as: UTF8.self).split(separator: "\n")
  }

  /// What is done to the daemon.
  static func steps() throws -> [MixedRequests.Step] {
    let queries = try String(contentsOfFile: fixtures + "/queries.txt", encoding: .utf8)
      .split(separator: "\n").map(String.init)
    return MixedRequests.session(
      queries: queries,
      blockList: try String(contentsOfFile: fixtures + "/block-list.txt", encoding: .utf8))
  }

  /// Packs `exchanges` into the file at `path`.
  static func keep(_ exchanges: [Exchange], at path: String) throws {
    let text = exchanges.map { $0.line + "\n" }.joined()
    try Data(GzipWriter.pack(Array(text.utf8))).write(to: URL(fileURLWithPath: path))
  }

  private static func unpacked(_ path: String) throws -> [UInt8] {
    try unpack(Array(Data(contentsOf: URL(fileURLWithPath: path))))
  }

  /// Does `steps` to today's daemon.
  static func run(_ steps: [MixedRequests.Step]) throws -> [Exchange] {
    let indexes = try TemporaryDirectory()
    for name in ["search", "verbatim"] {
      try Data(unpacked("\(fixtures)/\(name).index.gz"))
        .write(to: URL(fileURLWithPath: indexes.file(name)))
    }
    try Data("no index".utf8).write(to: URL(fileURLWithPath: indexes.file("damaged")))
    let files = try DaemonFiles(copyOf: indexes.file("search"))
    let blockList = files.directory.file("block-list")
    var daemon: RunningDaemon?
    var connections: [RawConnection] = []
    var exchanges: [Exchange] = []
    for step in steps {
      switch step {
      case .restart:
        connections = []
        daemon?.stop()
        daemon = try files.start([
          "--clock", "client", "--block-list", blockList, "--live-events", "1024",
          "--live-sessions", "2", "--slow-ms", "0",
        ])
        connections = try (0..<MixedRequests.connectionCount).map { _ in
          try RawConnection(files.socket)
        }
      case .install(let name): try files.install(indexes.file(name ?? "damaged"))
      case .write(let text): try Data(text.utf8).write(to: URL(fileURLWithPath: blockList))
      case .tell(let line, let connection): try connections[connection].send(line + "\n")
      case .ask(let line, let connection):
        try connections[connection].send(line + "\n")
        let answer = try #require(
          try connections[connection].receiveLine(), "the stream ended after \(line.prefix(300))")
        exchanges.append(
          Exchange(
            request: line, line: "\(checksum(line)) \(try CanonicalAnswer.of(answer))"))
      }
    }
    daemon?.stop()
    return exchanges
  }

  private static func checksum(_ line: String) -> String {
    let digits = String(CRC32C.of(Array(line.utf8)), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
