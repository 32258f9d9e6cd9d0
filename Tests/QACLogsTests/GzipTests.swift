// Packed logs: whole, in pieces, cut off and damaged.

import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct GzipTests {
  private func text(_ random: inout SplitMix64) -> [UInt8] {
    (0..<random.below(20_000)).map { _ in UInt8(97 + random.below(random.below(5) + 2)) }
  }

  @Test
  func whatIsPackedIsUnpacked() throws {
    try withEvery("seed", in: UInt64(0)..<40) { seed in
      var random = SplitMix64(seed: seed)
      let bytes = text(&random)
      let packed = GzipWriter.pack(bytes)
      #expect(packed == GzipWriter.pack(bytes), "seed \(seed)")
      for step in [1, 7, 1 << 16] {
        let unpacked = try unpack(packed, step: step)
        #expect(unpacked == bytes, "seed \(seed)")
      }
    }
  }

  @Test
  func theHeaderHoldsNoTime() {
    let packed = GzipWriter.pack([1, 2, 3])
    // Magic, deflate, no flags, no time.
    #expect(packed[..<8] == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
  }

  @Test
  func membersMakeOneStream() throws {
    let first = Array("first ".utf8)
    let second = Array("second".utf8)
    let packed = GzipWriter.pack(first) + GzipWriter.pack([]) + GzipWriter.pack(second)
    for padding in [0, 1, 1000] {
      for step in [1, 5, 4096] {
        let padded = packed + [UInt8](repeating: 0, count: padding)
        let unpacked = try unpack(padded, step: step)
        #expect(unpacked == first + second)
      }
    }
  }

  @Test
  func whatFollowsIsDamage() throws {
    #expect(throws: LogError.corruptGzip(path: "test", reason: "is followed by something else")) {
      try unpack(GzipWriter.pack([1]) + [0x61, 0x62])
    }
  }

  @Test
  func everyTruncationIsFound() throws {
    let directory = try TemporaryDirectory()
    let packed = GzipWriter.pack(Array("a\t1\tx\nb\t2\ty and z\n".utf8))
    for length in 2..<packed.count {
      let path = try write(Array(packed[..<length]), in: directory)
      #expect(throws: LogError.corruptGzip(path: path, reason: "ends too early"), "\(length)") {
        try LogReader.read(paths: [path])
      }
    }
    for length in 0..<2 {
      let path = try write(Array(packed[..<length]), in: directory)
      #expect(throws: LogError.self) { try LogReader.read(paths: [path]) }
    }
  }

  @Test
  func flippedBitsNeverGiveOtherText() throws {
    let bytes = Array("a\t1\tx\nb\t2\ty and z\n".utf8)
    let packed = GzipWriter.pack(bytes)
    for i in packed.indices {
      for bit in 0..<8 {
        var damaged = packed
        damaged[i] ^= 1 << bit
        // Some bits of the header (time, system) mean nothing for the text.
        if let text = try? unpack(damaged) { #expect(text == bytes, "byte \(i), bit \(bit)") }
      }
    }
  }
}
