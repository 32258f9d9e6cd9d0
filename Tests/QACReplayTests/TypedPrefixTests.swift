// Requests with prefixes that people typed.

import Foundation
import QACEngine
import QACLogs
import QACTestSupport
import QACText
import Testing

@testable import QACReplay

@Suite struct TypedPrefixTests {
  /// AmazonQAC's lines; every third one does not say what was typed.
  private func log(_ directory: TemporaryDirectory) throws -> QueryLog {
    let lines = (0..<200).map { i in
      let query = ["red shoes", "red hat", "blue jeans", "garden hose"][i % 4]
      let typed = i % 3 == 0 ? [] : ["R", "re", String(query.prefix(6)), "misstyped"]
      let list = typed.map { "\"\($0)\"" }.joined(separator: ",")
      return #"{"session_id":"s\#(i / 5)","prefixes":[\#(list)],"final_search_term":"\#(query)","#
        + #""search_time":"2026-01-\#(10 + i / 20) 10:00:\#(10 + i % 20)"}"#
    }
    let path = directory.file("log.jsonl")
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    return try LogReader.read(paths: [path])
  }

  @Test func whatWasTypedIsAskedFor() throws {
    let log = try log(try TemporaryDirectory())
    let split = LogSplit(log, by: .time, seed: 1)
    var replay = LogReplay(log, split: split, protocol: .replay, seed: 1)
    #expect(replay.requestCount(of: .score) == 20)
    replay.typedPrefixes = Normalizer(.search)
    #expect(replay.requestCount(of: .score) == replay.typedCount(of: .score))
    var requests: [ReplayRequest] = []
    for part in LogSplit.Part.allCases {
      replay.forEachRequest(of: part) { requests.append($0) }
    }
    let asked = Set(requests.map { String(decoding: $0.prefix, as: UTF8.self) })
    for request in requests {
      #expect(request.observation % 3 != 0)
      let prefix = String(decoding: request.prefix, as: UTF8.self)
      #expect(request.prefixLength == prefix.unicodeScalars.count)
    }
    #expect(requests.count == 133)
    // Normalised, and slips stay.
    #expect(asked == ["r", "re", "red sh", "red ha", "blue j", "garden", "misstyped"])
    // For the fit, some prefixes are drawn.
    var fitted: [ReplayRequest] = []
    replay.forEachRequest(of: .learn, whole: true) { fitted.append($0) }
    let drawn = fitted.count { !asked.contains(String(decoding: $0.prefix, as: UTF8.self)) }
    #expect((5...60).contains(drawn))
  }
}
