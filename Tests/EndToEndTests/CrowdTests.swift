// Crowds and bad neighbours, on the built daemon: memory stays bounded and everybody else is
// served.
//
// `QAC_CONNECTIONS` says how many connections there are; `make crowd` makes twenty thousand.

import Foundation
import QACBinary
import QACClient
import QACProtocol
import QACTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(30))) struct CrowdTests {
  private static let ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"

  /// Lets this process have as many descriptors as a crowd needs.
  private func raiseDescriptorLimit() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    getrlimit(resource, &limit)
    limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, 8192))
    setrlimit(resource, &limit)
  }

  @Test func moreConnectionsThanTheLimit() throws {
    raiseDescriptorLimit()
    let connections = Effort.named("QAC_CONNECTIONS", otherwise: 1500)
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start()
    let good = try RawConnection(files.socket)
    #expect(try good.ask(Self.ping)["result"] != nil)
    var held: [RawConnection] = []
    var told = 0
    for number in 0..<connections {
      let connection = try RawConnection(files.socket)
      if number % 100 == 99 {
        #expect(try good.ask(Self.ping)["result"] != nil)
      }
      if held.count < 511 {
        held.append(connection)
        // Asked, so that it is one of those that are counted.
        #expect(try connection.ask(Self.ping)["result"] != nil)
        // Half of a line, for good.
        try connection.send("{\"jsonrpc\":")
        continue
      }
      // One line, then the end.
      if let answer = try? connection.receive() {
        #expect(answer.errorCode == .busy)
        told += 1
      }
      #expect(try connection.receive() == nil)
    }
    #expect(told == connections - held.count)
    let full = daemon.descriptorCount
    #expect(full > 511 && full < 600)
    let memory = daemon.residentKiB
    held.removeAll()
    var attempts = 0
    while daemon.descriptorCount > full - 500 {
      _ = try good.ask(Self.ping)
      attempts += 1
      try #require(attempts < 100_000)
    }
    print("\(connections) connections, 512 held at \(memory) KiB, \(told) told that it is busy")
    daemon.stop()
  }

  /// All at once: floods, slow writers, who never reads, giant lines, and noise.
  @Test(arguments: [1, 2]) func badNeighbours(seed: UInt64) throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start()
    var random = SplitMix64(seed: seed)
    let good = files.client()
    for _ in 0..<50 { _ = try good.texts("ap", session: "good") }
    let before = daemon.residentKiB
    let request = Array(
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"complete\","
        + "\"params\":{\"prefix\":\"\",\"limit\":100,\"explain\":true}}\n").utf8)
    let flood = Array(repeating: request, count: 600).flatMap { $0 }
    let giant = Array(repeating: UInt8(0x78), count: 1 << 20)
    let tiny = Array(String(repeating: "x\n", count: 32_768).utf8)
    var neighbours: [RawConnection] = []
    for step in 0..<60 {
      if neighbours.count < 40 { neighbours.append(try RawConnection(files.socket)) }
      let neighbour = neighbours[random.below(neighbours.count)]
      switch random.below(6) {
      case 0: _ = neighbour.sendAvailable(flood)
      case 1: _ = neighbour.sendAvailable(giant)
      case 2: _ = neighbour.sendAvailable(tiny)
      case 3: for byte in request.prefix(random.below(60)) { _ = neighbour.sendAvailable([byte]) }
      case 4:
        _ = neighbour.sendAvailable(
          (0..<5000).map { _ -> UInt8 in UInt8(truncatingIfNeeded: random.next()) })
      default: neighbours.remove(at: random.below(neighbours.count))
      }
      #expect(try good.texts("ap", session: "good").count == 10, "seed \(seed), step \(step)")
      try good.record("query \(step)", session: "good")
    }
    let grown = daemon.residentKiB - before
    // Forty times what one may bind, and the process's own room.
    #expect(grown < 200 << 10, "seed \(seed): \(grown) KiB more")
    #expect(try good.queries("good").count == 60)
    neighbours.removeAll()
    daemon.stop()
  }

  /// Closes what other tests that run meanwhile left open for new programs.
  private static let alone = [
    "/bin/bash", "-c",
    #"for each in /proc/self/fd/*; do [ "${each##*/}" -lt 3 ] || eval "exec ${each##*/}>&-"; done; "#
      + #"exec "$@""#, "bash",
  ]

  /// A low limit of descriptors allows few connections, but always leaves some for files: a client
  /// that is served at all is served completely. A start needs about 50.
  @Test(
    .enabled(if: access("/usr/bin/prlimit", X_OK) == 0, "prlimit is needed"),
    arguments: [60, 72, 256])
  func fewDescriptorsMakeFewConnections(limit: Int) throws {
    raiseDescriptorLimit()
    let indexes = try Programs.smallIndexes.get()
    let files = try DaemonFiles(copyOf: indexes[0])
    let metrics = files.directory.file("run/m.sock")
    // A socket for scrapers has a reserve of its own.
    let more = limit > 100 ? ["--metrics-socket", metrics] : []
    let daemon = try files.start(
      more, launcher: Self.alone + ["/usr/bin/prlimit", "--nofile=\(limit):\(limit)"])
    let good = try RawConnection(files.socket)
    #expect(try good.ask(Self.ping)["result"] != nil)
    #expect(Programs.text(files.log).contains("few open files are allowed"))
    var held: [RawConnection] = []
    var told = 0
    for _ in 0..<limit + 50 {
      let connection = try RawConnection(files.socket)
      // Those that are refused are told unasked, and may be closed before they ask.
      _ = connection.sendAvailable(Array((Self.ping + "\n").utf8))
      let answer = try #require(try connection.receive())
      if answer["result"] != nil {
        held.append(connection)
      } else {
        #expect(answer.errorCode == .busy)
        told += 1
      }
    }
    #expect(told >= 50 && held.count + told == limit + 50)
    // Those who neither ask nor leave.
    let silent = (0..<150).compactMap { _ in HalfOpen(files.socket) }
    #expect(daemon.descriptorCount <= limit)
    for number in 0..<10 {
      try files.install(indexes[(number + 1) % 2])
      #expect(try good.ask(#"{"jsonrpc":"2.0","id":1,"method":"reload"}"#)["result"] != nil)
      #expect(
        try good.ask(
          #"{"jsonrpc":"2.0","id":1,"method":"block","params":{"kind":"word","text":"w\#(number)"}}"#
        )[
          "result"] != nil)
      let record =
        #"{"jsonrpc":"2.0","id":1,"method":"record","params":{"session":"s\#(number)","query":"q"}}"#
      #expect(try good.ask(record)["result"] != nil)
      if limit > 100 {
        #expect(try scrape(metrics).contains("qacd_accept_failures_total 0"))
      }
    }
    let text = try good.ask(#"{"jsonrpc":"2.0","id":1,"method":"metrics"}"#)["result"]?["text"]
    let metricsText = String(decoding: text?.utf8 ?? [], as: UTF8.self)
    #expect(metricsText.contains("qacd_accept_failures_total 0"))
    #expect(metricsText.contains("qacd_connections_limit \(held.count + 1)"))
    withExtendedLifetime(silent) {}
    held.removeAll()
    daemon.stop()
  }

  private func scrape(_ path: String) throws -> String {
    let stream = try RawConnection(path)
    try stream.send("GET /metrics HTTP/1.0\r\n\r\n")
    return String(decoding: try stream.receiveAll(), as: UTF8.self)
  }

  /// Where the system itself gives no more, accepting is tried now and then, not all the time.
  @Test(.enabled(if: access("/usr/bin/prlimit", X_OK) == 0, "prlimit is needed"))
  func outOfDescriptorsAcceptingRests() throws {
    raiseDescriptorLimit()
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start()
    let good = try RawConnection(files.socket)
    #expect(try good.ask(Self.ping)["result"] != nil)
    // Nobody told the daemon.
    let taken = daemon.descriptorCount
    let lowered = try Programs.run(
      "/usr/bin/prlimit", ["--pid", "\(daemon.pid)", "--nofile=\(taken):"])
    #expect(lowered.code == 0, "\(lowered.errors)")
    let start = ContinuousClock.now
    let crowd = (0..<20).compactMap { _ in HalfOpen(files.socket) }
    #expect(crowd.count == 20)
    func failures() throws -> Int {
      let text = try good.ask(#"{"jsonrpc":"2.0","id":1,"method":"metrics"}"#)["result"]?["text"]
      let line = String(decoding: text?.utf8 ?? [], as: UTF8.self).split(separator: "\n").first {
        $0.hasPrefix("qacd_accept_failures_total ")
      }
      return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? -1
    }
    while try failures() < 5 {}
    // Ten a second, however fast the machine is.
    let most = Int((ContinuousClock.now - start) / .milliseconds(100)) + 2
    let count = try failures()
    #expect(count <= most, "\(ContinuousClock.now - start)")
    let lines = Programs.text(files.log).split(separator: "\n")
    #expect(lines.count { $0.contains("no connection can be accepted") } == 1)
    // And when there are some again, it goes on by itself.
    _ = try Programs.run("/usr/bin/prlimit", ["--pid", "\(daemon.pid)", "--nofile=256:"])
    #expect(try files.client().texts("ap").count == 10)
    daemon.stop()
  }

  /// Whatever the limit, the start either says that it is too low or a crowd that takes every
  /// descriptor at the first moment costs nothing but its own place.
  @Test(
    .enabled(if: access("/usr/bin/prlimit", X_OK) == 0, "prlimit is needed"),
    arguments: [12, 17, 19, 22, 26, 30, 34, 38, 42, 46, 47, 52, 55])
  func aCrowdAtTheFirstMoment(limit: Int) throws {
    raiseDescriptorLimit()
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let launcher = Self.alone + ["/usr/bin/prlimit", "--nofile=\(limit):\(limit)"]
    let crowd = Crowd(files.socket, size: 100)
    defer { crowd.leave() }
    let daemon: RunningDaemon
    do {
      daemon = try files.start(
        ["--loops", "2"], launcher: launcher, environment: ["WATCHDOG_USEC": "100000"])
    } catch let ended as Ended {
      let lines = ended.description.split(separator: "\n")
      #expect(lines.count == 1, "limit \(limit): \(ended)")
      #expect(ended.description.contains("may open \(limit) files"), "limit \(limit): \(ended)")
      // Some 50 are what a start needs; how many descriptors are open when it looks may differ by
      // one or two.
      #expect(limit < 53)
      return
    }
    #expect(limit > 47)
    // Its manager hears of it, or would end it.
    try daemon.waitFor("WATCHDOG=1")
    crowd.leave()
    // Until the daemon has seen that they are gone there is no place.
    var texts: [String]?
    while texts == nil { texts = try? files.client().texts("ap") }
    #expect(texts?.count == 10)
    try files.client().record("q", session: "s")
    #expect(try files.client().queries("s") == ["q"])
    daemon.stop()
  }
}

/// Connections that are made as soon as a socket is there, and held.
private final class Crowd {
  private final class State: Sendable {
    let isLeaving = Atomic(false)
    let isGone = DispatchSemaphore(value: 0)
  }

  private let state = State()
  private var hasLeft = false

  init(_ path: String, size: Int) {
    Thread.detachNewThread { [state] in
      var held: [HalfOpen] = []
      while !state.isLeaving.load(ordering: .relaxed) {
        if held.count < size, let connection = HalfOpen(path) {
          held.append(connection)
        } else {
          poll(nil, 0, 1)
        }
      }
      held.removeAll()
      state.isGone.signal()
    }
  }

  /// Closes all connections; returns when that is done.
  func leave() {
    if hasLeft { return }
    hasLeft = true
    state.isLeaving.store(true, ordering: .relaxed)
    state.isGone.wait()
  }
}
