// What is forgotten is gone from the memory of the process: a reader of all of it finds nothing.

import Foundation
import QACClient
import QACIndex
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct ForgottenMemoryTests {
  /// Where `needle` lies in the writable memory of process `pid`.
  private func places(of needle: String, in pid: pid_t) throws -> [String] {
    let bytes = Array(needle.utf8)
    let memory = open("/proc/\(pid)/mem", O_RDONLY)
    try #require(memory >= 0, "reading the memory of a child needs the same user, or root")
    defer { close(memory) }
    var found: [String] = []
    for line in Programs.text("/proc/\(pid)/maps").split(separator: "\n") {
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      let ends = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      // Files that are mapped are looked at by themselves, and devices not at all.
      guard ends.count == 2, fields[1].hasPrefix("rw"), ends[1] < 1 << 47 else { continue }
      var chunk = [UInt8](repeating: 0, count: Int(ends[1] - ends[0]))
      let count = pread(memory, &chunk, chunk.count, off_t(ends[0]))
      if count <= 0 { continue }
      let content = Data(chunk[..<count])
      var start = 0
      while let place = content.range(of: Data(bytes), in: start..<count)?.lowerBound {
        let name = fields.count > 5 ? String(fields[5]) : "anonymous"
        let around = chunk[max(0, place - 24)..<min(count, place + 40)]
        let text = String(decoding: around, as: UTF8.self).debugDescription
        found.append("\(name) +\(place): \(text)")
        start = place + 1
      }
    }
    return found
  }

  @Test func whatIsForgottenIsGoneFromMemory() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start(["--live-sessions", "1"])
    let client = files.client()
    let canary = "Zebra-canary sevenfold \"quoted\""
    for session in ["ada", "ben"] {
      for i in 0..<5 { try client.record("other query \(i) of \(session)", session: session) }
      try client.record(canary, session: session)
      for prefix in ["zebra", "zebra canary sev", "Zebra-Canary sevenfold q", "zebra canry"] {
        _ = try client.texts(prefix, session: session, limit: 100)
        _ = try client.texts(prefix, limit: 100)
      }
      #expect(try client.queries(session).first == canary)
      let search = Request.Search(
        session: try #require(SessionName(session)), query: Array("sevenfold cana".utf8))
      #expect(try client.search(search).hits.map(\.query) == [Array(canary.utf8)])
      try client.record("afterwards", session: session)
    }
    // Both spellings: as typed, and in the normal form.
    #expect(try !places(of: "anary sevenfold", in: daemon.pid).isEmpty)
    #expect(try client.forget(.init(session: #require(SessionName("ada")))) == 7)
    #expect(try client.forget(.everyone(since: 0)) == 7)
    let left = try places(of: "anary sevenfold", in: daemon.pid)
    #expect(left.isEmpty, "\(left.joined(separator: "\n"))")
    daemon.stop()
  }

  /// Retrieval has working memory of its own.
  @Test func noRetrievalKeepsWhatItWasAsked() throws {
    let directory = try TemporaryDirectory()
    var content = TinyIndex.flat([("garden hose", 1), ("red shoes", 3)])
    content.items = PlainItem.content(of: [
      PlainItem("a", "Zebra garden hose"), PlainItem("b", "Sevenfold chair"),
    ])
    let index = directory.file("i.qaci")
    try Data(IndexWriter.serialize(content)).write(to: URL(fileURLWithPath: index))
    let files = try DaemonFiles(copyOf: index)
    let daemon = try files.start(["--live-sessions", "1"])
    let client = files.client()
    let added = Request.Item(id: try #require(ItemID("c")), title: Array("Zebra crossing".utf8))
    _ = try client.addItems([added])
    let canary = "Zebra-canary sevenfold \"quoted\""
    let query = Array(canary.utf8)
    let session = try #require(SessionName("ada"))
    try client.record(canary, session: "ada")
    for i in 0..<5 {
      let context = Request.Context.session(session)
      for _ in 0..<2 {
        let found = try client.retrieve(.init(context: context, query: query, explain: i > 2))
        #expect(!found.items.isEmpty)
        _ = try client.complete(.init(context: context, prefix: query, items: 3))
      }
      try client.record(.init(session: session, query: query, item: ItemID("a"), kind: .cart))
    }
    #expect(try !places(of: "anary sevenfold", in: daemon.pid).isEmpty)
    #expect(try client.forget(.init(session: session)) == 6)
    let left = try places(of: "anary sevenfold", in: daemon.pid)
    #expect(left.isEmpty, "\(left.joined(separator: "\n"))")
    daemon.stop()
  }

  /// Whatever way a text came in, and whatever connection it came on, which stay open and say no
  /// more.
  @Test func noConnectionKeepsWhatItBrought() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start(["--live-sessions", "1"])
    let long = String(repeating: "canary sevenfold ", count: 100)
    var connections: [RawConnection] = []
    func connection() throws -> RawConnection {
      connections.append(try RawConnection(files.socket))
      return connections[connections.count - 1]
    }
    func request(_ method: String, _ params: String, id: Int? = 1) -> String {
      let id = id.map { ",\"id\":\($0)" } ?? ""
      return "{\"jsonrpc\":\"2.0\",\"method\":\"\(method)\",\"params\":{\(params)}\(id)}"
    }
    let record = "\"session\":\"ada\",\"query\":\"zebra canary sevenfold\""
    let one = try connection()
    try one.send(request("record", record) + "\n")
    _ = try one.receive()
    let whole = "\"session\":\"ada\",\"query\":\"\(long)\""
    let two = try connection()
    try two.send(request("record", whole) + "\n")
    _ = try two.receive()
    // Notifications, then something that is answered.
    let three = try connection()
    let told = String(repeating: request("record", record, id: nil) + "\n", count: 20)
    try three.send(told + request("ping", "") + "\n")
    _ = try three.receive()
    let four = try connection()
    let batch = (0..<30).map { request("record", record, id: $0) }.joined(separator: ",")
    try four.send("[\(batch)]\n")
    _ = try four.receive()
    let five = try connection()
    try five.send(
      request("complete", "\"prefix\":\"zebra canary sevenf\",\"previous\":[\"canary sevenfold\"]")
        + "\n")
    _ = try five.receive()
    // A line in pieces, and one that is too long.
    let six = try connection()
    let line = request("record", record) + "\n"
    let middle = line.index(line.startIndex, offsetBy: line.count - 20)
    try six.send(String(line[..<middle]))
    try one.send(request("ping", "") + "\n")
    _ = try one.receive()
    try six.send(String(line[middle...]))
    _ = try six.receive()
    let seven = try connection()
    try seven.send(String(repeating: long, count: 60) + "\n")
    _ = try seven.receive()
    let eight = try connection()
    try eight.send(request("history", "\"session\":\"ada\"") + "\n")
    _ = try eight.receive()
    // The deletion names the query, and comes on a connection that stays open as well.
    let nine = try connection()
    try nine.send(
      request("forget", "\"everyone\":true,\"query\":\"zebra canary sevenfold\"") + "\n")
    _ = try nine.receive()
    try nine.send(request("forget", "\"session\":\"ada\"") + "\n")
    _ = try nine.receive()
    let left = try places(of: "anary sevenfold", in: daemon.pid)
    #expect(left.isEmpty, "\(left.count): \(left.prefix(5).joined(separator: "\n"))")
    daemon.stop()
  }
}
