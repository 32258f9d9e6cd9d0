// Brings scalars into NFC in place: decomposes them, orders the marks, and composes them.
//
// The library's own normalisation takes time quadratic in the length of a run of marks. Here a run
// of any length is ordered in two passes: a counting sort by combining class, which is stable, as
// it has to be. The library also does not order the marks that the decompositions of U+0F73, U+0F75
// and U+0F81 begin with.
// Invariant: the result is in NFC.
// Cost: about a nanosecond per scalar if nothing can change, else about ten; three buffers, which
// grow to the text and are kept.
// Sources: UAX #15 (section 1.2; D108-D117 of the Unicode standard, 3.11), Unicode 3.12 (Hangul).

/// Brings scalars into NFC.
struct CanonicalForm {
  private let table = ScalarTable.shared
  private var parts: [UInt32] = []
  private var classes: [UInt8] = []
  private var sorted: [UInt32] = []

  /// Makes a form with empty buffers.
  init() {}

  /// Replaces `scalars` by their NFC.
  mutating func compose(_ scalars: inout [UInt32]) {
    typealias Mark = ScalarTable.Mark
    let isComposed = scalars.allSatisfy { !table[$0].has(Mark.joins | Mark.changes) }
    if isComposed { return }
    decompose(scalars)
    order()
    scalars.removeAll(keepingCapacity: true)
    var starter = -1
    var lastClass: UInt8 = 0
    for (i, part) in parts.enumerated() {
      let own = classes[i]
      if starter >= 0, scalars.count - 1 == starter || lastClass < own,
        let composite = table.composition(scalars[starter], part)
      {
        scalars[starter] = composite
        continue
      }
      if own == 0 { starter = scalars.count }
      lastClass = own
      scalars.append(part)
    }
  }

  private mutating func decompose(_ scalars: [UInt32]) {
    parts.removeAll(keepingCapacity: true)
    classes.removeAll(keepingCapacity: true)
    for scalar in scalars {
      let entry = table[scalar]
      if !entry.has(ScalarTable.Mark.decomposes) {
        parts.append(scalar)
        classes.append(UInt8(entry.combiningClass))
      } else if Hangul.isSyllable(scalar) {
        Hangul.forEachPart(of: scalar) {
          parts.append($0)
          classes.append(0)
        }
      } else {
        for part in table.decomposition(entry) {
          parts.append(part)
          classes.append(UInt8(table[part].combiningClass))
        }
      }
    }
  }

  /// Orders each run of marks by combining class; marks of one class keep their order.
  private mutating func order() {
    var start = 0
    while start < parts.count {
      if classes[start] == 0 {
        start += 1
        continue
      }
      var end = start + 1
      var isOrdered = true
      while end < parts.count, classes[end] != 0 {
        isOrdered = isOrdered && classes[end - 1] <= classes[end]
        end += 1
      }
      if !isOrdered { order(start..<end) }
      start = end
    }
  }

  private mutating func order(_ run: Range<Int>) {
    if run.count <= 8 {
      for i in run.dropFirst() {
        var j = i
        while j > run.lowerBound, classes[j - 1] > classes[j] {
          classes.swapAt(j - 1, j)
          parts.swapAt(j - 1, j)
          j -= 1
        }
      }
      return
    }
    // The position in `sorted` of the first mark of each class.
    var places = [Int](repeating: 0, count: 257)
    for i in run { places[Int(classes[i]) + 1] += 1 }
    for c in 1..<places.count { places[c] += places[c - 1] }
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: repeatElement(0, count: run.count))
    var next = places
    for i in run {
      sorted[next[Int(classes[i])]] = parts[i]
      next[Int(classes[i])] += 1
    }
    for (i, part) in sorted.enumerated() {
      parts[run.lowerBound + i] = part
      classes[run.lowerBound + i] = UInt8(table[part].combiningClass)
    }
  }
}

/// Hangul syllables and their parts, which Unicode composes by arithmetic.
enum Hangul {
  private static let syllables: UInt32 = 0xAC00
  private static let leads: UInt32 = 0x1100
  private static let vowels: UInt32 = 0x1161
  /// One before the first trailing consonant.
  private static let trails: UInt32 = 0x11A7
  private static let leadCount: UInt32 = 19
  private static let vowelCount: UInt32 = 21
  private static let trailCount: UInt32 = 28

  static func isSyllable(_ scalar: UInt32) -> Bool {
    scalar &- syllables < leadCount * vowelCount * trailCount
  }

  /// Whether `scalar` is a vowel or a trailing consonant, which may compose with the scalar before
  /// it.
  static func joins(_ scalar: UInt32) -> Bool {
    scalar &- vowels < vowelCount || scalar &- (trails + 1) < trailCount - 1
  }

  static func forEachPart(of syllable: UInt32, _ body: (UInt32) -> Void) {
    let number = syllable - syllables
    body(leads + number / (vowelCount * trailCount))
    body(vowels + number / trailCount % vowelCount)
    if number % trailCount != 0 { body(trails + number % trailCount) }
  }

  static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if first &- leads < leadCount, second &- vowels < vowelCount {
      return syllables + ((first - leads) * vowelCount + second - vowels) * trailCount
    }
    if isSyllable(first), (first - syllables) % trailCount == 0,
      second &- (trails + 1) < trailCount - 1
    {
      return first + second - trails
    }
    return nil
  }
}
