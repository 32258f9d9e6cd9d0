// The properties of scalars that the normaliser needs, in tables: the library takes microseconds
// per scalar, a look-up here takes nanoseconds.
//
// The tables are made once, from `UnicodeText`, when the first text that is not ASCII is
// normalised. So the data is the library's, and a test compares all of it. There are two stages:
// the upper bits of a scalar select a page, and its entry there holds the combining class, eight
// marks and the number of its mappings. Ranges of ideographs, of private use and of unassigned
// scalars share one page.
// Invariant: immutable once made.
// Cost: about 30 ms to make, half a megabyte of memory.
// Source: Unicode 5.1 (multistage tables).

/// The properties of every scalar.
final class ScalarTable: Sendable {
  /// The properties of one scalar: its combining class, its marks and the number of its mappings.
  struct Entry: Sendable {
    fileprivate(set) var bits: UInt32

    /// The canonical combining class.
    var combiningClass: UInt32 { bits & 0xFF }
    fileprivate var row: Int { Int(bits >> 16) }

    /// Whether the scalar has any of `marks`.
    func has(_ marks: UInt32) -> Bool { bits & marks != 0 }
  }

  /// Marks of a scalar: bits of an entry.
  enum Mark {
    /// It may be reordered, or composed with a scalar before it.
    static let joins: UInt32 = 1 << 8
    /// It has a canonical decomposition.
    static let decomposes: UInt32 = 1 << 9
    /// It is not its own NFC.
    static let changes: UInt32 = 1 << 10
    /// `UnicodeText.compatibilityCaseFolding` is another text.
    static let caseFolds: UInt32 = 1 << 11
    /// `UnicodeText.isIgnorable`.
    static let ignorable: UInt32 = 1 << 12
    /// `UnicodeText.isEmoji`.
    static let emoji: UInt32 = 1 << 13
    /// `UnicodeText.separatesWords`.
    static let separates: UInt32 = 1 << 14
    /// Nothing before it changes how it and the scalars after it are normalised.
    static let bounds: UInt32 = 1 << 15
  }

  /// The tables of the library's Unicode data.
  static let shared = ScalarTable()

  private let pages: [UInt16]
  private let entries: [Entry]
  private let mappings: Mappings
  private let pairs: CompositionPairs

  private init() {
    var maker = Maker()
    maker.readPages()
    maker.findPairs()
    maker.markBounds()
    pages = maker.pages
    entries = maker.entries
    mappings = maker.mappings
    pairs = maker.pairs
  }

  /// The properties of `scalar`.
  @inline(__always)
  subscript(scalar: UInt32) -> Entry {
    entries[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
  }

  /// The full canonical decomposition (NFD) of a scalar, except Hangul; empty if it has none.
  @inline(__always)
  func decomposition(_ entry: Entry) -> ArraySlice<UInt32> { mappings.canonical(entry.row) }

  /// The compatibility case folding of a scalar that has the mark `caseFolds`.
  @inline(__always)
  func caseFolding(_ entry: Entry) -> ArraySlice<UInt32> { mappings.caseFolded(entry.row) }

  /// The scalar that `first` and `second` compose to, or nil.
  @inline(__always)
  func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    Hangul.composition(first, second) ?? pairs[first, second]
  }
}

/// Mappings of scalars to texts, one after the other.
private struct Mappings: Sendable {
  private struct Row {
    var start: UInt32
    var canonicalCount: UInt8
    var caseFoldedCount: UInt8
  }

  // Row 0 is that of scalars without mappings.
  private var rows = [Row(start: 0, canonicalCount: 0, caseFoldedCount: 0)]
  private var scalars: [UInt32] = []

  mutating func add(canonical: [UInt32], caseFolded: [UInt32]) -> Int {
    rows.append(
      Row(
        start: UInt32(scalars.count), canonicalCount: UInt8(canonical.count),
        caseFoldedCount: UInt8(caseFolded.count)))
    scalars += canonical
    scalars += caseFolded
    return rows.count - 1
  }

  @inline(__always)
  func canonical(_ row: Int) -> ArraySlice<UInt32> {
    let row = rows[row]
    let start = Int(row.start)
    return scalars[start..<start + Int(row.canonicalCount)]
  }

  @inline(__always)
  func caseFolded(_ row: Int) -> ArraySlice<UInt32> {
    let row = rows[row]
    let start = Int(row.start) + Int(row.canonicalCount)
    return scalars[start..<start + Int(row.caseFoldedCount)]
  }
}

/// The pairs of scalars that compose to one, in a hash table with open addressing, at most a
/// quarter full.
private struct CompositionPairs: Sendable {
  private static let size = 4096
  private var keys = [UInt64](repeating: 0, count: size)
  private var values = [UInt32](repeating: 0, count: size)

  subscript(first: UInt32, second: UInt32) -> UInt32? {
    let slot = slot(first, second)
    return keys[slot] == 0 ? nil : values[slot]
  }

