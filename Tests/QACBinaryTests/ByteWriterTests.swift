// The bytes of numbers.

import QACBinary
import QACTestSupport
import Testing

struct ByteWriterTests {
  @Test
  func numbersAreLittleEndian() {
    var writer = ByteWriter()
    writer.append(UInt8(0xAB))
    writer.append(UInt16(0x1234))
    writer.append(UInt32(0x89AB_CDEF))
    writer.append(Int64(-2))
    writer.append(Float(1))
    writer.append(Double(-2))
    #expect(
      writer.bytes == [
        0xAB, 0x34, 0x12, 0xEF, 0xCD, 0xAB, 0x89,
        0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0, 0, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0,
      ])
    #expect(writer.count == 27)
  }

  @Test
  func arraysAreTheirElements() throws {
    try withEvery("seed", in: UInt64(0)..<50) { seed in
      var random = SplitMix64(seed: seed)
      let numbers = (0..<random.below(20)).map { _ in UInt32(truncatingIfNeeded: random.next()) }
      let floats = numbers.map { Float(bitPattern: $0) }
      var whole = ByteWriter()
      whole.append(contentsOf: numbers)
      whole.append(contentsOf: floats)
      var single = ByteWriter()
      for number in numbers { single.append(number) }
      for float in floats { single.append(float) }
      #expect(whole.bytes == single.bytes, "seed \(seed)")
    }
  }

  @Test
  func bytesAreReplacedInPlace() {
    var writer = ByteWriter()
    writer.reserveCapacity(100)
    writer.append(raw: [UInt8](0..<8))
    writer.replace(UInt16(0x1234), at: 3)
    writer.replace(UInt8(0xFF), at: 7)
    #expect(writer.bytes == [0, 1, 2, 0x34, 0x12, 5, 6, 0xFF])
  }

  @Test
  func paddingIsZeros() {
    for alignment in [1, 2, 8, 64] {
      for length in 0..<70 {
        var writer = ByteWriter()
        writer.append(raw: [UInt8](repeating: 7, count: length))
        writer.pad(to: alignment)
        #expect(writer.count % alignment == 0)
        #expect(writer.count - length < alignment)
        #expect(writer.bytes[length...].allSatisfy { $0 == 0 })
      }
    }
  }
}
