// Logs packed with Zstandard: whole, in pieces, cut off and damaged.

import CZstd
import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct ZstdTests {
  private func pack(_ bytes: [UInt8]) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&packed, packed.count, bytes, bytes.count, 3)
    return Array(packed[..<count])
  }

  @Test
  func whatIsPackedIsUnpacked() throws {
    try withEvery("seed", in: UInt64(0)..<20) { seed in
      var random = SplitMix64(seed: seed)
      let bytes = (0..<random.below(30_000)).map { _ in UInt8(97 + random.below(4)) }
      // Two frames make one stream.
      let packed = pack(bytes) + pack([0x0A] + bytes)
      for step in [1, 7, 1 << 16] {
        let unpacked = try unpackZstd(packed, step: step)
        #expect(unpacked == bytes + [0x0A] + bytes, "seed \(seed)")
      }
    }
  }

  @Test
  func aPackedLogIsTheLog() throws {
    let text = Array("a\t1\tx\na\t2\ty\nb\t3\tx\n".utf8)
    let log = try read(pack(text))
    #expect(words(log) == ["- > x", "x > y", "- > x"])
    #expect(try failure(reading: pack(pack(text)))?.description.contains("second time") == true)
  }

  @Test
  func everyTruncationIsFound() throws {
    let directory = try TemporaryDirectory()
    let packed = pack(Array("a\t1\tx\nb\t2\ty and z\n".utf8))
    for length in 4..<packed.count {
      let path = try write(Array(packed[..<length]), in: directory)
      #expect(throws: LogError.corruptZstd(path: path, reason: "ends too early"), "\(length)") {
        try LogReader.read(paths: [path])
      }
    }
    let path = try write(packed + [1, 2, 3, 4, 5], in: directory)
    #expect(throws: LogError.corruptZstd(path: path, reason: "is damaged")) {
      try LogReader.read(paths: [path])
    }
  }

  @Test
  func flippedBitsAreReadOrRefused() throws {
    let packed = pack(Array("a\t1\tx\nb\t2\ty and z\n".utf8))
    for i in 0..<packed.count * 8 {
      var damaged = packed
      damaged[i / 8] ^= 1 << (i % 8)
      _ = try? unpackZstd(damaged, step: 1 << 16)
    }
  }
}
