// Files whose checksums fit and whose content lies: `verify` refuses each lie, and nothing traps.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct HostileTests {
  /// Changes to the tiny index, each with the section that is to blame.
  ///
  /// Node fields: 0 low, 1 high, 2 memberStart, 3 memberCount, 4 firstChild, 5 childCount,
  /// 6 hasTerminal, 7 chunkStart, 8 chunkCount, 9 trieDepth.
  static let lies: [(name: String, part: String, change: @Sendable (inout IndexForge) -> Void)] = [
    ("descending offset", "labelOffsets", { $0.set(UInt32(2), .labelOffsets, 2) }),
    ("first offset", "labelOffsets", { $0.set(UInt32(1), .labelOffsets, 0) }),
    ("huge offset", "labelOffsets", { $0.set(UInt32.max, .labelOffsets, 3) }),
    ("last offset", "labelOffsets", { $0.set(UInt32(4), .labelOffsets, 6) }),
    ("empty label", "labelText", { $0.set(UInt32(0), .labelOffsets, 1) }),
    ("label above the next", "labelText", { $0.replace(.labelText, with: text(swapped: false)) }),
    ("labels out of order", "labelText", { $0.replace(.labelText, with: text(swapped: true)) }),
    ("invalid UTF-8", "labelText", { $0.set(UInt8(0xFF), .labelText, 30) }),
    ("descending surface", "surfaceOffsets", { $0.set(UInt32(9), .surfaceOffsets, 1) }),
    ("huge surface", "surfaceOffsets", { $0.set(UInt32.max, .surfaceOffsets, 6) }),
    ("invalid surface", "surfaceText", { $0.set(UInt8(0xC0), .surfaceText, 3) }),
    ("first sum", "weightSums", { $0.set(UInt64(1), .weightSums, 0) }),
    ("weight of zero", "weightSums", { $0.set(UInt64(5), .weightSums, 2) }),
    ("negative weight", "weightSums", { $0.set(UInt64(4), .weightSums, 2) }),
    ("huge weight", "weightSums", { $0.set(UInt64.max, .weightSums, 6) }),
    ("other total", "weightSums", { $0.set(UInt64(30), .weightSums, 6) }),
    ("other maximum", "blockMaxima", { $0.set(UInt32(9), .blockMaxima, 0) }),
    ("other key", "featureKeys", { $0.set(UInt64(9), .featureKeys, slot($0, 0)) }),
    ("id out of range", "featureIDs", { $0.set(UInt32(2), .featureIDs, slot($0, 0)) }),
    ("id twice", "featureIDs", { $0.set(UInt32(1), .featureIDs, slot($0, 0)) }),
    ("id missing", "featureIDs", { $0.set(UInt32.max, .featureIDs, slot($0, 0)) }),
    ("NaN idf", "featureIDF", { $0.set(Float.nan.bitPattern, .featureIDF, 0) }),
    ("infinite idf", "featureIDF", { $0.set(Float.infinity.bitPattern, .featureIDF, 1) }),
    ("negative idf", "featureIDF", { $0.set(Float(-1).bitPattern, .featureIDF, 1) }),
    ("other idf", "featureKeys", { $0.set(Float(2).bitPattern, .featureIDF, 1) }),
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
    ("two terminals", "nodes", { $0.setNode(1, field: 6, 2) }),
    ("terminal in a leaf", "nodes", { $0.setNode(2, field: 6, 1) }),
    ("terminal too many", "nodes", { $0.setNode(0, field: 6, 1) }),
    ("terminal missing", "nodes", { $0.setNode(1, field: 6, 0) }),
    ("child of its own", "nodes", { $0.setNode(1, field: 4, 1) }),
    ("root as a child", "nodes", { $0.setNode(1, field: 4, 0) }),
    ("children outside", "nodes", { $0.setNode(1, field: 4, 4) }),
    ("huge child count", "nodes", { $0.setNode(1, field: 5, .max) }),
    ("child count short", "nodes", { $0.setNode(1, field: 5, 1) }),
    ("childless", "nodes", { $0.setNode(1, field: 5, 0) }),
    ("chunk elsewhere", "nodes", { $0.setNode(3, field: 7, 1) }),
    ("chunk too long", "nodes", { $0.setNode(3, field: 8, 9) }),
    ("chunk far too long", "nodes", { $0.setNode(4, field: 8, .max) }),
    ("chunk too short", "nodes", { $0.setNode(1, field: 8, 1) }),
    ("member out of range", "members", { $0.set(UInt32(6), .members, 1) }),
    ("huge member", "members", { $0.set(UInt32.max, .members, 1) }),
    ("members descend", "memberSums", { swap(&$0, .members, 0, 1) }),
    ("member sum", "memberSums", { $0.set(UInt64(1), .memberSums, 0) }),
    ("member sums descend", "memberSums", { $0.set(UInt64(3), .memberSums, 2) }),
    ("feature out of range", "chunkFeatures", { $0.set(UInt32(2), .chunkFeatures, 3) }),
    ("features descend", "chunkFeatures", { swap(&$0, .chunkFeatures, 2, 3) }),
    ("feature unknown above", "chunkFeatures", { $0.set(UInt32(1), .entryChildren, 0) }),
    ("entry offsets descend", "chunkOffsets", { $0.set(UInt32(6), .chunkOffsets, 3) }),
    ("huge entry offset", "chunkOffsets", { $0.set(UInt32.max, .chunkOffsets, 5) }),
    ("child out of range", "entryChildren", { $0.set(UInt32(3), .entryChildren, 4) }),
    ("huge child", "entryChildren", { $0.set(UInt32.max, .entryChildren, 4) }),
    ("children descend", "entryChildren", { swap(&$0, .entryChildren, 3, 4) }),
    ("NaN weight", "entryWeights", { $0.set(Float.nan.bitPattern, .entryWeights, 2) }),
    ("infinite weight", "entryWeights", { $0.set(Float.infinity.bitPattern, .entryWeights, 2) }),
    ("follower offsets", "followerOffsets", { $0.set(UInt32(2), .followerOffsets, 1) }),
    ("follower out of range", "followerLabels", { $0.set(UInt32(6), .followerLabels, 0) }),
    ("follower never seen", "followerCounts", { $0.set(UInt32(0), .followerCounts, 0) }),
    ("ranker name cut off", "ranker", { $0.replace(.ranker, with: [5, 0, 0, 0, 1]) }),
    ("ranker length cut off", "ranker", { $0.replace(.ranker, with: [5, 0]) }),
    ("ranker name too long", "ranker", { $0.replace(.ranker, with: ranker(length: 65)) }),
    ("ranker name huge", "ranker", { $0.replace(.ranker, with: ranker(length: .max)) }),
    ("ranker weight NaN", "ranker", { $0.replace(.ranker, with: ranker(value: .nan)) }),
    ("suffix offset", "suffixOffsets", { $0.set(UInt32(9), .suffixOffsets, 3) }),
    ("huge suffix offset", "suffixOffsets", { $0.set(UInt32.max, .suffixOffsets, 4) }),
    ("invalid suffix", "suffixText", { $0.set(UInt8(0xC0), .suffixText, 3) }),
    ("suffixes out of order", "suffixText", { $0.set(UInt8(0x61), .suffixText, 8) }),
    ("empty suffix", "suffixText", { $0.set(UInt32(8), .suffixOffsets, 2) }),
    ("suffix without parent", "suffixText", { $0.set(UInt8(0x6C), .suffixText, 20) }),
    ("suffix without weight", "suffixSums", { $0.set(UInt64(10), .suffixSums, 2) }),
    ("suffix sum", "suffixSums", { $0.set(UInt64(1), .suffixSums, 0) }),
    ("suffix maximum", "suffixMaxima", { $0.set(UInt32(9), .suffixMaxima, 0) }),
    ("parent out of range", "suffixParents", { $0.set(UInt32(4), .suffixParents, 0) }),
    ("other parent", "suffixParents", { $0.set(UInt32(1), .suffixParents, 0) }),
    ("parent of one word", "suffixParents", { $0.set(UInt32(0), .suffixParents, 1) }),
    ("word elsewhere", "wordKeys", { misplace(&$0, .wordKeys) }),
    ("no free slot", "wordKeys", { fill(&$0, .wordKeys) }),
    ("word missing", "wordKeys", { drop(&$0, WordKey.unknown) }),
    (
      "word above 1", "wordProbabilities",
      { $0.set(Float(1).bitPattern, .wordProbabilities, used($0, .wordKeys)) }
    ),
    ("NaN word", "wordProbabilities", { $0.set(Float.nan.bitPattern, .wordProbabilities, 0) }),
    (
      "free word", "wordProbabilities",
      { $0.set(Float(-1).bitPattern, .wordProbabilities, free($0, .wordKeys)) }
    ),
    (
      "infinite backoff", "wordBackoffs",
      { $0.set((-Float.infinity).bitPattern, .wordBackoffs, used($0, .wordKeys)) }
    ),
    ("pair elsewhere", "pairKeys", { misplace(&$0, .pairKeys) }),
    ("no free pair", "pairKeys", { fill(&$0, .pairKeys) }),
    (
      "pair above 1", "pairProbabilities",
      { $0.set(Float(1).bitPattern, .pairProbabilities, used($0, .pairKeys)) }
    ),
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
    // Nodes 3 and 4 hold the same two labels; the counts add up all the same.
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

  @Test func aRootThatListsOnlySomeLabelsIsRefused() {
    var content = TinyIndex.content
    content.nodes = [content.nodes[0]]
    content.nodes[0].childCount = 0
    content.nodes[0].firstChild = 0
    content.nodes[0].memberStart = 0
    content.nodes[0].memberCount = 2
    content.members = [0, 5]
    content.chunkFeatures = []
    content.chunkOffsets = [0]
    content.entryChildren = []
    content.entryWeights = []
    #expect(refusal(of: IndexWriter.serialize(content)) != nil)
  }

  @Test func sectionsOfWrongSizesDoNotOpen() {
    for kind in IndexSection.allCases where kind.elementSize > 1 {
      let valid = IndexForge(DamageTests.valid)
      let content = Array(valid.bytes[valid.range(kind)])
      let sizes = [
        0, kind.elementSize, content.count + kind.elementSize, content.count - kind.elementSize,
        content.count + 1,
      ]
      for size in sizes where size >= 0 && size != content.count {
        var forge = valid
        forge.replace(
          kind, with: Array((content + [UInt8](repeating: 0, count: 64)).prefix(size)))
        forge.sign()
        #expect(refusal(of: forge.bytes) != nil, "\(kind) of \(size) bytes")
      }
    }
  }

  @Test func randomLiesNeverTrap() throws {
    let valid = IndexWriter.serialize(RandomIndex.content(seed: 9, labels: 33))
    try withEvery("seed", in: UInt64(0)..<1500) { seed in
      var random = SplitMix64(seed: seed)
      var forge = IndexForge(valid)
      for _ in 0...random.below(3) {
        let kind = IndexSection.allCases[random.below(IndexSection.allCases.count)]
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

  /// The slot of feature `id`.
  private static func slot(_ forge: IndexForge, _ id: UInt32) -> Int {
    let range = forge.range(.featureIDs)
    return (0..<range.count / 4).first {
      forge.get(UInt32.self, at: range.lowerBound + 4 * $0) == id
    } ?? 0
  }

  /// The first slot in use of a table of keys, and the first free one.
  private static func used(_ forge: IndexForge, _ kind: IndexSection) -> Int {
    keys(forge, kind).firstIndex { $0 != KeyTable.free } ?? 0
  }

  private static func free(_ forge: IndexForge, _ kind: IndexSection) -> Int {
    keys(forge, kind).firstIndex(of: KeyTable.free) ?? 0
  }

  private static func keys(_ forge: IndexForge, _ kind: IndexSection) -> [UInt64] {
    let range = forge.range(kind)
    return (0..<range.count / 8).map { forge.get(UInt64.self, at: range.lowerBound + 8 * $0) }
  }

  /// Puts a key into a slot before the one where it is looked for first.
  private static func misplace(_ forge: inout IndexForge, _ kind: IndexSection) {
    let mask = UInt64(keys(forge, kind).count - 1)
    let slot = used(forge, kind)
    let key = (UInt64(4)...).first { StableHash.mix($0) & mask == UInt64(slot + 1) & mask }
    forge.set(key ?? 0, kind, slot)
  }

  /// Leaves no slot free, so that a look-up that fails would never end.
  private static func fill(_ forge: inout IndexForge, _ kind: IndexSection) {
    for (slot, key) in keys(forge, kind).enumerated() where key == KeyTable.free {
      forge.set(UInt64(1000 + slot), kind, slot)
    }
  }

  /// Takes `word` out, and its figures with it.
  private static func drop(_ forge: inout IndexForge, _ word: UInt64) {
    guard let slot = keys(forge, .wordKeys).firstIndex(of: word) else { return }
    forge.set(UInt64(0), .wordKeys, slot)
    forge.set(UInt32(0), .wordProbabilities, slot)
    forge.set(UInt32(0), .wordBackoffs, slot)
  }

  private static func swap(_ forge: inout IndexForge, _ kind: IndexSection, _ a: Int, _ b: Int) {
    let start = forge.range(kind).lowerBound
    let x = forge.get(UInt32.self, at: start + 4 * a)
    forge.set(forge.get(UInt32.self, at: start + 4 * b), kind, a)
    forge.set(x, kind, b)
  }

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