  mutating func add(_ first: UInt32, _ second: UInt32, _ composite: UInt32) {
    let slot = slot(first, second)
    keys[slot] = Self.key(first, second)
    values[slot] = composite
  }

  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  /// The slot that holds the pair, or the free slot that it would take.
  private func slot(_ first: UInt32, _ second: UInt32) -> Int {
    let key = Self.key(first, second)
    var slot = Int(truncatingIfNeeded: StableHash.mix(key)) & (Self.size - 1)
    while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & (Self.size - 1) }
    return slot
  }
}

/// Makes the tables.
private struct Maker {
  var pages = [UInt16](repeating: 0, count: 0x1100)
  var entries: [ScalarTable.Entry] = []
  var mappings = Mappings()
  var pairs = CompositionPairs()
  private var composites: [(first: [UInt32], second: UInt32, composite: UInt32)] = []

  /// Whether every scalar of a page is an ideograph, of private use or unassigned. Such scalars
  /// have no marks, and will have none in later versions of Unicode.
  private static func isPlain(_ page: Int) -> Bool {
    switch page {
    case 0x34...0x4C, 0x4E...0x9F, 0xD8...0xF8, 0x200...0x2F7, 0x2FB...0xDFF, 0xE10...0x10FF: true
    default: false
    }
  }

  mutating func readPages() {
    // The first page is that of plain scalars. Pages that hold only Hangul syllables share one too.
    entries = [ScalarTable.Entry](repeating: .init(bits: 0), count: 256)
    for page in 0..<pages.count where !Self.isPlain(page) {
      if (0xAD...0xD6).contains(page) {
        pages[page] = pages[0xAC]
        continue
      }
      pages[page] = UInt16(entries.count >> 8)
      for value in UInt32(page) << 8..<UInt32(page + 1) << 8 {
        entries.append(Unicode.Scalar(value).map { entry(of: $0) } ?? .init(bits: 0))
      }
    }
  }

  private mutating func entry(of scalar: Unicode.Scalar) -> ScalarTable.Entry {
    typealias Mark = ScalarTable.Mark
    var bits = UInt32(scalar.properties.canonicalCombiningClass.rawValue)
    if bits != 0 { bits |= Mark.joins }
    if UnicodeText.separatesWords(scalar) { bits |= Mark.separates }
    if UnicodeText.isEmoji(scalar) { bits |= Mark.emoji }
    let isIgnorable = UnicodeText.isIgnorable(scalar)
    if isIgnorable { bits |= Mark.ignorable }
    let caseFolding = isIgnorable ? nil : UnicodeText.compatibilityCaseFolding(scalar)
    if caseFolding != nil { bits |= Mark.caseFolds }
    if Hangul.isSyllable(scalar.value) { return .init(bits: bits | Mark.decomposes) }
    if Hangul.joins(scalar.value) { bits |= Mark.joins }
    let canonical = UnicodeText.decomposed(scalar)
    if canonical == [scalar.value] {
      if let caseFolding {
        bits |= UInt32(mappings.add(canonical: [], caseFolded: Self.values(caseFolding))) << 16
      }
      return .init(bits: bits)
    }
    bits |= Mark.decomposes
    if Self.composed(canonical) != [scalar.value] {
      bits |= Mark.changes
    } else {
      composites.append(
        (Self.composed(Array(canonical.dropLast())), canonical[canonical.count - 1], scalar.value))
    }
    let values = caseFolding.map(Self.values) ?? []
    bits |= UInt32(mappings.add(canonical: canonical, caseFolded: values)) << 16
    return .init(bits: bits)
  }

  private static func values(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

  private static func composed(_ values: [UInt32]) -> [UInt32] {
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: values.lazy.compactMap { Unicode.Scalar($0) })
    return Self.values(UnicodeText.composed(String(scalars)))
  }

  /// Finds the pair of each primary composite: what all its parts but the last compose to, and the
  /// last part.
  mutating func findPairs() {
    for composite in composites {
      precondition(composite.first.count == 1, "Unicode composes two scalars at a time")
      pairs.add(composite.first[0], composite.second, composite.composite)
      entries[slot(composite.second)].bits |= ScalarTable.Mark.joins
    }
  }

  mutating func markBounds() {
    typealias Mark = ScalarTable.Mark
    for page in Set(pages).sorted() {
      for slot in Int(page) << 8..<Int(page + 1) << 8 {
        let entry = entries[slot]
        if entry.has(Mark.joins | Mark.ignorable | Mark.emoji) { continue }
        let starts = [mappings.canonical(entry.row).first, mappings.caseFolded(entry.row).first]
        let bounds = starts.allSatisfy { start in
          guard let start else { return true }
          let other = entries[self.slot(start)]
          let base = mappings.canonical(other.row).first.map { entries[self.slot($0)] } ?? other
          return !other.has(Mark.joins | Mark.ignorable | Mark.emoji) && !base.has(Mark.joins)
        }
        if bounds { entries[slot].bits |= Mark.bounds }
      }
    }
  }

  private func slot(_ scalar: UInt32) -> Int {
    Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)
  }
}
