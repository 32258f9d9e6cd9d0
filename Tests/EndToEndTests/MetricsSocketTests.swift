// The socket for scrapers, as they use it: who gets in, what is told, and that it costs nobody
// else.

import Foundation
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What the metrics socket answers to one request, whole.
struct HTTPAnswer {
  let text: String

  init(from path: String, _ request: String) throws {
    let connection = try RawConnection(path)
    try connection.send(request)
    text = String(decoding: try connection.receiveAll(), as: UTF8.self)
  }

  var body: String {
    text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
  }
}

@Suite(.serialized, .timeLimit(.minutes(30))) struct MetricsSocketTests {
  private static let get = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"

  @Test func aScraperGetsWhatTheClientGets() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let path = files.directory.file("run/m.sock")
    let daemon = try files.start(["--metrics-socket", path])
    let client = files.client()
    try client.record("apple pie", session: "s")
    for _ in 0..<3 { _ = try client.texts("ap", session: "s") }
    let scraped = try PrometheusDocument(HTTPAnswer(from: path, Self.get).body)
    let told = try Programs.run("qac-cli", ["metrics", "--socket", files.socket])
    let printed = try PrometheusDocument(told.output)
    #expect(told.code == 0 && told.errors.isEmpty)
    #expect(Set(scraped.series.keys) == Set(printed.series.keys))
    #expect(scraped["qacd_requests_total{method=\"complete\"}"] == 3)
    #expect(scraped["qacd_events"] == 1 && printed["qacd_events"] == 1)
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
    // What Prometheus itself says of the text, where it is installed.
    if access("/usr/bin/promtool", X_OK) == 0 {
      let checked = try Programs.run("/usr/bin/promtool", ["check", "metrics"], input: told.output)
      #expect(checked.code == 0 && checked.errors.isEmpty, "\(checked.errors)")
    }
    daemon.stop()
    #expect(access(path, F_OK) != 0)
  }

  /// Scrapers that say nothing, or half, or too much, keep neither each other nor a client from an
  /// answer.
  @Test func badScrapersCostNobodyElse() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let path = files.directory.file("run/m.sock")
    let daemon = try files.start(["--metrics-socket", path])
    var silent = try (0..<16).map { _ in try RawConnection(path) }
    try silent[0].send("GET /metr")
    // One more than there may be, once the others have been accepted.
    var refused = ""
    while !refused.hasPrefix("HTTP/1.0 503 ") {
      refused = try HTTPAnswer(from: path, Self.get).text
    }
    #expect(try files.client().texts("ap").count == 10)
    silent.removeAll()
    // Their places come free; the suite's time limit is what would be missed.
    while try !HTTPAnswer(from: path, Self.get).text.hasPrefix("HTTP/1.0 200 ") {}
    let long = try HTTPAnswer(from: path, String(repeating: "x", count: 10_000))
    #expect(long.text.hasPrefix("HTTP/1.0 431 "))
    daemon.stop()
  }

  @Test func itsPathIsCheckedLikeTheOthers() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let open = files.directory.file("open")
    #expect(mkdir(open, 0o755) == 0)
    func run(_ path: String) throws -> Outcome {
      try Programs.run("qacd", files.arguments + ["--metrics-socket", path])
    }
    let others = try run(open + "/m.sock")
    #expect(others.code == 73 && others.errors.contains("others may enter it"))
    #expect(try run(files.socket).code == 64)
    #expect(!FileManager.default.fileExists(atPath: files.socket))
    // A leftover of a crash is replaced, another daemon's is not.
    let path = files.directory.file("run/m.sock")
    let first = try files.start(["--metrics-socket", path])
    let second = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let taken = try Programs.run("qacd", second.arguments + ["--metrics-socket", path])
    #expect(taken.code == 75)
    first.crash()
    let again = try files.start(["--metrics-socket", path])
    #expect(try HTTPAnswer(from: path, Self.get).text.hasPrefix("HTTP/1.0 200 "))
    again.stop()
  }
}
