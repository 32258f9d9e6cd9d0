// The labels as a trie, as far as a walk down needs it: the children of each node.
//
// Labels are sorted, so a node, the labels that agree in their first d bytes, is a range of them. A
// child begins at a label that agrees with the one before it in exactly d bytes. Two bytes per
// label tell that:
//
//     depth   the bytes in which it agrees with the label before, whole scalars, at most 255
//     first   the byte behind these
//
// A node of few labels is read off these, eight labels at a time. A larger one has a list of its
// children: the root of a log of many scripts has thousands, and a step from one to the next must
// not read all labels between.
// Invariant: this belongs to one index, in which no label changes. Every node of more than
// `fewLabels` labels and less than `deepest` bytes has a list, and no other node.
// Cost: two bytes per label, and 17 per child of a large node. Made in O(bytes of the labels); a
// step to the next child is O(1) in a list, and O(`fewLabels`) else.
// Source: Abouelhoda, Kurtz, Ohlebusch, J. Discrete Algorithms 2004, §3 (the lcp-intervals of a
// sorted list of texts are the nodes of its trie).

import QACIndex

/// The children of trie nodes among sorted labels.
final class LabelTrie: Sendable {
  /// Nodes of so many bytes or more are not divided.
  static let deepest = 255
  /// The number of the root's list.
  static let root: UInt32 = 0
  /// The number of the list of a node that has none.
  static let noList = UInt32.max
  /// The most labels of a node without a list.
  private static let fewLabels = 32
  /// Bytes behind those that count, which may be read.
  private static let padding = 8

  /// A child in a list.
  fileprivate struct Entry {
    /// Its first label.
    var low: UInt32
    /// The number of its own list.
    var list: UInt32
    /// The scalar that leads to it.
    var key: ScalarKey
  }

  // All four are written in `init` and freed in `deinit`, with nothing between, so threads may share
  // them.
  /// The depths, then the first bytes, each with padding.
  nonisolated(unsafe) private let bytes: UnsafeMutablePointer<UInt8>
  private let count: Int
  /// The children of all listed nodes, one node after the other, and the first bytes of their
  /// scalars.
  nonisolated(unsafe) private let entries: UnsafeMutableBufferPointer<Entry>
  nonisolated(unsafe) private let leads: UnsafeMutableBufferPointer<UInt8>
  /// Where each list begins, and the end.
  nonisolated(unsafe) private let starts: UnsafeMutableBufferPointer<Int>

  /// Reads the labels of `view`.
  init(_ view: IndexView) {
    count = view.labelCount
    let size = 2 * (count + Self.padding)
    bytes = .allocate(capacity: size)
    bytes.initialize(repeating: 0, count: size)
    Self.measure(view, depths: bytes, firsts: bytes + count + Self.padding)
    var lists = Lists()
    lists.add(view, depths: bytes, firsts: bytes + count + Self.padding)
    entries = Self.copy(lists.entries)
    leads = Self.copy(lists.entries.map { UInt8(truncatingIfNeeded: $0.key.key >> 24) })
    starts = Self.copy(lists.starts)
  }

  deinit {
    bytes.deallocate()
    entries.deallocate()
    leads.deallocate()
    starts.deallocate()
  }

  private static func copy<T>(_ array: [T]) -> UnsafeMutableBufferPointer<T> {
    let copy = UnsafeMutableBufferPointer<T>.allocate(capacity: array.count)
    _ = copy.initialize(fromContentsOf: array)
    return copy
  }

  /// Writes depth and first byte of every label but the first.
  private static func measure(
    _ view: IndexView, depths: UnsafeMutablePointer<UInt8>, firsts: UnsafeMutablePointer<UInt8>
  ) {
    if view.labelCount == 0 { return }
    var before = view.text(of: 0)
    for i in 1..<max(1, view.labelCount) {
      let text = view.text(of: UInt32(i))
      var depth = 0
      let most = min(before.count, text.count, Self.deepest)
      while depth < most, text[depth] == before[depth] { depth += 1 }
      // If the texts part within a scalar, the node ends before it.
      while depth > 0, depth < text.count, text[depth] & 0xC0 == 0x80 { depth -= 1 }
      depths[i] = UInt8(depth)
      firsts[i] = depth < text.count ? text[depth] : 0
      before = text
    }
  }

  /// The lists of large nodes while they are made: parents before their children.
  private struct Lists {
    private(set) var entries: [Entry] = []
    private(set) var starts: [Int] = []
    /// The nodes whose lists are made, and those that come next.
    private var nodes: [(labels: Range<UInt32>, bytes: Int)] = []

    /// Whether a node has a list.
    private static func has(_ labels: Range<UInt32>, _ bytes: Int) -> Bool {
      labels.count > LabelTrie.fewLabels && bytes < LabelTrie.deepest
    }

    mutating func add(
      _ view: IndexView, depths: UnsafePointer<UInt8>, firsts: UnsafePointer<UInt8>
    ) {
      let all = 0..<UInt32(view.labelCount)
      if Self.has(all, 0) { nodes.append((all, 0)) }
      while starts.count < nodes.count {
        let node = nodes[starts.count]
        starts.append(entries.count)
        // A label that ends here is no child.
        var low = node.labels.lowerBound
        if view.text(of: low).count == node.bytes { low += 1 }
        var children = Children(
          depths: depths, firsts: firsts, labels: low..<node.labels.upperBound, depth: node.bytes,
          first: view.text(of: low)[node.bytes])
        repeat {
          let labels = children.labels
          let key = ScalarKey(view.text(of: labels.lowerBound), node.bytes)
          var list = LabelTrie.noList
          if Self.has(labels, node.bytes + key.count) {
            list = UInt32(nodes.count)
            nodes.append((labels, node.bytes + key.count))
          }
          entries.append(Entry(low: labels.lowerBound, list: list, key: key))
        } while children.next()
      }
      starts.append(entries.count)
    }
  }

