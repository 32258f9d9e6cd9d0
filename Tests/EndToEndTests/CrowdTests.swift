// Crowds and bad neighbours, on the built daemon: memory stays bounded and everybody else is served.
//
// `QAC_CONNECTIONS` says how many connections there are; `make crowd` makes twenty thousand.

import Foundation
import QACBinary
import QACClient
import QACProtocol
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

  @Test(.enabled(if: access("/usr/bin/prlimit", X_OK) == 0, "prlimit is needed"))
  func tooFewDescriptors() throws {
    raiseDescriptorLimit()
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start(launcher: ["/usr/bin/prlimit", "--nofile=64:64"])
    let good = try RawConnection(files.socket)
    #expect(try good.ask(Self.ping)["result"] != nil)
    var crowd = (0..<150).compactMap { _ in HalfOpen(files.socket) }
    for i in 0..<50 {
      let record =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record\",\"params\":{\"session\":\"s\",\"query\":\"q\(i)\"}}"
      #expect(try good.ask(record)["result"] != nil)
    }
    crowd.removeAll()
    #expect(try files.client().queries("s").count == 50)
    daemon.stop()
  }

  /// Whatever the limit, the start either says that it is too low or a crowd that takes every descriptor at the
  /// first moment costs nothing but its own place.
  @Test(
    .enabled(if: access("/usr/bin/prlimit", X_OK) == 0, "prlimit is needed"),
    arguments: [12, 17, 19, 22, 26, 30, 34, 38, 42, 43, 44, 45, 46, 50])
  func aCrowdAtTheFirstMoment(limit: Int) throws {
    raiseDescriptorLimit()
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let launcher = ["/usr/bin/prlimit", "--nofile=\(limit):\(limit)"]
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
      #expect(limit < 44)
      return
    }
    #expect(limit >= 44)
    // Its manager hears of it, or would end it.
    try daemon.waitFor("WATCHDOG=1")
    crowd.leave()
    #expect(try files.client().texts("ap").count == 10)
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
