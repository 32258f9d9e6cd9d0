// What is forgotten is gone from the memory of the process, as somebody sees it who may read all of it.

import Foundation
import QACClient
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
      try client.record("afterwards", session: session)
    }
    // Both spellings: as typed, and in the normal form.
    #expect(try !places(of: "anary sevenfold", in: daemon.pid).isEmpty)
    #expect(try client.forget(.init(session: #require(SessionName("ada")))) == 7)
    #expect(try client.forget(.everyone(since: 0)) == 7)
    // The client goes on: what it asks next comes into buffers that held the answers before.
    for _ in 0..<3 { _ = try client.texts("gar", session: "ada") }
    let left = try places(of: "anary sevenfold", in: daemon.pid)
    #expect(left.isEmpty, "\(left.joined(separator: "\n"))")
    daemon.stop()
  }
}
