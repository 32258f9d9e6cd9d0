// The sparse weights of one node's children: a string of bits, read row by row.
//
// A chunk has the weights of its node in the order of features, then children. Its features are
// divided into buckets of 2^b ids. A directory says where the records of each bucket begin, so a
// look-up reads only a few of them. From the chunk's first byte on:
//
//     8 bits   b, at most `IndexFormat.mostRowBits`
//     8 bits   d, the bits of a place in the directory, 1 to `BitWriter.mostBits`
//     d each   for every bucket of the features of the index, and then the end: the place of its
//              first record, in bits after the directory
//     records  1 bit: whether a feature begins. If one does: the number of ids in the bucket
//              between it and the feature before it, or the bucket's beginning, as a Golomb-Rice
//              code. That is the number / 2^g in zeros, a one, and the rest in g bits, where
//              g = max(0, b - `IndexFormat.unaryBits`).
//              Then the number of the child, in as many bits as the greatest of the node needs,
//              and the number of the weight among the file's levels, in as many bits as the
//              greatest needs.
//
// Zeros fill the last byte. A pair of feature and child without a record weighs exactly 0.
// Cost: the number of rows that a look-up reads in vain is bounded on average by the size of
// buckets (`rowsPerBucket` of `ChunkWriter`).
// Source: Rice, JPL 79-22 (1979) for the codes; sampled places into coded lists as in Moffat and
// Zobel, ACM TOIS 1996, §4 (self-indexing inverted files), here by value; one look-up for all
// children of a node as in Etter et al., WWW 2022 (MSCM), §3.

/// Reads the chunk of one node; valid as long as the memory behind it.
@frozen
public struct ChunkView {
  /// The chunk's first byte.
  @usableFromInline let base: UnsafeRawPointer
  @usableFromInline let levels: UnsafeBufferPointer<Float>
  /// b, or 64 if the node has no weights.
  @usableFromInline let rowBits: UInt64
  /// g: the bits of a distance that are not unary.
  @usableFromInline let restBits: UInt64
  /// d: the bits of a place in the directory.
  @usableFromInline let placeBits: Int
  /// The bits of the number of a child.
  @usableFromInline let childBits: UInt64
  @usableFromInline let levelBits: UInt64
  /// The first bit after the directory.
  @usableFromInline let records: Int

  /// Makes a view of the chunk at `base`, which is of a node with `arity` children in an index with
  /// `features` features.
  @inlinable
  init(
    base: UnsafeRawPointer, levels: UnsafeBufferPointer<Float>, features: Int, arity: Int
  ) {
    self.base = base
    self.levels = levels
    let head = base.loadUnaligned(as: UInt16.self).littleEndian
    rowBits = UInt64(head & 0xFF)
    restBits =
      rowBits > UInt64(IndexFormat.unaryBits) ? rowBits &- UInt64(IndexFormat.unaryBits) : 0
    placeBits = Int(head >> 8)
    childBits = Self.childBits(arity: arity)
    levelBits = UInt64(levels.count.trailingZeroBitCount)
    records = 16 &+ (Self.buckets(features, rowBits) &+ 1) &* placeBits
  }

  /// A chunk without weights.
  @inlinable
  init(emptyAt base: UnsafeRawPointer, levels: UnsafeBufferPointer<Float>) {
    self.base = base
    self.levels = levels
    (rowBits, restBits, placeBits, childBits, levelBits, records) = (64, 0, 0, 0, 0, 0)
  }

