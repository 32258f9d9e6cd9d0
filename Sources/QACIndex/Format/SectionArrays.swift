// Typed arrays over the sections of a mapped file, whose counts must agree with each other.
//
// Sections begin at multiples of `IndexFormat.alignment`, in memory that is aligned to at least
// that, and eight bytes may be read from any byte of them; `IndexHeader` checks both. So elements
// of every type here are aligned, and `PackedArray` and `SortedKeys` stay within the file. No
// pattern of bytes is invalid.

import QACBinary
import QACText

/// Makes arrays of sections.
struct SectionArrays {
  let file: MappedFile
  let sections: [IndexSection: SectionPlace]
  let path: String

  func error(_ kind: IndexSection, _ problem: String) -> IndexError {
    .malformed(path: path, part: "section \(kind)", problem: problem)
  }

  /// Whether the file has all of `kinds`, which are optional.
  ///
  /// - Throws: `IndexError` if it has some of them alone.
  func has(_ kinds: [IndexSection]) throws(IndexError) -> Bool {
    let missing = kinds.first { sections[$0] == nil }
    guard let missing else { return true }
    if kinds.contains(where: { sections[$0] != nil }) {
      throw error(missing, "it is missing, but sections that belong to it are there")
    }
    return false
  }

  private func place(_ kind: IndexSection) -> SectionPlace {
    guard let place = sections[kind] else {
      preconditionFailure("open() admits only files that have section \(kind)")
    }
    return place
  }

  private func demand(_ kind: IndexSection, _ count: Int?) throws(IndexError) {
    if let count, place(kind).count != count {
      throw error(kind, "it has \(place(kind).count) elements instead of \(count)")
    }
  }

  /// No numbers, in place of an optional section that the file lacks.
  func none<T>() -> PackedArray<T> {
    PackedArray(base: start(.provenance), count: 0, width: 1)
  }
  /// The number of elements of a section.
  func count(_ kind: IndexSection) -> Int { place(kind).count }

  /// The first byte of a section.
  func start(_ kind: IndexSection) -> UnsafeRawPointer {
    guard let base = file.bytes.baseAddress else {
      preconditionFailure("open() admits only files that have a header")
    }
    return base + place(kind).offset
  }

  /// Whole elements of a fixed type.
  func plain<T>(_ kind: IndexSection) -> UnsafeBufferPointer<T> {
    UnsafeBufferPointer(
      start: start(kind).assumingMemoryBound(to: T.self), count: place(kind).count)
  }

  /// `count` whole elements of a fixed type.
  func plain<T>(
    _ kind: IndexSection, _ count: Int
  ) throws(IndexError) -> UnsafeBufferPointer<T> {
    try demand(kind, count)
    return plain(kind)
  }

  /// Packed numbers, `count` of them if it is given.
  func packed<T>(
    _ kind: IndexSection, _ count: Int? = nil
  ) throws(IndexError) -> PackedArray<T> {
    try demand(kind, count)
    if place(kind).width > T.bitWidth {
      throw error(kind, "its elements have more than \(T.bitWidth) bits")
    }
    return PackedArray(base: start(kind), count: place(kind).count, width: place(kind).width)
  }

  /// `count` numbers that never descend.
  func ascending(_ kind: IndexSection, _ count: Int) throws(IndexError) -> AscendingArray {
    try demand(kind, count)
    let place = place(kind)
    return AscendingArray(
      base: start(kind), count: place.count, firstBits: place.width, stepBits: place.stepWidth)
  }

  /// Keys by their buckets.
  func keys(_ starts: IndexSection, _ keys: IndexSection) throws(IndexError) -> SortedKeys {
    let buckets: UnsafeBufferPointer<UInt32> = plain(starts)
    guard buckets.count >= 2, (buckets.count - 1) & (buckets.count - 2) == 0,
      buckets.count <= 1 << 32
    else { throw error(starts, "the number of buckets is not a power of two") }
    if Int(buckets[buckets.count - 1]) != place(keys).count {
      throw error(keys, "it has \(place(keys).count) keys instead of \(buckets[buckets.count - 1])")
    }
    return SortedKeys(starts: buckets, rests: plain(keys))
  }
}
