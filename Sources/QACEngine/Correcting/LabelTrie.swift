// The labels as a trie, as far as a walk down has to know it: where the children of a node begin.
//
// Labels are sorted, so a node, the labels that agree in their first d bytes, is a range of them, and a
// child begins where a label agrees with the one before in exactly d bytes. Two bytes a label say so:
//
//     depth   the bytes in which it agrees with the label before, whole scalars, at most 255
//     first   the byte behind these
//
// and the least depth of each 64 labels, to pass over them at once.
// Invariant: none of a label's bytes is changed or missing while this is in use: it goes with one index.
// Cost: two bytes a label, made in O(bytes of the labels); a child is found eight labels, or eight
// times 64, at a time.
// Source: Abouelhoda, Kurtz, Ohlebusch, J. Discrete Algorithms 2004, §3 (the lcp-intervals of a sorted list
// of texts are the nodes of its trie).

import QACIndex

/// Where the children of trie nodes begin among sorted labels.
final class LabelTrie: Sendable {
  /// Nodes of that many bytes and more are not divided.
  static let deepest = 255
  private static let blockSize = 64
  /// Bytes that may be read behind those that count.
  private static let padding = 8

  /// The depths, the first bytes, the least depths of blocks, each with its padding: written when this is
  /// made and never after, so that threads may share them.
  nonisolated(unsafe) private let bytes: UnsafeMutablePointer<UInt8>
  private let count: Int

  /// Reads the labels of `view`.
  init(_ view: IndexView) {
    count = view.labelCount
    let size = 2 * (count + Self.padding) + count / Self.blockSize + Self.padding
    bytes = .allocate(capacity: size)
    bytes.initialize(repeating: 0, count: size)
    var before = view.text(of: 0)
    for i in 1..<max(1, count) {
      let text = view.text(of: UInt32(i))
      var depth = 0
      let most = min(before.count, text.count, Self.deepest)
      while depth < most, text[depth] == before[depth] { depth += 1 }
      // Texts part within a scalar: the node is that before it.
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

  /// The children of a node, in order, one at a time; valid while the trie is.
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

    fileprivate init(_ trie: LabelTrie, _ labels: Range<UInt32>, _ depth: Int32, _ first: UInt8) {
      self.labels = labels.lowerBound..<labels.lowerBound
      self.first = first
      self.depth = UInt8(truncatingIfNeeded: depth)
      end = Int(labels.upperBound)
      depths = UnsafePointer(trie.bytes)
      firsts = depths + trie.firsts
      minima = depths + trie.minima
      advance(from: Int(labels.lowerBound))
    }

    /// Goes to the next child; false where there is none.
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

    /// The first label behind `low` of this depth, or the end.
    @inline(__always)
    private func border(_ low: Int) -> Int {
      // To the end of the block, over whole blocks that have none, and into the one that does.
      let blockEnd = min(end, (low | (LabelTrie.blockSize &- 1)) &+ 1)
      if let found = place(depths, low &+ 1, blockEnd) { return found }
      if blockEnd == end { return end }
      let last = end / LabelTrie.blockSize
      let block = place(minima, blockEnd / LabelTrie.blockSize, last) ?? last
      return place(depths, block &* LabelTrie.blockSize, end) ?? end
    }

    /// The first place of the depth among the bytes from `low` to `high`.
    @inline(__always)
    private func place(_ bytes: UnsafePointer<UInt8>, _ low: Int, _ high: Int) -> Int? {
      let ones: UInt64 = 0x0101_0101_0101_0101
      let wanted = ones &* UInt64(depth)
      var at = low
      while at < high {
        let word =
          UInt64(
            littleEndian: UnsafeRawPointer(bytes + at).loadUnaligned(as: UInt64.self)) ^ wanted
        // The highest bit of each byte that is zero; above one that is, others may be marked, too.
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

  /// The children of the node of `depth` bytes, less than `deepest`, of whose labels `labels`, one at least, go
  /// on behind it: the first of them with `first`, or nil where the label before is the node's own text.
  @inline(__always)
  func children(of labels: Range<UInt32>, below depth: Int32, first: UInt8?) -> Children {
    Children(self, labels, depth, first ?? bytes[firsts + Int(labels.lowerBound)])
  }
}