  /// The bits that the number of one of `arity` children takes.
  @inlinable
  static func childBits(arity: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: Int.bitWidth &- Swift.max(1, arity &- 1).leadingZeroBitCount)
  }

  /// The number of buckets of `features` ids.
  @inlinable
  static func buckets(_ features: Int, _ rowBits: UInt64) -> Int {
    features == 0 ? 0 : ((features &- 1) &>> Int(truncatingIfNeeded: rowBits)) &+ 1
  }

  /// Whether the node has no weights.
  @inlinable
  public var isEmpty: Bool { rowBits == 64 }

  /// At least 57 bits from `bit` on.
  @inlinable
  @inline(__always)
  func word(_ bit: Int) -> UInt64 {
    UInt64(littleEndian: base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self))
      &>> UInt64(truncatingIfNeeded: bit & 7)
  }

  /// The place of the first record of `bucket`, in bits from the chunk's first byte.
  @inlinable
  @inline(__always)
  func place(_ bucket: Int) -> Int {
    records
      &+ Int(truncatingIfNeeded: word(16 &+ bucket &* placeBits) & (1 &<< UInt64(placeBits) &- 1))
  }

  /// Calls `body` with the child and the weight of each entry of `feature`, which is a feature of
  /// the index; children ascend.
  ///
  /// - Complexity: O(entries of a bucket).
  @inlinable
  @inline(__always)
  public func forEachEntry(of feature: UInt32, _ body: (Int, Float) -> Void) {
    if isEmpty { return }
    let bucket = bucket(of: feature)
    if bucket.isEmpty { return }
    forEachEntry(of: feature, in: bucket, head: head(of: bucket), body)
  }

  /// Where the records of a bucket lie, in bits from the chunk's first byte.
  @frozen
  public struct Bucket {
    @usableFromInline var start: Int
    @usableFromInline var end: Int

    @inlinable
    init(start: Int, end: Int) { (self.start, self.end) = (start, end) }

    /// Whether no feature of the bucket has an entry.
    @inlinable
    public var isEmpty: Bool { start == end }
  }

  /// The bucket that has `feature`, which is a feature of the index; the chunk is not empty.
  ///
  /// To look many features up, ask for all buckets and their heads first: then memory is read for
  /// all of them at once.
  @inlinable
  @inline(__always)
  public func bucket(of feature: UInt32) -> Bucket {
    let bucket = Int(truncatingIfNeeded: UInt64(feature) &>> rowBits)
    return Bucket(start: place(bucket), end: place(bucket &+ 1))
  }

  /// The bits from the first record of `bucket` on.
  @inlinable
  @inline(__always)
  public func head(of bucket: Bucket) -> UInt64 { word(bucket.start) }

  /// Calls `body` with the child and the weight of each entry of `feature`, which `bucket` has;
  /// `head` is that of the bucket.
  @inlinable
  @inline(__always)
  public func forEachEntry(
    of feature: UInt32, in bucket: Bucket, head: UInt64, _ body: (Int, Float) -> Void
  ) {
    let wanted = Int(truncatingIfNeeded: UInt64(feature) & ((1 &<< rowBits) &- 1))
    let restMask: UInt64 = (1 &<< restBits) &- 1
    let entryBits = Int(truncatingIfNeeded: childBits &+ levelBits)
    var at = bucket.start
    let end = bucket.end
    // Skips the entries of the features before it.
    var row = -1
    var record = head
    while at < end {
      at &+= 1
      if record & 1 == 1 {
        let zeros = (record &>> 1).trailingZeroBitCount
        row &+= 1 &+ zeros &<< Int(truncatingIfNeeded: restBits)
        row &+= Int(
          truncatingIfNeeded: (record &>> UInt64(truncatingIfNeeded: zeros &+ 2)) & restMask)
        if row > wanted { return }
        at &+= zeros &+ 1 &+ Int(truncatingIfNeeded: restBits)
        if row == wanted { break }
      }
      at &+= entryBits
      record = word(at)
    }
    if row != wanted { return }
    // Reads its entries: one word has an entry, and whether another one follows.
    let childMask: UInt64 = (1 &<< childBits) &- 1
    let levelMask: UInt64 = (1 &<< levelBits) &- 1
    while true {
      let entry = word(at)
      body(
        Int(truncatingIfNeeded: entry & childMask),
        levels[Int(truncatingIfNeeded: (entry &>> childBits) & levelMask)])
      at &+= entryBits &+ 1
      if at > end || (entry &>> (childBits &+ levelBits)) & 1 == 1 { return }
    }
  }

  /// Calls `body` with the feature, the child and the weight of every entry, in order, in an index
  /// with `features` features.
  public func forEachEntry(features: Int, _ body: (UInt32, Int, Float) -> Void) {
    if isEmpty { return }
    for bucket in 0..<Self.buckets(features, rowBits) {
      var at = place(bucket)
      let end = place(bucket + 1)
      var row = -1
      while at < end {
        let record = Record(self, at)
        if let distance = record.distance { row += 1 + distance }
        body(
          UInt32(truncatingIfNeeded: bucket << Int(rowBits) + row), record.child,
          levels[record.level])
        at += record.bits
      }
    }
  }

  /// The parts of one record.
  struct Record {
    /// The number of ids between this feature and the one before, if a feature begins.
    let distance: Int?
    let child: Int
    let level: Int
    /// The record's bits.
    let bits: Int

    init(_ chunk: ChunkView, _ bit: Int) {
      var word = chunk.word(bit)
      var bits = 1 + Int(chunk.childBits + chunk.levelBits)
      if word & 1 == 1 {
        word >>= 1
        let zeros = word.trailingZeroBitCount
        word >>= UInt64(zeros + 1)
        distance = zeros << Int(chunk.restBits) | Int(word & (1 << chunk.restBits - 1))
        word >>= chunk.restBits
        bits += zeros + 1 + Int(chunk.restBits)
      } else {
        word >>= 1
        distance = nil
      }
      child = Int(word & (1 << chunk.childBits - 1))
      level = Int(word >> chunk.childBits & (1 << chunk.levelBits - 1))
      self.bits = bits
    }
  }
}
