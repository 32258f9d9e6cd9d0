// How long an index takes to be opened, read into memory and verified, and a daemon to serve it.
//
// The file is in the system's cache, as it is when it was just written. The fastest of five.

import Glibc
import QACEngine
import QACIndex

/// Measures starts.
enum StartUp {
  private static let rounds = 5

  static func measure(
    _ log: BenchLog, _ tools: Tools, work: String, into report: inout Report
  ) throws {
    var (open, populate, verify, daemon) = (
      Double.infinity, Double.infinity, Double.infinity, Double.infinity
    )
    var labels = 0
    var bytes = 0
    for _ in 0..<rounds {
      let (index, opening) = try Clock.seconds { try LabelIndex(opening: log.index) }
      let (_, populating) = try Clock.seconds {
        try LabelIndex(opening: log.index, populate: true)
      }
      let (_, verifying) = try Clock.seconds { try CompletionEngine(index: index) }
      open = min(open, opening)
      populate = min(populate, populating)
      verify = min(verify, verifying)
      labels = index.labelCount
      bytes = index.byteCount
      let server = try Server.daemon(tools, index: log.index, work: work)
      daemon = min(daemon, server.startSeconds)
      server.process.stop()
    }
    report.starts.append(
      Report.Start(
        log: log.name, labels: labels, bytes: bytes, openMicroseconds: open * 1e6,
        populateMilliseconds: populate * 1e3, verifyMilliseconds: verify * 1e3,
        daemonMilliseconds: daemon * 1e3))
  }
}