  /// The children of a node, in order, one at a time; valid while the trie lives.
  struct Children {
    /// The labels of the child.
    private(set) var labels: Range<UInt32>
    /// The first byte of the scalar that leads to it.
    private(set) var first: UInt8 = 0
    private let end: UInt32
    private let depth: UInt8
    // Of a node without a list.
    private let depths: UnsafePointer<UInt8>
    private let firsts: UnsafePointer<UInt8>
    // Of a node with a list: the child, and those behind it.
    private var entry: UnsafePointer<Entry>?
    private var lead: UnsafePointer<UInt8>
    private var left = 0

    /// Those of a node without a list: `labels` are its labels that are longer than it, at least
    /// one, `depth` its bytes, and `first` the byte of the first label behind these.
    @inline(__always)
    fileprivate init(
      depths: UnsafePointer<UInt8>, firsts: UnsafePointer<UInt8>, labels: Range<UInt32>,
      depth: Int, first: UInt8
    ) {
      (self.depths, self.firsts, lead, entry) = (depths, firsts, firsts, nil)
      self.depth = UInt8(truncatingIfNeeded: depth)
      (self.labels, end) = (labels, labels.upperBound)
      take(from: labels.lowerBound, first: first)
    }

    /// Those of a node with a list, which has `count` children from `entry` on and ends at `end`.
    @inline(__always)
    fileprivate init(
      _ entry: UnsafePointer<Entry>, _ lead: UnsafePointer<UInt8>, count: Int, end: UInt32
    ) {
      (self.entry, self.lead, left, self.end) = (entry, lead, count, end)
      (depths, firsts, depth, labels) = (lead, lead, 0, 0..<0)
      take(entry)
    }

    /// The scalar that leads to the child, whose first label has `text` and whose parent has `bytes`
    /// bytes.
    @inline(__always)
    func key(_ view: IndexView, _ bytes: Int) -> ScalarKey {
      if let entry { return entry.pointee.key }
      return first < 0x80
        ? ScalarKey(ascii: first) : ScalarKey(view.text(of: labels.lowerBound), bytes)
    }

    /// The number of the child's list.
    @inline(__always)
    var list: UInt32 { entry?.pointee.list ?? LabelTrie.noList }

    /// Goes to the next child; false if there is none.
    @inline(__always)
    mutating func next() -> Bool {
      if let entry {
        left &-= 1
        if left == 0 { return false }
        lead += 1
        take(entry + 1)
        return true
      }
      if labels.upperBound == end { return false }
      take(from: labels.upperBound, first: firsts[Int(labels.upperBound)])
      return true
    }

    @inline(__always)
    private mutating func take(_ entry: UnsafePointer<Entry>) {
      self.entry = entry
      first = lead.pointee
      labels = Range(uncheckedBounds: (entry.pointee.low, left > 1 ? entry[1].low : end))
    }

    @inline(__always)
    private mutating func take(from low: UInt32, first: UInt8) {
      self.first = first
      labels = Range(
        uncheckedBounds: (low, UInt32(truncatingIfNeeded: border(Int(low) &+ 1, Int(end)))))
    }

    /// The first label from `low` on, before `end`, of this depth; else `end`.
    @inline(__always)
    private func border(_ low: Int, _ end: Int) -> Int {
      let ones: UInt64 = 0x0101_0101_0101_0101
      let wanted = ones &* UInt64(depth)
      var at = low
      while at < end {
        let word =
          UInt64(
            littleEndian: UnsafeRawPointer(depths + at).loadUnaligned(as: UInt64.self)) ^ wanted
        // The highest bit of each byte that is zero; bytes above the first such byte may be marked
        // wrongly.
        let zeros = (word &- ones) & ~word & (ones &<< 7)
        if zeros != 0 { return min(end, at &+ zeros.trailingZeroBitCount &>> 3) }
        at &+= 8
      }
      return end
    }
  }

  /// The children of a node.
  ///
  /// - Parameters:
  ///   - labels: The labels of the node that are longer than it, at least one.
  ///   - depth: The bytes of the node, less than `deepest`.
  ///   - list: The number of its list.
  ///   - view: The index of the trie.
  /// - Returns: The children, of which the first is at hand.
  @inline(__always)
  func children(
    of labels: Range<UInt32>, below depth: Int32, list: UInt32, _ view: IndexView
  ) -> Children {
    if list == Self.noList {
      return Children(
        depths: UnsafePointer(bytes), firsts: UnsafePointer(bytes) + count + Self.padding,
        labels: labels, depth: Int(depth),
        first: view.text(of: labels.lowerBound)[Int(depth)])
    }
    let start = starts[Int(list)]
    // Every node that has a list has a child.
    guard let entries = entries.baseAddress, let leads = leads.baseAddress else {
      preconditionFailure("a list in a trie without lists")
    }
    return Children(
      UnsafePointer(entries + start), UnsafePointer(leads + start),
      count: starts[Int(list) + 1] - start, end: labels.upperBound)
  }

  /// The number of the list of the node of all labels.
  var rootList: UInt32 { starts.count > 1 ? Self.root : Self.noList }
}
