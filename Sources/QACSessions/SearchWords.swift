// The words of a search, and of the texts that it goes through.
//
// A text is kept as its normal form between two spaces, so that a word is found as its bytes
// between two spaces, and the beginning of a word as its bytes behind a space. Before the bytes are
// looked at, 64 bits say which words may begin in the text: by their first byte and by their first
// two.
//
// Invariant: if a text matches, its mask has all bits of the search's mask.
// Cost of a match: one comparison, and for texts that pass it one pass over the text per word.

internal import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// The words of one search.
struct SearchWords {
  /// The normal form of texts and searches, whatever index is served.
  static let normalizer = Normalizer(.search)

  private static let space: UInt8 = 0x20

  /// What a text must contain, longest first.
  private let needles: [[UInt8]]
  /// Bits that the mask of a text must have.
  let mask: UInt64

  /// Whether every text matches.
  var isEmpty: Bool { needles.isEmpty }

  init(_ query: [UInt8]) {
    let form = Self.normalizer.normalize(query, as: .prefix)
    var needles: Set<[UInt8]> = []
    var mask: UInt64 = 0
    let words = form.split(separator: Self.space)
    for (i, word) in words.enumerated() {
      // What is typed may go on in the last word, unless a space ends it.
      let isWhole = i < words.count - 1 || form.last == Self.space
      needles.insert([Self.space] + word + (isWhole ? [Self.space] : []))
      mask |= Self.bits(of: word)
    }
    // Long words are rarer, so that most texts fail at the first one.
    self.needles = needles.sorted { $0.count > $1.count }
    self.mask = mask
  }

  /// Replaces `output` by the form of `text` in which words are found.
  static func fold(
    _ text: UnsafeBufferPointer<UInt8>, _ scratch: inout [UInt8], into output: inout [UInt8]
  ) {
    normalizer.normalize(text, as: .query, into: &scratch)
    output.removeAll(keepingCapacity: true)
    output.append(space)
    output += scratch
    output.append(space)
  }

  /// The bits of all words of a folded text.
  static func mask(ofFolded text: [UInt8]) -> UInt64 {
    var mask: UInt64 = 0
    var start = 0
    for (i, byte) in text.enumerated() where byte == space {
      if i > start { mask |= bits(of: text[start..<i]) }
      start = i + 1
    }
    return mask
  }

  private static func bits(of word: ArraySlice<UInt8>) -> UInt64 {
    let first = UInt32(word[word.startIndex])
    var bits: UInt64 = 1 << UInt64((first &* 0x9E37_79B1) >> 16 % 24)
    if word.count > 1 {
      let both = first << 8 | UInt32(word[word.startIndex + 1])
      bits |= 1 << UInt64(24 + (both &* 0x9E37_79B1) >> 16 % 40)
    }
    return bits
  }

  /// Whether the folded `text` has all words.
  @inline(__always)
  func match(_ text: UnsafeRawBufferPointer) -> Bool {
    for needle in needles {
      if !needle.withUnsafeBytes({ Self.holds(text, $0) }) { return false }
    }
    return true
  }

  /// Whether `text` contains `needle`, which has at least two bytes.
  @inline(__always)
  private static func holds(
    _ text: UnsafeRawBufferPointer, _ needle: UnsafeRawBufferPointer
  ) -> Bool {
    guard let bytes = text.baseAddress, let wanted = needle.baseAddress else { return false }
    let beginning = needle.loadUnaligned(as: UInt16.self)
    var i = 0
    while i <= text.count - needle.count {
      if text.loadUnaligned(fromByteOffset: i, as: UInt16.self) == beginning,
        memcmp(bytes + i, wanted, needle.count) == 0
      {
        return true
      }
      i += 1
    }
    return false
  }
}

/// The logarithm to base two.
func logarithm(_ number: UInt32) -> Double { log2(Double(number)) }
