// Indexes swapped under load: no request fails, whatever lies at the path, and nothing grows.
//
// `QAC_SWAPS` says how often; `make swaps` swaps three thousand times.

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

@Suite(.serialized, .timeLimit(.minutes(60))) struct SwapTests {
  @Test func swappedUnderLoadNothingFailsOrGrows() throws {
    let swaps = Effort.named("QAC_SWAPS", otherwise: 40)
    let indexes = try Programs.smallIndexes.get()
    let files = try DaemonFiles(copyOf: indexes[0])
    // A swap reads the live events anew; the load records on, and swaps must not become slower for
    // that.
    let daemon = try files.start(["--live-events", "4096"])
    let client = files.client()
    let load = Load(files, clients: 3)
    var random = SplitMix64(seed: 1)
    var identities: Set<String> = []
    var refused = 0
    var early = (memory: 0, descriptors: 0)
    for swap in 0..<swaps {
      try files.install(indexes[(swap + 1) % 2])
      if random.below(10) == 0 {
        try refuse(files, client, how: random.below(4))
        refused += 1
        try files.install(indexes[(swap + 1) % 2])
      }
      identities.insert(try client.reload())
      if swap == swaps / 4 { early = (daemon.residentKiB, daemon.descriptorCount) }
    }
    let requests = try load.stop()
    let late = (memory: daemon.residentKiB, descriptors: daemon.descriptorCount)
    #expect(identities.count == 2)
    #expect(requests > swaps)
    #expect(late.descriptors <= early.descriptors + 4, "\(early) \(late)")
    // An index more, and what the load itself records.
    #expect(late.memory < early.memory * 5 / 4 + (16 << 10), "\(early) \(late)")
    print(
      "\(swaps) swaps, \(refused) files refused, \(requests) requests meanwhile, none failed; "
        + "\(early.memory) KiB at a quarter, \(late.memory) KiB at the end")
    daemon.stop()
  }

  /// Puts something bad at the path; the old index must serve on.
  private func refuse(_ files: DaemonFiles, _ client: Client, how: Int) throws {
    let before = try client.status()["index"]
    var content = FileManager.default.contents(atPath: files.index) ?? Data()
    switch how {
    case 0: content = Data("no index".utf8)
    case 1: content[content.count / 2] ^= 0x20
    case 2: content = content.prefix(content.count / 3)
    default: break
    }
    let fresh = files.index + ".bad"
    try content.write(to: URL(fileURLWithPath: fresh))
    #expect(rename(fresh, files.index) == 0)
    if how == 3 { unlink(files.index) }
    #expect(throws: ClientError.self) { try client.reload() }
    #expect(try client.status()["index"] == before)
  }

  @Test func watchedFilesAreTaken() throws {
    let indexes = try Programs.smallIndexes.get()
    let files = try DaemonFiles(copyOf: indexes[0])
    let daemon = try files.start(["--watch"])
    let client = files.client()
    let before = try client.status()["index"]
    try files.install(indexes[1])
    // By itself, within seconds; the suite's time limit is what it would miss.
    while try client.status()["index"] == before { poll(nil, 0, 20) }
    #expect(try client.texts("ber").first?.hasPrefix("berry") == true)
    daemon.stop()
  }
}

/// Clients that complete and record until they are told to stop; the first that fails says so.
final class Load {
  private final class Shared: Sendable {
    let isStopping = Atomic(false)
    let requests = Atomic(0)
    let failure = Mutex<String?>(nil)
    let done = DispatchSemaphore(value: 0)

  }

  private let shared: Shared
  private let clients: Int

  init(_ files: DaemonFiles, clients: Int) {
    shared = Shared()
    self.clients = clients
    let path = files.socket
    for number in 0..<clients {
      Thread.detachNewThread { [shared] in
        let client = Client(socketPath: path, timeout: .seconds(30))
        var random = SplitMix64(seed: UInt64(number))
        while !shared.isStopping.load(ordering: .relaxed) {
          let session = "load \(random.below(20))"
          let word = ["apple", "berry", "wa", "b", ""][random.below(5)]
          do {
            if random.below(10) == 0 {
              try client.record("\(word) \(random.below(50))", session: session)
            } else {
              _ = try client.texts(word, session: session)
            }
            shared.requests.add(1, ordering: .relaxed)
          } catch {
            shared.failure.withLock { $0 = $0 ?? "\(error)" }
            break
          }
        }
        shared.done.signal()
      }
    }
  }

  /// Stops all; how many requests were answered. Throws where one failed.
  func stop() throws -> Int {
    shared.isStopping.store(true, ordering: .relaxed)
    for _ in 0..<clients { shared.done.wait() }
    try #require(shared.failure.withLock { $0 } == nil, "\(shared.failure.withLock { $0 } ?? "")")
    return shared.requests.load(ordering: .relaxed)
  }
}
