// Packed numbers against plain arrays, of every width.

import QACBinary
import QACTestSupport
import Testing

@Suite struct PackedArrayTests {
  /// `bytes` with the eight behind them that a view may read; they are not zero, and do not matter.
  private func withSlack<R>(_ bytes: [UInt8], _ body: (UnsafeRawPointer) throws -> R) rethrows -> R?
  {
    try (bytes + [UInt8](repeating: 0xA5, count: 8)).withUnsafeBytes {
      try $0.baseAddress.map(body)
    }
  }

  @Test(arguments: 1...57)
  func numbersOfEveryWidthComeBack(width: Int) throws {
    try withEvery("seed", in: UInt64(0)..<20) { seed in
      var random = SplitMix64(seed: seed)
      let greatest = UInt64.max >> UInt64(64 - width)
      let numbers = (0..<random.below(70)).map { _ in
        [0, greatest, 1, random.next() & greatest, random.next() & greatest][random.below(5)]
      }
      var writer = BitWriter()
      for number in numbers { writer.append(number, width: width) }
      #expect(writer.bitCount == numbers.count * width)
      let bytes = writer.finish()
      #expect(bytes.count == (numbers.count * width + 7) / 8)
      withSlack(bytes) { base in
        let packed = PackedArray<UInt64>(base: base, count: numbers.count, width: width)
        #expect(Array(packed) == numbers)
        if width <= 32 {
          let narrow = PackedArray<UInt32>(base: base, count: numbers.count, width: width)
          #expect(narrow.map { UInt64($0) } == numbers)
        }
      }
    }
  }

  @Test func mixedWidthsLieOneBehindTheOther() throws {
    try withEvery("seed", in: UInt64(0)..<200) { seed in
      var random = SplitMix64(seed: seed)
      var writer = BitWriter()
      var bits: [UInt8] = []
      for _ in 0..<random.below(40) {
        let width = random.below(58)
        let number = width == 0 ? 0 : random.next() >> UInt64(64 - width)
        writer.append(number, width: width)
        bits += (0..<width).map { UInt8(number >> UInt64($0) & 1) }
      }
      let bytes = writer.finish()
      #expect(bytes.count == (bits.count + 7) / 8)
      for (i, byte) in bytes.enumerated() {
        for bit in 0..<8 {
          let expected = 8 * i + bit < bits.count ? bits[8 * i + bit] : 0
          #expect(byte >> UInt8(bit) & 1 == expected)
        }
      }
    }
  }

  @Test func widthsAreTheLeastThatHold() {
    #expect(BitWriter.width(of: 0) == 1)
    for width in 1...57 {
      #expect(BitWriter.width(of: UInt64.max >> UInt64(64 - width)) == width)
      #expect(BitWriter.width(of: 1 << UInt64(width - 1)) == width)
    }
  }

  @Test(arguments: [0, 1, 2, 15, 16, 17, 31, 32, 33, 100])
  func ascendingNumbersComeBack(count: Int) throws {
    try withEvery("seed", in: UInt64(0)..<60) { seed in
      var random = SplitMix64(seed: seed)
      let step = UInt64(1) << UInt64(random.below(50))
      var numbers: [UInt64] = []
      for _ in 0..<count {
        let rise = random.below(3) == 0 ? 0 : random.next() % step
        numbers.append((numbers.last ?? [0, 0, 7][random.below(3)]) + rise)
      }
      let bits = BitWriter.ascendingBits(of: numbers)
      var writer = BitWriter()
      writer.append(ascending: numbers, firstBits: bits.first, stepBits: bits.step)
      #expect(
        writer.bitCount
          == AscendingArray.bitCount(count, firstBits: bits.first, stepBits: bits.step))
      withSlack(writer.finish()) { base in
        let packed = AscendingArray(
          base: base, count: count, firstBits: bits.first, stepBits: bits.step)
        #expect(Array(packed) == numbers)
        for i in 0..<max(0, count - 1) {
          #expect(packed.bounds(i) == (numbers[i], numbers[i + 1]))
          #expect(packed.rise(i) == numbers[i + 1] - numbers[i])
        }
      }
    }
  }

  @Test func ascendingNumbersTakeTheLeastBits() {
    #expect(BitWriter.ascendingBits(of: [UInt64]()) == (1, 1))
    #expect(BitWriter.ascendingBits(of: [UInt64](repeating: 1000, count: 40)) == (10, 1))
    #expect(BitWriter.ascendingBits(of: (0..<17).map { UInt64($0) * 100 }) == (11, 11))
    // A step that is wider than every first number widens these, too.
    #expect(BitWriter.ascendingBits(of: [0, 1 << 40]) == (41, 41))
  }
}
