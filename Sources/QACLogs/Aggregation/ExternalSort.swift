// Sorts more 64-bit numbers than memory should hold.
//
// Numbers are collected up to a limit. At the limit they are sorted and written to a temporary
// file, called a run; it has no name, so it vanishes with the process, however that ends. At the
// end the runs are merged.
// Invariant: the output is the input in ascending order, duplicates included.
// Cost: O(n log n); 16 bytes per number up to the limit (sorting needs a second array) and 8 bytes
// on disk per number beyond it.

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// A sorter of numbers with bounded memory.
struct ExternalSort: ~Copyable {
  private let limit: Int
  private let files: ScratchMemory
  private var values: [UInt64] = []
  private var descriptors: [Int32] = []
  /// How many numbers of a run are read at once.
  private static let piece = 1 << 15

  /// Makes a sorter.
  ///
  /// - Parameters:
  ///   - memory: Bytes that the numbers may take.
  ///   - count: The greatest number of numbers that will come.
  ///   - files: Where runs are written.
  init(memory: Int, count: Int, files: ScratchMemory) {
    limit = max(1024, memory / 16)
    self.files = files
    values.reserveCapacity(min(limit, count))
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
  }

  /// Adds a number.
  mutating func add(_ value: UInt64) throws(LogError) {
    if values.count == limit { try spill() }
    values.append(value)
  }

  private mutating func spill() throws(LogError) {
    RadixSort.sort(&values)
    let descriptor = try files.openFile()
    descriptors.append(descriptor)
    let code = values.withUnsafeBytes { bytes -> Int32 in
      var written = 0
      while written < bytes.count {
        let count = write(
          descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0, errno == EINTR { continue }
        if count < 0 { return errno }
        written += count
      }
      return 0
    }
    if code != 0 { throw files.failure("write a temporary file in", code) }
    values.removeAll(keepingCapacity: true)
  }

  /// Calls `body` with each number, in ascending order.
  consuming func forEach(_ body: (UInt64) -> Void) throws(LogError) {
    RadixSort.sort(&values)
    if descriptors.isEmpty {
      for value in values { body(value) }
      return
    }
    var runs: [Run] = []
    for descriptor in descriptors { runs.append(try Run(descriptor, Self.piece, files)) }
    var position = 0
    while true {
      // There are few runs: with a limit of 32 MiB, 25 for 50 million numbers.
      var least: UInt64?
      var from = -1
      for (i, run) in runs.enumerated() {
        if let value = run.value, value < least ?? .max || least == nil {
          (least, from) = (value, i)
        }
      }
      if position < values.count, values[position] <= least ?? .max {
        body(values[position])
        position += 1
      } else if let value = least {
        body(value)
        try runs[from].advance()
      } else {
        return
      }
    }
  }

  /// A sorted run that is read in pieces.
  private struct Run {
    private let descriptor: Int32
    private let files: ScratchMemory
    private var buffer: [UInt64]
    private var position = 0
    private var end = 0
    private var offset = 0
    /// The next number, or nil at the end.
    private(set) var value: UInt64?

    init(_ descriptor: Int32, _ piece: Int, _ files: ScratchMemory) throws(LogError) {
      self.descriptor = descriptor
      self.files = files
      buffer = [UInt64](repeating: 0, count: piece)
      try advance()
    }

    mutating func advance() throws(LogError) {
      if position == end {
        let at = offset
        let source = descriptor
        let count = buffer.withUnsafeMutableBytes {
          pread(source, $0.baseAddress, $0.count, off_t(at))
        }
        guard count >= 0 else { throw files.failure("read a temporary file in", errno) }
        offset += count
        position = 0
        end = count / 8
      }
      value = position < end ? buffer[position] : nil
      position += 1
    }
  }
}

/// Sorts 64-bit numbers by their bytes.
enum RadixSort {
  /// Sorts `values`; a byte that is equal in all of them costs no pass.
  ///
  /// - Complexity: O(n) per byte that differs; a second array.
  static func sort(_ values: inout [UInt64]) {
    if values.count < 256 {
      values.sort()
      return
    }
    var other = [UInt64](repeating: 0, count: values.count)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      var starts = [Int](repeating: 0, count: 257)
      for value in values { starts[Int(value >> shift & 0xFF) + 1] += 1 }
      if starts.contains(values.count) { continue }
      for i in 1..<257 { starts[i] += starts[i - 1] }
      values.withUnsafeBufferPointer { from in
        other.withUnsafeMutableBufferPointer { to in
          starts.withUnsafeMutableBufferPointer { starts in
            for value in from {
              let bucket = Int(value >> shift & 0xFF)
              to[starts[bucket]] = value
              starts[bucket] += 1
            }
          }
        }
      }
      swap(&values, &other)
    }
  }
}

/// The sorter as a function, for tests.
package enum ExternalSortProbe {
  /// `values` in ascending order.
  package static func sorted(
    _ values: [UInt64], memory: Int, directory: String
  ) throws(LogError) -> [UInt64] {
    var sort = ExternalSort(
      memory: memory, count: values.count, files: ScratchMemory(bytes: 0, directory: directory))
    for value in values { try sort.add(value) }
    var result: [UInt64] = []
    try sort.forEach { result.append($0) }
    return result
  }
}
