// Items come out of a file as they went in; lies about them are refused.

import QACBinary
import QACIndex
import QACTestSupport
import Testing

@Suite struct ItemSectionTests {
  @Test func whatIsWrittenIsRead() throws {
    let content = TinyIndex.items
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.complete))
    try index.verify()
    let items = try #require(index.view.items)
    #expect(items.count == 3)
    for (i, id) in content.ids.enumerated() {
      #expect(id.withUnsafeBufferPointer { items.item(withID: $0) } == UInt32(i))
      #expect(Array(items.ids[i]) == id)
      #expect(Array(items.title(of: UInt32(i))) == content.titles[i])
      #expect(Array(items.payload(of: UInt32(i))) == content.payloads[i])
      #expect(items.weights[i] == content.weights[i])
      #expect(items.useCount(of: UInt32(i)) == content.uses[i])
    }
    #expect(Array("b".utf8).withUnsafeBufferPointer { items.item(withID: $0) } == nil)
    for (i, entry) in content.bags.enumerated() {
      #expect(items.bagTerms[i] == entry.term)
      #expect(items.bagTextCounts[i] == entry.textCount)
      #expect(items.bagTitleCounts[i] == entry.titleCount)
      #expect(items.bagAskedCounts[i] == entry.askedCount)
      #expect(abs(items.centroid(i) - entry.centroid) < 0.005)
    }
    #expect(Array(items.bagOffsets) == content.bagOffsets)
    for term in 0..<UInt32(3) {
      var (all, text): ([[UInt32]], [[UInt32]]) = ([], [])
      for item in 0..<3 {
        for entry in content.bags[Int(content.bagOffsets[item])..<Int(content.bagOffsets[item + 1])]
        where entry.term == term {
          all.append([UInt32(item), entry.textCount + entry.askedCount])
          if entry.textCount > 0 { text.append([UInt32(item), entry.textCount]) }
        }
      }
      for (view, expected) in [(items.holders, all), (items.textHolders, text)] {
        let found = view.list(term).map { [view.documents[$0], view.counts[$0]] }
        #expect(found == expected)
      }
    }
    #expect(Array(items.holders.lengths) == content.holderLengths)
    #expect(Array(items.pastTerms) == content.pastTerms && items.past.counts.isEmpty)
    #expect((0..<3).map { items.pastItemCount($0) } == content.pastItemCounts)
    let translations = try #require(items.translations)
    #expect(Array(translations.stems) == content.translations.stems)
    #expect(Array(translations.offsets) == content.translations.offsets)
    #expect(Array(translations.targets) == content.translations.targets)
    for (i, share) in content.translations.shares.enumerated() {
      #expect(abs(translations.share(i) - share) < 0.005)
    }
    for (row, stem) in content.translations.stems.enumerated() {
      let offsets = content.translations.offsets
      #expect(translations.row(of: stem) == Int(offsets[row])..<Int(offsets[row + 1]))
    }
    #expect(translations.row(of: 3).isEmpty)
    var entries: [[Float]] = []
    for node in items.tree.nodes {
      items.tree.chunk(of: node).forEachEntry(features: items.tree.features) {
        entries.append([Float($0), Float($1), $2])
      }
    }
    let red = Float(content.tree.chunks[0].features[0])
    #expect(
      entries == [[red, 0, 0.75], [3, 0, 0.25], [3, 1, -0.5], [red, 0, 1], [red, 1, -0.5]])
  }

  @Test func aFileWithoutThemOpens() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    try index.verify()
    #expect(index.view.items == nil && index.sections[.itemNodes] == nil)
  }

  @Test func someOfTheirSectionsAloneAreRefused() {
    var content = TinyIndex.complete
    content.places = PlacesContent()
    var forge = IndexForge(IndexWriter.serialize(content))
    // 37 sections of items, and behind them the four of translations.
    for left in (0..<41).reversed() {
      forge.removeLastSection()
      forge.sign()
      let refused = refusal(of: forge.bytes)
      if left == 0 || left == 37 {
        #expect(refused == nil)
      } else if case .malformed? = refused {
      } else {
        Issue.record("accepted with \(left) sections")
      }
    }
  }

  static let lies: [(name: String, part: String, change: @Sendable (inout IndexForge) -> Void)] = [
    ("ids out of order", "itemIDText", { setByte(&$0, .itemIDText, 0, 0x7A) }),
    ("empty id", "itemIDText", { $0.set(.itemIDOffsets, to: [0, 0, 4, 6]) }),
    ("ids end early", "itemIDOffsets", { $0.set(.itemIDOffsets, to: [0, 2, 4, 5]) }),
    ("no items", "itemIDOffsets", { $0.set(.itemIDOffsets, to: [0]) }),
    (
      "title within a character", "itemTitleOffsets",
      { $0.set(.itemTitleOffsets, to: [0, 8, 17, 20]) }
    ),
    ("title not UTF-8", "itemTitleText", { setByte(&$0, .itemTitleText, 0, 0xFF) }),
    ("titles end late", "itemTitleOffsets", { $0.set(.itemTitleOffsets, to: [0, 8, 16, 21]) }),
    (
      "payloads descend", "itemPayloadOffsets",
      { $0.set(.itemPayloadOffsets, to: [0, 13, 11, 13]) }
    ),
    ("no weight", "itemWeights", { setFloat(&$0, .itemWeights, 0) }),
    ("weight that is no number", "itemWeights", { setFloat(&$0, .itemWeights, .nan) }),
    ("too many uses", "itemUses", { $0.set(.itemUses, to: [2_000, 0, 0]) }),
    ("kind that is none", "termKinds", { $0.set(5, .termKinds, 0) }),
    ("bags end early", "bagOffsets", { $0.set(.bagOffsets, to: [0, 2, 5, 5]) }),
    ("term of no item", "bagTerms", { $0.set(.bagTerms, to: [0, 1, 0, 1, 2, 3]) }),
    ("terms out of order", "bagTerms", { $0.set(.bagTerms, to: [1, 0, 0, 1, 2, 0]) }),
    ("a count short", "bagTextCounts", { $0.set(.bagTextCounts, to: [1, 1, 1, 1, 0]) }),
    ("a term short", "holderOffsets", { $0.set(.holderOffsets, to: [0, 1, 3]) }),
    ("entries end early", "holderOffsets", { $0.set(.holderOffsets, to: [0, 1, 2, 5]) }),
    ("entry without item", "holders", { $0.set(3, .holders, 0) }),
    ("entries out of order", "holders", { $0.set(.holders, to: [0, 0, 0, 0, 0, 0]) }),
    ("count of 0", "holderCounts", { $0.set(0, .holderCounts, 0) }),
    ("a length short", "textLengths", { $0.set(.textLengths, to: [2, 2]) }),
    ("text entry without item", "textHolders", { $0.set(3, .textHolders, 0) }),
    ("text count of 0", "textHolderCounts", { $0.set(0, .textHolderCounts, 0) }),
    ("past terms end early", "pastTermOffsets", { $0.set(.pastTermOffsets, to: [0, 1, 2]) }),
    ("past term out of range", "pastTerms", { $0.set(3, .pastTerms, 0) }),
    ("past entry without query", "pastHolders", { $0.set(2, .pastHolders, 0) }),
    ("past items end early", "pastItemOffsets", { $0.set(.pastItemOffsets, to: [0, 1, 2]) }),
    ("past item out of range", "pastItems", { $0.set(3, .pastItems, 0) }),
    ("past items out of order", "pastItems", { $0.set(.pastItems, to: [0, 1, 0]) }),
    ("too great a count", "pastItemCounts", { $0.set(.pastItemCounts, to: [2_000, 0, 0]) }),
    ("item twice in the tree", "itemMembers", { $0.set(0, .itemMembers, 1) }),
    ("member without item", "itemMembers", { $0.set(3, .itemMembers, 1) }),
    ("member of no leaf", "itemNodes", { $0.setNode(1, field: 3, 1, of: .itemNodes) }),
    ("members far away", "itemNodes", { $0.setNode(1, field: 2, .max, of: .itemNodes) }),
    ("no member", "itemNodes", { $0.setNode(2, field: 3, 0, of: .itemNodes) }),
    ("leaf with a terminal", "itemNodes", { $0.setNode(2, field: 6, 1, of: .itemNodes) }),
    ("its own child", "itemNodes", { $0.setNode(0, field: 4, 0, of: .itemNodes) }),
    ("children beyond", "itemNodes", { $0.setNode(0, field: 5, 3, of: .itemNodes) }),
    ("a node too many", "itemNodes", { $0.setNode(0, field: 5, 1, of: .itemNodes) }),
    ("chunk elsewhere", "itemNodes", { $0.setNode(1, field: 7, 1, of: .itemNodes) }),
    ("wide rows", "itemChunks", { setByte(&$0, .itemChunks, 0, 17) }),
    ("levels descend", "itemLevels", { setFloat(&$0, .itemLevels, 9) }),
    ("no translation", "translationStems", { $0.set(.translationStems, to: []) }),
    ("stem of no term", "translationStems", { $0.set(3, .translationStems, 1) }),
    ("stem twice", "translationStems", { $0.set(.translationStems, to: [1, 1]) }),
    ("rows end early", "translationOffsets", { $0.set(.translationOffsets, to: [0, 1, 2]) }),
    ("target of no term", "translationTargets", { $0.set(3, .translationTargets, 0) }),
    ("targets out of order", "translationTargets", { $0.set(.translationTargets, to: [2, 2, 2]) }),
    ("a share short", "translationShares", { $0.set(.translationTargets, to: [0, 1, 2, 3]) }),
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

  private static func setByte(
    _ forge: inout IndexForge, _ kind: IndexSection, _ offset: Int, _ value: UInt8
  ) {
    forge.set(value, at: forge.range(kind).lowerBound + offset)
  }

  private static func setFloat(_ forge: inout IndexForge, _ kind: IndexSection, _ value: Float) {
    forge.set(value.bitPattern, at: forge.range(kind).lowerBound)
  }
}
