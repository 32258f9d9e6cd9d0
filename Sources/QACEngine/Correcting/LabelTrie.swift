// The labels as a trie, as far as a walk down needs it: where the children of a node begin.
//
// Labels are sorted, so a node, the labels that agree in their first d bytes, is a range of them. A
// child begins at a label that agrees with the one before it in exactly d bytes. Two bytes per
// label tell that:
//
//     depth   the bytes in which it agrees with the label before, whole scalars, at most 255
//     first   the byte behind these
//
// The least depth of each 64 labels is kept too, to pass over all of them at once.
// Invariant: this belongs to one index, in which no label changes.
// Cost: two bytes per label, made in O(bytes of the labels). A child is looked for in eight labels,
// or in eight blocks of 64, at a time: depths are not sorted, so a binary search would not do.
// Source: Abouelhoda, Kurtz, Ohlebusch, J. Discrete Algorithms 2004, §3 (the lcp-intervals of a
// sorted list of texts are the nodes of its trie).

import QACIndex

/// Where the children of trie nodes begin among sorted labels.
final class LabelTrie: Sendable {
  /// Nodes of so many bytes or more are not divided.
  static let deepest = 255
  private static let blockSize = 64
  /// Bytes behind those that count, which may be read.
  private static let padding = 8

  /// The depths, the first bytes and the least depths of blocks, each with padding. They are
  /// written in `init` and never after, so threads may share them.
  nonisolated(unsafe) private let bytes: UnsafeMutablePointer<UInt8>
  private let count: Int

  /// Reads the labels of `view`.
  init(_ view: IndexView) {
    count = view.labelCount
    let size = 2 * (count + Self.padding) + count / Self.blockSize + Self.padding
    bytes = .allocate(capacity: size)
    bytes.initialize(repeating: 0, count: size)
    if count == 0 { return }
    var before = view.text(of: 0)
    for i in 1..<max(1, count) {
      let text = view.text(of: UInt32(i))
      var depth = 0
      let most = min(before.count, text.count, Self.deepest)
      while depth < most, text[depth] == before[depth] { depth += 1 }
      // If the texts part within a scalar, the node ends before it.
      while depth > 0, depth < text.count, text[depth] & 0xC0 == 0x80 { depth -= 1 }
      bytes[i] = UInt8(depth)
      bytes[firsts + i] = depth < text.count ? text[depth] : 0
      before = text
    }
    for block in 0..<count / Self.blockSize {
      var least = UInt8.max
      for i in 0..<Self.blockSize { least = min(least, bytes[block * Self.blockSize + i]) }
      bytes[minima + block] = least
    }
  }

  deinit { bytes.deallocate() }

  private var firsts: Int { count + Self.padding }
  private var minima: Int { firsts + count + Self.padding }

  /// The children of a node, in order, one at a time; valid while the trie lives.
  struct Children {
    /// The labels of the child.
    private(set) var labels: Range<UInt32>
    /// The first byte of the scalar that leads to it.
    private(set) var first: UInt8
    private let end: Int
    private let depth: UInt8
    private let depths: UnsafePointer<UInt8>
    private let firsts: UnsafePointer<UInt8>
    private let minima: UnsafePointer<UInt8>

    fileprivate init(_ trie: LabelTrie, labels: Range<UInt32>, depth: Int32, first: UInt8) {
      self.labels = labels.lowerBound..<labels.lowerBound
      self.first = first
      self.depth = UInt8(truncatingIfNeeded: depth)
      end = Int(labels.upperBound)
      depths = UnsafePointer(trie.bytes)
      firsts = depths + trie.firsts
      minima = depths + trie.minima
      advance(from: Int(labels.lowerBound))
    }

    /// Goes to the next child; false if there is none.
    @inline(__always)
    mutating func next() -> Bool {
      let low = Int(labels.upperBound)
      if low == end { return false }
      first = firsts[low]
      advance(from: low)
      return true
    }

    @inline(__always)
    private mutating func advance(from low: Int) {
      labels = Range(
        uncheckedBounds: (UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: border(low))))
    }

    /// The first label after `low` of this depth, or the end.
    @inline(__always)
    private func border(_ low: Int) -> Int {
      // Search to the end of the block, skip whole blocks that have none, then search the next one.
      let blockEnd = min(end, (low | (LabelTrie.blockSize &- 1)) &+ 1)
      if let found = place(depths, low &+ 1, blockEnd) { return found }
      if blockEnd == end { return end }
      let last = end / LabelTrie.blockSize
      let block = place(minima, blockEnd / LabelTrie.blockSize, last) ?? last
      return place(depths, block &* LabelTrie.blockSize, end) ?? end
    }

    /// The first place, from `low` up to `high`, of a byte that is the depth.
    @inline(__always)
    private func place(_ bytes: UnsafePointer<UInt8>, _ low: Int, _ high: Int) -> Int? {
      let ones: UInt64 = 0x0101_0101_0101_0101
      let wanted = ones &* UInt64(depth)
      var at = low
      while at < high {
        let word =
          UInt64(
            littleEndian: UnsafeRawPointer(bytes + at).loadUnaligned(as: UInt64.self)) ^ wanted
        // The highest bit of each byte that is zero; bytes above the first such byte may be marked
        // wrongly.
        let zeros = (word &- ones) & ~word & (ones &<< 7)
        if zeros != 0 {
          let found = at &+ zeros.trailingZeroBitCount &>> 3
          return found < high ? found : nil
        }
        at &+= 8
      }
      return nil
    }
  }

  /// The children of a node.
  ///
  /// - Parameters:
  ///   - labels: The labels of the node that are longer than it, at least one.
  ///   - depth: The bytes of the node, less than `deepest`.
  ///   - first: The byte of the first of `labels` behind the node; nil if the label before is the
  ///     node's own text, for then the trie knows it.
  /// - Returns: The children, of which the first is at hand.
  @inline(__always)
  func children(of labels: Range<UInt32>, below depth: Int32, first: UInt8?) -> Children {
    Children(
      self, labels: labels, depth: depth,
      first: first ?? bytes[firsts + Int(labels.lowerBound)])
  }
}
