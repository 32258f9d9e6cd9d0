// The daemon's counters and their text: histograms against sorted lists, the text against a strict
// reader.

import Foundation
import GRDB
import Logging
import NIOCore
import NIOEmbedded
import QACBinary
import QACProtocol
import QACTestSupport
import Testing

@testable import QACServer

@Suite struct MetricsTests {
  @Test(arguments: 0..<20) func quantilesAreWithinABucket(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let recorders = [LatencyRecorder(), LatencyRecorder()]
    var values: [Int] = []
    for _ in 0..<(1 + random.below(2000)) {
      let value = random.below(1 << random.below(30) + 1)
      values.append(value)
      recorders[random.below(2)].record(value)
    }
    values.sort()
    var merged = LatencyHistogram()
    for recorder in recorders { merged += recorder.snapshot }
    for q in [0.01, 0.5, 0.9, 0.99, 0.999, 1] {
      let exact = values[max(0, Int((q * Double(values.count)).rounded(.up)) - 1)]
      let got = merged.quantile(q)
      #expect(got >= exact && Double(got) <= Double(exact) * (1 + 1.0 / 64), "seed \(seed), q \(q)")
    }
    #expect(merged.minimum == values.first && merged.maximum == values.last)
    #expect(merged.sum == values.reduce(0, +) && merged.count == values.count)
    let counts = merged.counts(belowPowers: 4...24)
    #expect(counts == (4...24).map { power in values.count { $0 < 1 << power } }, "seed \(seed)")
  }

