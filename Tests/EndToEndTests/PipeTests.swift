// Named pipes where files should be: nothing waits for their other end, and all goes on.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(30))) struct PipeTests {
  @Test(arguments: [[], ["--watch"]])
  func aPipeInTheIndexesPlaceCostsNothing(flags: [String]) throws {
    let indexes = try Programs.smallIndexes.get()
    let files = try DaemonFiles(copyOf: indexes[0])
    let list = files.directory.file("blocks")
    try Data("word: nothing\n".utf8).write(to: URL(fileURLWithPath: list))
    let daemon = try files.start(flags + ["--block-list", list])
    let client = files.client()
    let before = try client.status()["index"]
    for path in [files.index, list] {
      let pipe = path + ".pipe"
      try #require(mkfifo(pipe, 0o600) == 0)
      try #require(rename(pipe, path) == 0)
      daemon.signal(SIGHUP)
      let error = #expect(throws: ClientError.self) { try client.reload() }
      #expect("\(try #require(error))".contains("not a regular file"))
      // What is done on the same thread goes on, and completions do.
      _ = try client.block(.init(kind: .word, text: Array("apple".utf8)))
      _ = try client.unblock(.init(kind: .word, text: Array("apple".utf8)))
      #expect(try client.status()["index"] == before)
      #expect(try !client.texts("ap").isEmpty)
      if path == files.index {
        try files.install(indexes[1])
        _ = try client.reload()
        try files.install(indexes[0])
        _ = try client.reload()
      }
    }
    unlink(list)
    try Data().write(to: URL(fileURLWithPath: list))
    _ = try client.reload()
    daemon.stop()
  }

  /// A start says what is wrong, whichever of its files is a pipe.
  @Test(arguments: [
    ("index", Int32(66)), ("blocks", 66), ("database", 74), ("run/q.sock", 73),
    ("run/q.sock.lock", 73), ("run/m.sock", 73), ("run/m.sock.lock", 73), ("run", 73),
  ])
  func aStartWithAPipeSaysSo(name: String, code: Int32) throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let list = files.directory.file("blocks")
    try Data().write(to: URL(fileURLWithPath: list))
    let metrics = files.directory.file("run/m.sock")
    let path =
      switch name {
      case "index": files.index
      case "blocks": list
      case "database": files.database
      default: files.directory.file(name)
      }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if name != "run" {
      try FileManager.default.createDirectory(
        atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    unlink(path)
    try #require(mkfifo(path, 0o600) == 0)
    let outcome = try Programs.run(
      "qacd", files.arguments + ["--block-list", list, "--metrics-socket", metrics])
    let lines = outcome.errors.split(separator: "\n")
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(lines.count == 1 && lines[0].hasPrefix("qacd: "), "\(outcome.errors)")
    // The pipe still belongs to its owner.
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
  }
}
