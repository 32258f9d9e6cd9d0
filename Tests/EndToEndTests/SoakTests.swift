// A long time in short: mixed load with swaps, deletions, retention and clients that vanish, and
// memory and descriptors that stay as they are.
//
// `QAC_SOAK_SECONDS` says how long; `make soak` takes half an hour, `make soak SECONDS=120` two
// minutes.

import Foundation
import QACBinary
import QACClient
import QACProtocol
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(120))) struct SoakTests {
  /// One look at the daemon.
  private struct Sample {
    var memory: Int
    var descriptors: Int
  }

  @Test func itIsTheSameAfterAWhile() throws {
    let seconds = Effort.named("QAC_SOAK_SECONDS", otherwise: 4)
    let indexes = try Programs.smallIndexes.get()
    let files = try DaemonFiles(copyOf: indexes[0])
    let daemon = try files.start(["--watch", "--keep-events", "4000", "--live-events", "3000"])
    let client = files.client()
    let load = Load(files, clients: 3)
    var random = SplitMix64(seed: 1)
    var samples: [Sample] = []
    var (swaps, deletions, vanished, refused) = (0, 0, 0, 0)
    let start = ContinuousClock.now
    let length = Duration.seconds(seconds)
    var nextSample = Duration.zero
    while ContinuousClock.now - start < length {
      if ContinuousClock.now - start >= nextSample {
        nextSample += length / 40
        samples.append(Sample(memory: daemon.residentKiB, descriptors: daemon.descriptorCount))
      }
      switch random.below(40) {
      case 0:
        try files.install(indexes[swaps % 2])
        _ = try client.reload()
        swaps += 1
      case 1:
        let session = try #require(SessionName("load \(random.below(20))"))
        _ = try client.forget(.init(session: session))
        deletions += 1
      case 2:
        _ = try client.forget(.everyone(query: Array("apple \(random.below(50))".utf8)))
        deletions += 1
      case 3:
        // A client that is killed in the middle of something.
        let other = try RawConnection(files.socket)
        let request =
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"complete\",\"params\":{\"prefix\":\"a\"}}\n"
        _ = other.sendAvailable(Array(String(repeating: request, count: 50).utf8.dropLast(9)))
        vanished += 1
      case 4:
        #expect(try RawConnection(files.socket).ask("nonsense").errorCode == .parseError)
        refused += 1
      default:
        // A word nobody had before: what memory would fill with.
        try client.record("new \(random.next())", session: "load \(random.below(20))")
      }
    }
    let requests = try load.stop()
    let status = try client.status()
    #expect(try #require(status["events"]?.wholeNumber) <= 4000 + 200)
    // The first quarter is for growing: caches, overlays, and SQLite's own.
    let settled = samples.dropFirst(samples.count / 4)
    let early = try #require(settled.prefix(10).map(\.memory).max())
    let late = try #require(settled.suffix(10).map(\.memory).max())
    let descriptors = settled.map(\.descriptors)
    #expect(late < early * 11 / 10 + (8 << 10), "\(samples.map(\.memory)) KiB")
    #expect(descriptors.max()! <= descriptors.min()! + 12, "\(descriptors)")
    print(
      "\(seconds) s: \(requests) requests, \(swaps) swaps, \(deletions) deletions, \(vanished) clients "
        + "that vanished, \(refused) bad lines, none failed; \(early) KiB early, \(late) KiB late, "
        + "\(descriptors.min()!) to \(descriptors.max()!) descriptors")
    daemon.stop()
  }
}
