// A set of prefixes that tells whether a text begins with one of them.
//
// Invariant: the prefixes are ascending, and none begins with another. So a text can begin with
// only one of them: the last that is not greater than the text.
// Cost: a look-up is one binary search, O(log count) comparisons; no allocation.

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// An immutable set of prefixes.
struct PrefixSet: Sendable {
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]

  /// The number of prefixes that are kept: one that begins with another adds nothing.
  var count: Int { starts.count - 1 }

  /// Makes a set of `prefixes`, in any order.
  init(_ prefixes: [[UInt8]]) {
    var last: [UInt8]?
    for prefix in prefixes.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      if let last, prefix.starts(with: last) { continue }
      bytes += prefix
      starts.append(bytes.count)
      last = prefix
    }
  }

  /// The prefixes, ascending.
  var all: [[UInt8]] { (0..<count).map { Array(bytes[starts[$0]..<starts[$0 + 1]]) } }

  /// Whether `text` begins with one of the prefixes.
  func covers(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let greater = (0..<count).partitioningIndex { order(of: text, against: $0) < 0 }
    guard greater > 0 else { return false }
    let length = starts[greater] - starts[greater - 1]
    return length <= text.count && compare(text, greater - 1, length) == 0
  }

  /// Negative if `text` precedes prefix `i`, 0 if it is that prefix, else positive.
  @inline(__always)
  private func order(of text: UnsafeBufferPointer<UInt8>, against i: Int) -> Int {
    let length = starts[i + 1] - starts[i]
    let order = compare(text, i, min(length, text.count))
    return order != 0 ? order : text.count - length
  }

  /// The order of the first `length` bytes of `text` against those of prefix `i`.
  @inline(__always)
  private func compare(_ text: UnsafeBufferPointer<UInt8>, _ i: Int, _ length: Int) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      guard length > 0, let mine = bytes.baseAddress, let other = text.baseAddress else { return 0 }
      return Int(memcmp(other, mine + starts[i], length))
    }
  }
}