  @Test func bucketsAreInOrderAndHoldWhatTheySay() {
    var random = SplitMix64(seed: 1)
    let greatest = (1 << 37) - 1
    let some = (0..<10_000).map { _ in random.below(1 << (1 + random.below(37))) }
    var before = -1
    for value in Array(0..<10_000) + (some + [greatest]).sorted() {
      let bucket = LatencyBuckets.bucket(of: value)
      #expect(value == 0 || bucket >= 0 && bucket < LatencyBuckets.count)
      #expect(LatencyBuckets.top(of: bucket) >= value)
      if bucket > 0 { #expect(LatencyBuckets.top(of: bucket - 1) < value) }
      if value != 0 { #expect(bucket >= before || value < 10_000) }
      before = bucket
    }
    #expect(LatencyBuckets.bucket(of: greatest) == LatencyBuckets.count - 1)
    #expect(LatencyBuckets.bucket(of: .max) == LatencyBuckets.count - 1)
    let recorder = LatencyRecorder()
    recorder.record(-5)
    recorder.record(.max - 1)
    #expect(recorder.snapshot.minimum == 0 && recorder.snapshot.count == 2)
  }

  @Test func requestsAreCountedByTheirMethod() {
    let metrics = Metrics()
    for (i, method) in Method.allCases.enumerated() {
      for _ in 0...i { metrics.began(method, waiting: i) }
      metrics.finished(method, microseconds: 1000 + i)
    }
    for (i, code) in ErrorCode.allCases.enumerated() {
      for _ in 0...i { metrics.error(code) }
    }
    var counts = metrics.snapshot
    #expect(counts.requests == Array(1...Method.allCases.count))
    #expect(counts.errors == Array(1...ErrorCode.allCases.count))
    for (i, method) in Method.allCases.enumerated() {
      #expect(counts.duration(of: method).maximum == 1000 + i)
    }
    #expect(counts.time(in: .waiting).count == counts.requests.reduce(0, +))
    counts += metrics.snapshot
    #expect(counts.requests == (1...Method.allCases.count).map { 2 * $0 })
  }

  /// One thread counts while another reads: the numbers only grow, and end at what was counted.
  @Test func countsMayBeReadWhileTheyGrow() async {
    let recorder = LatencyRecorder()
    let total = 200_000
    async let counted: Void = Task.detached {
      for i in 0..<total { recorder.record(i & 1023) }
    }.value
    var seen = 0
    while seen < total {
      let count = recorder.snapshot.count
      #expect(count >= seen && count <= total)
      seen = count
      await Task.yield()
    }
    await counted
    #expect(recorder.snapshot.sum == (0..<total).reduce(0) { $0 + ($1 & 1023) })
  }

  @Test(arguments: Transport.allCases)
  func metricsTellWhatStatusTells(transport: Transport) async throws {
    let server = try await TestServer(transport) { $0.slowMilliseconds = 0 }
    let client = try await server.connect()
    let canary = "canary4711"
    for i in 0..<3 { try await client.record("\(canary) \(i)", session: canary) }
    for _ in 0..<5 { _ = try await client.complete("r", session: canary) }
    _ = try await client.complete(canary, session: "\(canary) 2")
    _ = try await client.history(canary)
    _ = try await client.call("complete")
    _ = try await client.call("block", "{\"kind\":\"word\",\"text\":\"\(canary)\"}")
    _ = try await client.call("reload")
    let status = try #require(try await client.call("status")["result"])
    let answer = try #require(try await client.call("metrics")["result"]?["text"]?.utf8)
    let text = String(decoding: answer, as: UTF8.self)
    #expect(!text.contains(canary))
    let document = try PrometheusDocument(text)
    let pairs: [(String, Int64?)] = [
      ("qacd_index_labels", status["labels"]?.wholeNumber),
      ("qacd_sessions", status["sessions"]?.wholeNumber),
      ("qacd_events", 3), ("qacd_live_events", status["live"]?["events"]?.wholeNumber),
      ("qacd_requests_total{method=\"complete\"}", 6),
      ("qacd_requests_total{method=\"record\"}", 3),
      ("qacd_requests_total{method=\"metrics\"}", 1),
      ("qacd_errors_total{error=\"invalidParams\"}", 1),
      ("qacd_errors_total{error=\"busy\"}", 0),
      ("qacd_request_duration_seconds_count{method=\"complete\"}", 6),
      ("qacd_request_duration_seconds_count{method=\"record\"}", 3),
      ("qacd_request_duration_seconds_bucket{le=\"+Inf\",method=\"history\"}", 1),
      // Two sessions were not in memory.
      ("qacd_session_load_seconds_count", 2),
      ("qacd_reloads_total{outcome=\"taken\"}", 1),
      ("qacd_block_rules{source=\"method\"}", 1),
      ("qacd_slow_requests_total", 0),
    ]
    for (series, value) in pairs {
      #expect(document[series] == value.map(Double.init), "\(series)")
    }
    #expect(document["qacd_build_info{version=\"\(ProgramVersion.number)\"}"] == 1)
    #expect(try #require(document["process_resident_memory_bytes"]) > 1_000_000)
    #expect(try #require(document["process_open_fds"]) > 3)
    #expect(try #require(document["process_cpu_seconds_total"]) > 0)
    // `status` says the same, and keeps its older member.
    #expect(status["complete_us"]?["count"]?.wholeNumber == 6)
    #expect(status["latency_us"]?["record"]?["count"]?.wholeNumber == 3)
    #expect(status["latency_us"]?["forget"] == nil)
    #expect(status["session_us"]?["count"]?.wholeNumber == 2)
    #expect(status["waiting_us"]?["count"]?.wholeNumber == 13)
    #expect(status["reloads"]?["taken"]?.wholeNumber == 1)
    #expect(status["complete_us"]?["p999"]?.wholeNumber != nil)
    try await server.stop()
  }

  @Test func aBadTextIsRefused() {
    let good = "# HELP a_total x\n# TYPE a_total counter\na_total{b=\"c\"} 1\n"
    #expect(throws: Never.self) { try PrometheusDocument(good) }
    for bad in [
      "", String(good.dropLast()), good + good, good + "a_total{b=\"c\"} 2\n", good + "\n",
      good + "b_total 1\n", "a_total 1\n", good.replacing("1\n", with: "-1\n"),
      good.replacing("counter", with: "gauge"), good.replacing("\"c\"", with: "\"\\c\""),
      "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
      "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n",
    ] {
      #expect(throws: PrometheusDocument.Fault.self, "\(bad)") { try PrometheusDocument(bad) }
    }
  }

  @Test func labelsAreEscaped() throws {
    var text = PrometheusText()
    text.family("a", .gauge, "x")
    text.sample(["b": "1\"2\\3\n4"], 1)
    let document = try PrometheusDocument(String(decoding: text.bytes, as: UTF8.self))
    #expect(document["a{b=\"1\\\"2\\\\3\\n4\"}"] == 1)
  }
}

@Suite struct SlowLogTests {
  private let request = Request.complete(.init(prefix: Array("canary".utf8)))

  @Test func aLineASecondAndHowManyWerePassedOver() {
    let capture = LogCapture()
    let log = SlowLog(capture.logger(), milliseconds: 50)
    let timing = RequestTiming(request, arrived: .max)
    for (milliseconds, lines) in [
      (49, 0), (50, 1), (60, 1), (1049, 1), (1050, 2), (1051, 2), (3000, 3),
    ] {
      log.look(at: timing, end: timing.start + milliseconds * 1000)
      #expect(capture.text.split(separator: "\n").count == lines, "\(milliseconds)")
    }
    #expect(log.count == 6)
    let texts = capture.text.split(separator: "\n")
    for (text, suppressed) in zip(texts, [0, 2, 1]) {
      #expect(text.contains("\"suppressed\": \(suppressed)"))
      #expect(text.contains("slow request") && text.contains("\"bytes\": 6"))
      #expect(!text.contains("canary"))
    }
  }

  @Test func itSaysWhereTheTimeWent() {
    let capture = LogCapture()
    let log = SlowLog(capture.logger(), milliseconds: 1)
    var timing = RequestTiming(request, arrived: ServerClock.microseconds - 5000)
    timing.loaded = timing.start + 200_000
    log.look(at: timing, end: timing.start + 250_000)
    #expect(timing.waiting >= 5000)
    for part in [
      "\"waiting_us\": \(timing.waiting)", "\"session_us\": 200000", "\"engine_us\": 50000",
      "\"total_us\": \(timing.waiting + 250_000)", "\"method\": complete",
    ] {
      #expect(capture.text.contains(part), "\(part) in \(capture.text)")
    }
  }

  @Test func reloadsAndNothingAreNotSlow() {
    let capture = LogCapture()
    let log = SlowLog(capture.logger(), milliseconds: 1)
    let reload = RequestTiming(.reload(), arrived: .max)
    log.look(at: reload, end: reload.start + 1_000_000)
    let off = SlowLog(capture.logger(), milliseconds: 0)
    let timing = RequestTiming(request, arrived: .max)
    off.look(at: timing, end: timing.start + 1_000_000)
    #expect(capture.text.isEmpty && log.count == 0 && off.count == 0)
  }

  /// Records that wait for a locked database, with everything that the log may say of them.
  @Test(arguments: Transport.allCases) func aSlowRecordIsToldWithoutIt(transport: Transport)
    async throws
  {
    let server = try await TestServer(transport) {
      $0.databaseBusySeconds = 0.05
      $0.slowMilliseconds = 40
    }
    let client = try await server.connect()
    let canary = "canary4711"
    try await client.record(canary, session: canary)
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(
      path: server.configuration.databasePath, configuration: configuration)
    try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let refused = try await client.call(
      "record", "{\"session\":\"\(canary)\",\"query\":\"\(canary)\"}")
    #expect(refused.errorCode == .databaseUnavailable)
    try other.inDatabase { try $0.execute(sql: "COMMIT") }
    // Other requests may also have been slow on this machine.
    let status = try await client.call("status")["result"]
    try await server.stop()
    #expect(try #require(status?["slow_requests"]?.wholeNumber) >= 1)
    #expect(server.log.text.contains("slow request"))
    #expect(!server.log.text.contains(canary))
  }
}

@Suite struct LogLineTests {
  private func line(_ message: String, _ metadata: Logger.Metadata) -> String {
    let bytes = LogLineHandler.line(.warning, message, metadata, at: 1_767_225_600)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aRecordIsALineOfPairs() {
    #expect(
      line("index reloaded", ["b": "/run/q.sock", "a": "12"])
        == "time=2026-01-01T00:00:00Z level=warning msg=\"index reloaded\" a=12 b=/run/q.sock\n")
    #expect(line("stopped", [:]) == "time=2026-01-01T00:00:00Z level=warning msg=stopped\n")
  }

  @Test func noValueBreaksALine() {
    let text = line(
      "m", ["a": "x\nlevel=error msg=\"forged\"", "b": "", "c": "é\u{1B}[31m", "d": "q=1"])
    #expect(
      text.hasSuffix(
        #"msg=m a="x\nlevel=error msg=\"forged\"" b="" c="é\u001b[31m" d="q=1""# + "\n"))
    #expect(text.count { $0 == "\n" } == 1)
  }
}

@Suite struct ScrapeTests {
  private func scrape(_ text: String) async throws -> String {
    let server = try await TestServer(.inProcess)
    let core = server.core
    let (loop, state) = server.loops[0]
    let channel = NIOAsyncTestingChannel(loop: loop)
    try await loop.executeInContext {
      try channel.pipeline.syncOperations.addHandler(
        MetricsHandler(core: core, loop: state.value, connections: MetricsConnections()))
    }
    try await channel.connect(to: SocketAddress(unixDomainSocketPath: "/in-process")).get()
    // In two pieces, as a slow peer sends it.
    let middle = text.index(text.startIndex, offsetBy: text.count / 2)
    for piece in [text[..<middle], text[middle...]] where !piece.isEmpty {
      try await channel.writeInbound(ByteBuffer(string: String(piece)))
    }
    let answer = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
    try await server.stop()
    return String(buffer: answer)
  }

  @Test func metricsAreGotOverHTTP() async throws {
    let answer = try await scrape("GET /metrics?x=1 HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n")
    let end = try #require(answer.range(of: "\r\n\r\n"))
    let (head, body) = (answer[..<end.lowerBound], answer[end.upperBound...])
    #expect(head.hasPrefix("HTTP/1.0 200 OK\r\n"))
    #expect(head.contains("Content-Length: \(body.utf8.count)"))
    #expect(head.contains("text/plain; version=0.0.4"))
    #expect(try PrometheusDocument(String(body))["qacd_events"] == 0)
    let only = try await scrape("HEAD /metrics HTTP/1.0\n\n")
    #expect(only.hasPrefix("HTTP/1.0 200 OK") && only.hasSuffix("\r\n\r\n"))
  }

  @Test(arguments: [
    ("GET / HTTP/1.0\r\n\r\n", "404"), ("POST /metrics HTTP/1.1\r\n\r\n", "405"),
    ("GET /metrics\r\n\r\n", "400"), ("\r\n\r\n", "400"), ("\n\n", "400"),
    ("GET  /metrics HTTP/1.0\r\n\r\n", "400"), ("GET /metrics SMTP/1.0\r\n\r\n", "400"),
    ("\u{0}\u{1}\n\n", "400"), (String(repeating: "x", count: 20_000), "431"),
  ])
  func otherRequestsAreRefused(request: String, code: String) async throws {
    let answer = try await scrape(request)
    #expect(answer.hasPrefix("HTTP/1.0 \(code) "), "\(answer)")
  }
}
