// The frames do not depend on how the stream is cut.

import QACBinary
import QACProtocol
import QACTestSupport
import Testing

@Suite struct FrameSplitterTests {
  /// The lines that a splitter makes of a stream, as text; nil for an oversized one.
  private func frames(_ pieces: [[UInt8]], limit: Int) -> (frames: [String?], isMidFrame: Bool) {
    var splitter = FrameSplitter(limit: limit)
    var frames: [String?] = []
    for piece in pieces {
      piece.withUnsafeBufferPointer { buffer in
        splitter.receive(buffer) { frame in
          switch frame {
          case .line(let line): frames.append(String(decoding: line, as: UTF8.self))
          case .oversized: frames.append(nil)
          }
        }
      }
      #expect(splitter.pendingByteCount <= limit)
    }
    return (frames, splitter.isMidFrame)
  }

  @Test func linesEndAtNewlines() {
    everyWay(bytes("one\ntwo\r\n\n\r\nthree\n")) { pieces in
      let result = frames(pieces, limit: 100)
      #expect(result.frames == ["one", "two", "", "", "three"])
      #expect(!result.isMidFrame)
    }
  }

  @Test func anUnfinishedLineIsReported() {
    everyWay(bytes("one\ntw")) { pieces in
      let result = frames(pieces, limit: 100)
      #expect(result.frames == ["one"])
      #expect(result.isMidFrame)
    }
  }

  @Test func theCapIsExact() {
    let exact = String(repeating: "x", count: 10)
    everyWay(bytes("\(exact)\n\(exact)y\nz\n")) { pieces in
      #expect(frames(pieces, limit: 10).frames == [exact, nil, "z"])
    }
  }

  @Test func theCapOfTheProtocolIsExact() {
    let cap = ProtocolLimits.maximumFrameBytes
    let stream =
      [UInt8](repeating: 0x78, count: cap) + [0x0A] + [UInt8](repeating: 0x79, count: cap + 1)
      + bytes("\nok\n")
    for size in [1, 7, 4096, cap, cap + 1, stream.count] {
      let pieces = stride(from: 0, to: stream.count, by: size).map {
        Array(stream[$0..<min(stream.count, $0 + size)])
      }
      let result = frames(pieces, limit: cap)
      #expect(result.frames.map { $0?.utf8.count } == [cap, nil, 2], "pieces of \(size)")
    }
  }

  @Test func anOversizedLineIsReportedOnceAndEndsTheStreamWithinIt() {
    everyWay([UInt8](repeating: 0x78, count: 1000)) { pieces in
      let result = frames(pieces, limit: 10)
      #expect(result.frames == [nil])
      #expect(result.isMidFrame)
    }
  }

  @Test func thousandsOfFramesInOneRead() {
    let lines = (0..<20_000).map { "line \($0)" }
    let result = frames([bytes(lines.joined(separator: "\n") + "\n")], limit: 100)
    #expect(result.frames == lines)
  }

  @Test func randomStreamsAgreeWithSplittingTheWhole() throws {
    try withEvery("seed", in: 0..<300 as Range<UInt64>) { seed in
      var random = SplitMix64(seed: seed)
      let stream = (0..<random.below(400)).map { _ -> UInt8 in
        [0x0A, 0x0D, 0x61, 0x62, 0x00, 0xFF, 0x0B, 0x8A][random.below(8)]
      }
      let parts = stream.split(separator: 0x0A, omittingEmptySubsequences: false)
      let expected = parts.dropLast().map { part -> String? in
        if part.count > 12 { return nil }
        return String(decoding: part.last == 0x0D ? part.dropLast() : part, as: UTF8.self)
      }
      let overflows = (parts.last?.count ?? 0) > 12
      everyWay(stream, seed: seed) { pieces in
        #expect(frames(pieces, limit: 12).frames == expected + (overflows ? [nil] : []))
      }
    }
  }
}
