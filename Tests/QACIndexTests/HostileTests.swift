// Files with right checksums and wrong content: `verify` refuses each, and nothing traps.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct HostileTests {
  /// Changes to the tiny index, each with the section that the error must name.
  ///
  /// Node fields: 0 low, 1 high, 2 memberStart, 3 memberCount, 4 firstChild, 5 childCount, 6 kind,
  /// 7 chunk.
  static let lies: [(name: String, part: String, change: @Sendable (inout IndexForge) -> Void)] = [
    ("descending offset", "labelOffsets", { $0.set(2, .labelOffsets, 2) }),
    ("first offset", "labelOffsets", { $0.set(.labelOffsets, to: [1, 3, 11, 15, 21, 26, 31]) }),
    ("huge offset", "labelOffsets", { $0.set(1 << 50, .labelOffsets, 6) }),
    ("last offset", "labelText", { $0.set(30, .labelOffsets, 6) }),
    ("empty label", "labelText", { $0.set(0, .labelOffsets, 1) }),
    ("label above the next", "labelText", { $0.replace(.labelText, with: text(swapped: false)) }),
    ("labels out of order", "labelText", { $0.replace(.labelText, with: text(swapped: true)) }),
    ("invalid UTF-8", "labelText", { $0.set(UInt8(0xFF), at: $0.range(.labelText).lowerBound) }),
    ("within a character", "labelOffsets", { $0.replace(.labelText, with: accented) }),
    ("bytes behind the labels", "labelText", { $0.replace(.labelText, with: text + [0x61]) }),
    ("descending surface", "surfaceOffsets", { $0.set(9, .surfaceOffsets, 2) }),
    ("huge surface", "surfaceOffsets", { $0.set(1 << 50, .surfaceOffsets, 6) }),
    (
      "invalid surface", "surfaceText",
      { $0.set(UInt8(0xC0), at: $0.range(.surfaceText).lowerBound + 3) }
    ),
    ("first sum", "weightSums", { $0.set(.weightSums, to: [1, 5, 15, 23, 25, 26, 29]) }),
    ("weight of zero", "weightSums", { $0.set(5, .weightSums, 2) }),
    ("negative weight", "weightSums", { $0.set(4, .weightSums, 2) }),
    ("huge weight", "weightSums", { $0.set(1 << 50, .weightSums, 6) }),
    ("other total", "weightSums", { $0.set(30, .weightSums, 6) }),
    ("other maximum", "blockMaxima", { $0.set(9, .blockMaxima, 0) }),
    ("huge heat", "heats", { $0.set(500, .heats, 2) }),
    ("other key", "featureKeys", { $0.set(9, .featureKeys, 0) }),
    ("keys descend", "featureKeys", { swap(&$0, .featureKeys, at: 0, 1) }),
    ("first bucket", "featureStarts", { $0.set(1, .featureStarts, 0) }),
    ("other idf", "featureKeys", { $0.set(2, .featureIDF, 1) }),
    ("root too small", "nodes", { $0.setNode(0, field: 1, 5) }),
    ("root too large", "nodes", { $0.setNode(0, field: 1, 7) }),
    ("empty node", "nodes", { $0.setNode(2, field: 0, 6) }),
    ("inverted node", "nodes", { $0.setNode(1, field: 1, 0) }),
    ("node out of range", "nodes", { $0.setNode(2, field: 1, .max) }),
    ("no member", "nodes", { $0.setNode(3, field: 3, 0) }),
    ("too many members", "nodes", { $0.setNode(3, field: 3, .max) }),
    ("members outside", "nodes", { $0.setNode(4, field: 2, 3) }),
    ("members far outside", "nodes", { $0.setNode(4, field: 2, .max - 1) }),
    ("other members", "members", { $0.setNode(4, field: 2, 1) }),
    ("contiguous miscount", "nodes", { $0.setNode(4, field: 2, .max) }),
    ("terminal in a leaf", "nodes", { $0.setNode(2, field: 6, 3) }),
    ("terminal too many", "nodes", { $0.setNode(0, field: 6, 1) }),
    ("terminal missing", "nodes", { $0.setNode(1, field: 6, 2) }),
    ("child of its own", "nodes", { $0.setNode(1, field: 4, 1) }),
    ("root as a child", "nodes", { $0.setNode(1, field: 4, 0) }),
    ("children outside", "nodes", { $0.setNode(1, field: 4, 4) }),
    ("huge child count", "nodes", { $0.setNode(1, field: 5, .max) }),
    ("child count short", "nodes", { $0.setNode(1, field: 5, 1) }),
    ("childless", "nodes", { $0.setNode(1, field: 5, 0) }),
    ("chunk elsewhere", "nodes", { $0.setNode(3, field: 7, 1) }),
    ("chunk far outside", "nodes", { $0.setNode(4, field: 7, .max - 1) }),
    ("chunk of another", "nodes", { $0.setNode(4, field: 7, 0) }),
    ("chunk of none", "nodes", { $0.setNode(1, field: 7, .max) }),
    ("member out of range", "members", { $0.set(6, .members, 1) }),
    ("huge member", "members", { $0.set(UInt64(UInt32.max), .members, 1) }),
    ("members descend", "memberSums", { swap(&$0, .members, at: 0, 1) }),
    ("member sum", "memberSums", { $0.set(.memberSums, to: [1, 10, 12, 20, 21]) }),
    ("member sums descend", "memberSums", { $0.set(3, .memberSums, 2) }),
    ("wide rows", "chunks", { chunk(&$0) { $0[0] = 17 } }),
    ("rows of a bit", "chunks", { chunk(&$0) { $0[0] = 0 } }),
    ("no place", "chunks", { chunk(&$0) { $0[1] = 0 } }),
    ("wide places", "chunks", { chunk(&$0) { $0[1] = 58 } }),
    ("places behind the end", "chunks", { chunk(&$0) { $0[1] = 57 } }),
    ("first place", "chunks", { chunk(&$0) { $0[2] ^= 1 } }),
    ("no rows", "chunks", { chunk(&$0) { $0 = Array($0.prefix(2)) } }),
    ("cut off", "chunks", { chunk(&$0) { $0.removeLast() } }),
    ("bytes behind", "chunks", { chunk(&$0) { $0.append(0) } }),
    ("NaN level", "weightLevels", { $0.set(UInt64(Float.nan.bitPattern), .weightLevels, 2) }),
    (
      "infinite level", "weightLevels",
      { $0.set(UInt64(Float.infinity.bitPattern), .weightLevels, 3) }
    ),
    ("levels descend", "weightLevels", { swap(&$0, .weightLevels, at: 0, 1) }),
    ("three levels", "weightLevels", { $0.set(.weightLevels, to: [0, 0, 0]) }),
    ("no level", "weightLevels", { $0.set(.weightLevels, to: []) }),
    ("follower offsets", "followerOffsets", { $0.set(2, .followerOffsets, 1) }),
    ("follower out of range", "followerLabels", { $0.set(6, .followerLabels, 0) }),
    ("follower too often", "followerCounts", { $0.set(300, .followerCounts, 0) }),
    ("ranker name cut off", "ranker", { $0.replace(.ranker, with: [5, 0, 0, 0, 1]) }),
    ("ranker length cut off", "ranker", { $0.replace(.ranker, with: [5, 0]) }),
    ("ranker name too long", "ranker", { $0.replace(.ranker, with: ranker(length: 65)) }),
    ("ranker name huge", "ranker", { $0.replace(.ranker, with: ranker(length: .max)) }),
    ("ranker weight NaN", "ranker", { $0.replace(.ranker, with: ranker(value: .nan)) }),
    ("suffix behind the text", "suffixSlices", { $0.set(28 << 8 | 5, .suffixSlices, 3) }),
    ("suffix far behind", "suffixSlices", { $0.set(1 << 56 | 5, .suffixSlices, 3) }),
    ("suffix too long", "suffixSlices", { $0.set(0 << 8 | 129, .suffixSlices, 3) }),
    ("suffixes out of order", "suffixSlices", { swap(&$0, .suffixSlices, at: 1, 2) }),
    ("empty suffix", "suffixSlices", { $0.set(0, .suffixSlices, 0) }),
    ("suffix without parent", "suffixSlices", { $0.set(3 << 8 | 7, .suffixSlices, 0) }),
    ("suffix without weight", "suffixSums", { $0.set(10, .suffixSums, 2) }),
    ("suffix sum", "suffixSums", { $0.set(.suffixSums, to: [1, 10, 18, 21, 33]) }),
    ("suffix maximum", "suffixMaxima", { $0.set(9, .suffixMaxima, 0) }),
    ("parent out of range", "suffixParents", { $0.set(5, .suffixParents, 0) }),
    ("other parent", "suffixParents", { $0.set(1, .suffixParents, 0) }),
    ("parent of one word", "suffixParents", { $0.set(1, .suffixParents, 1) }),
    ("words descend", "wordKeys", { swap(&$0, .wordKeys, at: 0, 1) }),
    ("word twice", "wordKeys", { $0.set($0.numbers(.wordKeys)[0], .wordKeys, 1) }),
    ("word missing", "wordKeys", { forget(&$0, WordKey.unknown) }),
    ("word bucket", "wordStarts", { $0.set(1, .wordStarts, 0) }),
    ("words short", "wordKeys", { $0.set(4, .wordStarts, 1) }),
    ("words beyond", "wordKeys", { $0.set(6, .wordStarts, 1) }),
    ("three buckets", "wordStarts", { $0.set(.wordStarts, to: [0, 1, 2, 5]) }),
    ("descending buckets", "wordStarts", { $0.set(.wordStarts, to: [0, 6, 5]) }),
    ("no bucket", "wordStarts", { $0.set(.wordStarts, to: [5]) }),
    ("pairs descend", "pairKeys", { swap(&$0, .pairKeys, at: 0, 1) }),
    ("pair bucket", "pairStarts", { $0.set(1, .pairStarts, 0) }),
    ("list word behind the text", "listWords", { $0.set(30 << 8 | 5, .listWords, 1) }),
    ("list word far behind", "listWords", { $0.set(1 << 56 | 5, .listWords, 1) }),
    ("list word too long", "listWords", { $0.set(0 << 8 | 129, .listWords, 1) }),
    ("empty list word", "listWords", { $0.set(3 << 8, .listWords, 0) }),
    ("list words out of order", "listWords", { swap(&$0, .listWords, at: 0, 1) }),
    ("list word of another label", "listPlaces", { $0.set(11 << 8 | 4, .listWords, 0) }),
    ("list offsets", "listOffsets", { $0.set(.listOffsets, to: [0, 2, 1]) }),
    ("list end", "listOffsets", { $0.set(.listOffsets, to: [0, 1, 3]) }),
    ("empty list", "listOffsets", { $0.set(.listOffsets, to: [0, 0, 2]) }),
    ("list place out of range", "listPlaces", { $0.set(12, .listPlaces, 0) }),
    ("list place of another label", "listPlaces", { $0.set(3, .listPlaces, 0) }),
    ("not the first word", "listPlaces", { $0.set(0, .listPlaces, 0) }),
    (
      "list entry missing", "listPlaces",
      {
        $0.set(.listWords, to: [3 << 8 | 3])
        $0.set(.listOffsets, to: [0, 1])
        $0.set(.listPlaces, to: [1])
      }
    ),
    (
      "synonyms out of order", "synonymText",
      { $0.set(UInt8(0x7A), at: $0.range(.synonymText).lowerBound) }
    ),
    (
      "synonyms not UTF-8", "synonymText",
      { $0.set(UInt8(0xFF), at: $0.range(.synonymText).upperBound - 1) }
    ),
    ("empty synonym", "synonymText", { $0.set(.synonymOffsets, to: [0, 9, 9, 22]) }),
    ("synonyms end early", "synonymOffsets", { $0.set(.synonymOffsets, to: [0, 9, 17, 21]) }),
    ("synonyms end late", "synonymOffsets", { $0.set(.synonymOffsets, to: [0, 9, 17, 23]) }),
    ("synonyms descend", "synonymOffsets", { $0.set(.synonymOffsets, to: [0, 17, 9, 22]) }),
    ("synonyms begin late", "synonymOffsets", { $0.set(.synonymOffsets, to: [1, 9, 17, 22]) }),
    ("no synonyms", "synonymOffsets", { $0.set(.synonymOffsets, to: [0]) }),
    (
      "fewer synonym lists", "synonymTargetOffsets",
      { $0.set(.synonymTargetOffsets, to: [0, 2, 3]) }
    ),
    (
      "synonym lists descend", "synonymTargetOffsets",
      { $0.set(.synonymTargetOffsets, to: [0, 2, 1, 3]) }
    ),
    (
      "synonym lists end early", "synonymTargetOffsets",
      { $0.set(.synonymTargetOffsets, to: [0, 2, 2, 2]) }
    ),
    ("synonym out of range", "synonymTargets", { $0.set(3, .synonymTargets, 0) }),
    ("synonym of itself", "synonymTargets", { $0.set(0, .synonymTargets, 0) }),
    ("synonym twice", "synonymTargets", { $0.set(2, .synonymTargets, 0) }),
    ("ranks out of order", "rankedLabels", { swap(&$0, .rankedLabels, at: 0, 1) }),
    ("rank out of range", "rankedLabels", { $0.set(6, .rankedLabels, 0) }),
    ("rank twice", "rankedLabels", { $0.set(1, .rankedLabels, 1) }),
    ("wide numbers", "members", { widen(&$0, .members) }),
    ("wide steps", "weightSums", { widen(&$0, .weightSums) }),
  ]

  @Test func everyLieIsRefusedByItsPart() {
    for lie in Self.lies {
      var forge = IndexForge(DamageTests.valid)
      lie.change(&forge)
      forge.sign()
      switch refusal(of: forge.bytes) {
      case .malformed(_, let part, _):
        #expect(part == "section \(lie.part)", "\(lie.name)")
      case let other:
        Issue.record("\(lie.name): \(other.map { "\($0)" } ?? "accepted")")
      }
    }
  }

  @Test func aNodeThatIsItsOwnParentIsRefused() {
    var content = TinyIndex.smallest
    content.nodes.append(content.nodes[0])
    content.nodes[1].firstChild = 1
    content.nodes[1].childCount = 1
    #expect(refusal(of: IndexWriter.serialize(content)) != nil)
  }

  @Test func childrenThatShareLabelsAreRefused() {
    // Nodes 3 and 4 hold the same two labels, but the counts still add up.
    var content = TinyIndex.content
    content.members = [1, 3, 1, 3]
    content.nodes[4].labelLow = 1
    content.nodes[4].labelHigh = 4
    #expect(refusal(of: IndexWriter.serialize(content)) != nil)
    // The terminal label is in a child too.
    content = TinyIndex.content
    content.members = [0, 3, 2, 4]
    content.nodes[3].labelLow = 0
    #expect(refusal(of: IndexWriter.serialize(content)) != nil)
  }

  @Test func aFeatureThatIsUnknownAboveIsRefused() {
    var content = TinyIndex.content
    content.chunks[0] = NodeChunk(features: [0], offsets: [0, 1], children: [0], weights: [0])
    #expect(refusal(of: IndexWriter.serialize(content)) != nil)
    content.chunks[0] = NodeChunk(
      features: [0, 1], offsets: [0, 1, 2], children: [0, 1], weights: [0, 0])
    #expect(refusal(of: IndexWriter.serialize(content)) != nil)
  }

  @Test func aRootThatListsOnlySomeLabelsIsRefused() {
    var content = TinyIndex.content
    content.nodes = [content.nodes[0]]
    content.nodes[0].childCount = 0
    content.nodes[0].firstChild = 0
    content.nodes[0].memberStart = 0
    content.nodes[0].memberCount = 2
    content.members = [0, 5]
    content.chunks = []
    #expect(refusal(of: IndexWriter.serialize(content)) != nil)
  }

  @Test func sectionsOfWrongSizesDoNotOpen() {
    for kind in IndexSection.required where kind.layout != .whole(bits: 8) {
      let valid = IndexForge(DamageTests.valid)
      let numbers = kind == .nodes ? [] : valid.numbers(kind)
      for count in [0, 1, valid.count(kind) + 1, valid.count(kind) - 1] {
        if count < 0 || count == valid.count(kind) { continue }
        // A table of keys with twice the buckets is valid too.
        if kind == .pairStarts, count == 3 { continue }
        var forge = valid
        if kind == .nodes {
          let content = Array(valid.bytes[valid.range(kind)]) + [UInt8](repeating: 0, count: 32)
          forge.replace(kind, with: Array(content.prefix(count * 32)))
        } else {
          forge.set(kind, to: Array((numbers + [numbers.last ?? 0]).prefix(count)))
        }
        forge.sign()
        #expect(refusal(of: forge.bytes) != nil, "\(kind) of \(count) elements")
      }
    }
  }

  /// Every bit of every chunk of a larger index, and every pair of widths of every section.
  @Test func everyBitOfAChunkMatters() {
    let content = RandomIndex.content(seed: 12, labels: 30)
    let valid = IndexForge(IndexWriter.serialize(content))
    for at in valid.range(.chunks) {
      for bit in 0..<8 {
        var forge = valid
        forge.bytes[at] ^= 1 << UInt8(bit)
        forge.sign()
        // Another level or child in order may be valid, but nothing may trap.
        guard let index = try? LabelIndex(bytes: forge.bytes) else { continue }
        guard (try? index.verify()) != nil else { continue }
        let view = index.view
        for node in view.nodes {
          view.chunk(of: node).forEachEntry(features: view.features.count) {
            feature, child, weight in
            #expect(Int(feature) < view.features.count && child < node.arity && weight.isFinite)
          }
        }
      }
    }
  }

  @Test func randomLiesNeverTrap() throws {
    let valid = IndexWriter.serialize(
      RandomIndex.content(seed: 9, labels: 33, listsWords: true))
    try withEvery("seed", in: UInt64(0)..<1500) { seed in
      var random = SplitMix64(seed: seed)
      var forge = IndexForge(valid)
      for _ in 0...random.below(3) {
        let kind = forge.kinds[random.below(forge.kinds.count)]
        let range = forge.range(kind)
        if range.isEmpty { continue }
        let at = range.lowerBound + random.below(range.count)
        switch random.below(3) {
        case 0: forge.bytes[at] ^= UInt8(1 << random.below(8))
        case 1: forge.bytes[at] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
        default:
          let word = min(at & ~3, forge.bytes.count - 4)
          forge.set([UInt32(0), 1, .max, 0x7FC0_0000][random.below(4)], at: word)
        }
      }
      forge.sign()
      if let error = refusal(of: forge.bytes) {
        #expect(!error.description.isEmpty)
      }
    }
  }

  /// Changes the bytes of the chunks: the root's begins at 0.
  private static func chunk(_ forge: inout IndexForge, _ change: (inout [UInt8]) -> Void) {
    var bytes = Array(forge.bytes[forge.range(.chunks)])
    change(&bytes)
    forge.replace(.chunks, with: bytes)
  }

  /// Writes the numbers of `kind` again, each with one bit more than needed.
  private static func widen(_ forge: inout IndexForge, _ kind: IndexSection) {
    let numbers = forge.numbers(kind)
    var out = BitWriter()
    if kind.layout == .packed {
      let width = BitWriter.width(of: numbers.max() ?? 0) + 1
      for number in numbers { out.append(number, width: width) }
      forge.replace(kind, with: out.finish(), count: numbers.count, widths: (width, 0))
    } else {
      let bits = BitWriter.ascendingBits(of: numbers)
      out.append(ascending: numbers, firstBits: bits.first + 1, stepBits: bits.step)
      forge.replace(
        kind, with: out.finish(), count: numbers.count, widths: (bits.first + 1, bits.step))
    }
  }

  /// Puts another word in the place of `word`, in order.
  private static func forget(_ forge: inout IndexForge, _ word: UInt64) {
    let numbers = forge.numbers(.wordKeys)
    guard let i = numbers.firstIndex(of: word >> 48) else { return }
    forge.set(numbers[i] + 1, .wordKeys, i)
  }

  private static func swap(_ forge: inout IndexForge, _ kind: IndexSection, at a: Int, _ b: Int) {
    var numbers = forge.numbers(kind)
    numbers.swapAt(a, b)
    forge.set(kind, to: numbers)
  }

  /// The tiny index's label text, and the same in which "york" ends with an accented letter.
  private static let text = Array("newnew yorknewsnewtonnewtsparis".utf8)
  private static let accented = Array("newnew yoréewsnewtonnewtsparis".utf8)

  /// The tiny index's label text with "aaris" for "paris", or else with "newz" for "news".
  private static func text(swapped: Bool) -> [UInt8] {
    Array((swapped ? "newnew yorknewsnewtonnewtsaaris" : "newnew yorknewznewtonnewtsparis").utf8)
  }

  private static func ranker(length: UInt32 = 1, value: Double = 1) -> [UInt8] {
    var out = ByteWriter()
    out.append(length)
    out.append(raw: [UInt8](repeating: 0x61, count: Int(min(length, 100))))
    out.append(value)
    return out.bytes
  }
}
