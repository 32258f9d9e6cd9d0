// What is wiped cannot be read any more: not in an array that keeps its memory, not on the stack.

import QACBinary
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct WipingTests {
  private static let pattern: UInt8 = 0x5A

  /// Leaves a pattern in a frame that is over when this returns, and overwrites the stack or not.
  ///
  /// - Returns: What is left of the pattern, read in a way that no sanitizer checks.
  private func remainder(depth: Int, wiping: Bool) throws -> [UInt8] {
    let memory = open("/proc/self/mem", O_RDONLY)
    try #require(memory >= 0)
    defer { close(memory) }
    // All that the reading needs is made before: it must not write over the pattern itself.
    var bytes = [UInt8](repeating: 1, count: 512)
    let address = leavePattern(below: depth)
    if wiping { wipeStack() }
    let count = pread(memory, &bytes, 512, off_t(address))
    try #require(count == 512)
    return bytes
  }

  @inline(never) private func leavePattern(below depth: Int) -> UInt {
    var room = InlineArray<512, UInt8>(repeating: Self.pattern)
    return withUnsafeMutablePointer(to: &room) { room in
      depth == 0 ? UInt(bitPattern: room) : leavePattern(below: depth - 1)
    }
  }

  @Test(arguments: [8, 20, 60]) func nothingIsLeftOnTheStack(depth: Int) throws {
    let kept = try remainder(depth: depth, wiping: false)
    let left = try remainder(depth: depth, wiping: true)
    #expect(Set(kept) == [Self.pattern])
    #expect(Set(left) == [0])
  }

  @Test func anArrayKeepsItsMemoryAndNothingInIt() {
    var array = [UInt8](repeating: Self.pattern, count: 1000)
    let capacity = array.capacity
    array.wipe()
    #expect(array.isEmpty)
    #expect(array.capacity == capacity)
    let left = array.withUnsafeBytes { room in
      UnsafeRawBufferPointer(start: room.baseAddress, count: capacity).contains(Self.pattern)
    }
    #expect(!left)
  }
}
