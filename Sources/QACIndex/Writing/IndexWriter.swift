// Serialises the content of an index to the bytes of a file.
//
// Sections are appended to the file one after the other, so only the content and the file are in
// memory. The bytes depend only on the content, and on no time, path or machine.
// Cost: O(size of the file).

import QACBinary
import QACText

/// Writes index files.
public struct IndexWriter {
  private let content: IndexContent
  /// The sections of the file.
  private let kinds: [IndexSection]
  private var file: [UInt8]
  private var table = ByteWriter()

  /// The bytes of the index file that holds `content`.
  ///
  /// - Precondition: `content` has the shapes that `IndexContent` states.
  public static func serialize(_ content: IndexContent) -> [UInt8] {
    var writer = IndexWriter(content)
    writer.appendSections()
    return writer.finished()
  }

  /// The offset of a section after one that ends at `end`.
  static func start(after end: Int) -> Int {
    let mask = IndexFormat.alignment - 1
    return (end + IndexFormat.slack + mask) & ~mask
  }

  private init(_ content: IndexContent) {
    let n = content.labels.count
    precondition(content.surfaces.count == n && content.weights.count == n, "one per label")
    precondition(content.heats.isEmpty || content.heats.count == n, "one heat per label")
    precondition(content.suffixes.count == content.suffixWeights.count, "one per suffix")
    precondition(content.aliases.count == content.aliasLabels.count, "one label per alias")
    precondition(content.followerOffsets.count == n + 1, "one follower offset per label and an end")
    precondition(
      content.chunks.isEmpty || content.chunks.count == content.nodes.count, "one chunk per node")
    self.content = content
    kinds = IndexSection.allCases.filter {
      !$0.isOptional || content.listsWords && WordListsView.sections.contains($0)
        || !content.aliases.isEmpty && IndexSection.aliases.contains($0)
        || !content.synonyms.isEmpty && SynonymsView.sections.contains($0)
        || !content.breaks.isEmpty && IndexSection.breaks.contains($0)
        || content.items != nil && ItemsView.sections.contains($0)
        || !content.places.isEmpty && PlacesView.sections.contains($0)
    }
    file = [UInt8](
      repeating: 0, count: IndexFormat.headerSize + kinds.count * IndexFormat.tableRowSize)
  }

  private func finished() -> [UInt8] {
    var file = file
    file.append(contentsOf: repeatElement(0, count: IndexFormat.slack))
    var header = ByteWriter()
    header.append(raw: IndexFormat.magic)
    header.append(IndexFormat.version)
    header.append(UInt32(content.profile.rawValue))
    header.append(UInt64(file.count))
    header.append(content.features.fingerprint)
    header.append(UInt32(content.labels.count))
    header.append(UInt32(kinds.count))
    header.append(CRC32C.of(table.bytes))
    header.append(UInt32(content.nodes.reduce(0) { max($0, $1.arity) }))
    header.append(content.weights.reduce(UInt64(0)) { $0 + UInt64($1) })
    header.append(UInt32(0))
    header.append(CRC32C.of(header.bytes))
    let head = header.bytes + table.bytes
    file.replaceSubrange(0..<head.count, with: head)
    return file
  }

  private mutating func appendSections() {
    let content = content
    var suffixes = SuffixPlacer(content)
    let chunks = ChunkSection(content.nodes, content.chunks, features: content.features.count)
    let lists = content.listsWords ? WordListBuilder(content) : nil
    let parts = content.items.map(ItemParts.init)
    for kind in kinds {
      switch kind {
      case .provenance: plain(kind) { $0.append(raw: content.provenance.utf8) }
      case .labelOffsets: offsets(kind, of: content.labels)
      case .labelText: text(kind, content.labels + suffixes.place())
      case .surfaceOffsets: offsets(kind, of: surfaces)
      case .surfaceText: text(kind, surfaces)
      case .weightSums: sums(kind, of: content.weights)
      case .blockMaxima: packed(kind, BlockMaxima.levels(of: content.weights))
      case .heats: packed(kind, heatCodes)
      case .clock:
        plain(kind) {
          $0.append(content.lastTime)
          $0.append(content.halfLife)
        }
      case .featureStarts, .featureKeys:
        keys(kind, content.features.keys, isStarts: kind == .featureStarts)
      case .featureIDF: plain(kind) { $0.append(contentsOf: content.features.idfCodes) }
      case .nodes: plain(kind) { out in chunks.nodes.forEach { Self.append($0, to: &out) } }
      case .members: packed(kind, content.members)
      case .memberSums: sums(kind, of: content.members.lazy.map { content.weights[Int($0)] })
      case .chunks: plain(kind) { $0.append(raw: chunks.bytes) }
      case .weightLevels: plain(kind) { $0.append(contentsOf: chunks.levels) }
      case .followerOffsets: ascending(kind, content.followerOffsets.map { UInt64($0) })
      case .followerLabels: packed(kind, content.followerLabels)
      case .followerCounts:
        packed(
          kind,
          content.followerCounts.lazy.map {
            RoundedNumber.code(Double($0), fractionBits: RoundedNumber.countBits)
          })
      case .ranker:
        plain(kind) { out in
          for weight in content.ranker {
            out.append(UInt32(weight.name.utf8.count))
            out.append(raw: weight.name.utf8)
            out.append(weight.value)
          }
        }
      case .suffixSlices: packed(kind, suffixes.slices)
      case .suffixSums: sums(kind, of: content.suffixWeights)
      case .suffixMaxima: packed(kind, BlockMaxima.levels(of: content.suffixWeights))
      case .suffixParents:
        packed(kind, Self.parents(of: content.suffixes, content.breaks).map { $0 &+ 1 })
      case .wordStarts, .wordKeys, .wordProbabilities, .wordBackoffs: appendWords(kind)
      case .pairStarts, .pairKeys, .pairProbabilities: appendPairs(kind)
      case .listWords: packed(kind, lists?.slices ?? [])
      case .listOffsets: ascending(kind, lists?.offsets ?? [])
      case .listPlaces: packed(kind, lists?.places ?? [])
      case .rankedLabels: packed(kind, lists?.rankedLabels ?? [])
      case .aliasOffsets: offsets(kind, of: content.aliases)
      case .aliasText: text(kind, content.aliases)
      case .aliasLabels: packed(kind, content.aliasLabels)
      case .synonymText: text(kind, content.synonyms.phrases)
      case .synonymOffsets: offsets(kind, of: content.synonyms.phrases)
      case .synonymTargetOffsets:
        sums(kind, of: content.synonyms.targets.lazy.map { UInt32($0.count) })
      case .synonymTargets: packed(kind, content.synonyms.targets.flatMap { $0 })
      case .breakStarts, .breakKeys:
        keys(kind, content.breaks.keys, isStarts: kind == .breakStarts)
      case .breakCosts: plain(kind) { $0.append(contentsOf: content.breaks.costs) }
      case .placeKeys: plain(kind) { out in content.places.keys.forEach { out.append($0) } }
      case .placeOffsets: ascending(kind, content.places.offsets)
      case .placeLabels: packed(kind, content.places.labels)
      case .placeCounts:
        packed(
          kind,
          content.places.counts.lazy.map {
            RoundedNumber.code(Double($0), fractionBits: RoundedNumber.countBits)
          })
      default:
        if let items = content.items, let parts { append(kind, of: items, parts) }
      }
    }
  }

  private mutating func appendWords(_ kind: IndexSection) {
    let words = content.wordModel.words
    let set = SortedKeySet(words.map(\.key))
    switch kind {
    case .wordProbabilities:
      plain(kind, set.sources.map { WordModelView.code(words[$0].logProbability) })
    case .wordBackoffs: plain(kind, set.sources.map { WordModelView.code(words[$0].logBackoff) })
    default: keys(kind, set, isStarts: kind == .wordStarts)
    }
  }

  private mutating func appendPairs(_ kind: IndexSection) {
    let pairs = content.wordModel.pairs
    let set = SortedKeySet(pairs.map(\.key))
    if kind == .pairProbabilities {
      plain(kind, set.sources.map { WordModelView.code(pairs[$0].logProbability) })
    } else {
      keys(kind, set, isStarts: kind == .pairStarts)
    }
  }

  /// Appends a section of the items.
  private mutating func append(_ kind: IndexSection, of items: ItemContent, _ parts: ItemParts) {
    switch kind {
    case .itemIDOffsets: offsets(kind, of: items.ids)
    case .itemIDText: text(kind, items.ids)
    case .itemTitleOffsets: offsets(kind, of: items.titles)
    case .itemTitleText: text(kind, items.titles)
    case .itemPayloadOffsets: offsets(kind, of: items.payloads)
    case .itemPayloadText: text(kind, items.payloads)
    case .itemWeights: plain(kind) { $0.append(contentsOf: items.weights) }
    case .itemUses: packed(kind, items.uses.map { Self.code(of: 1 + $0, RoundedNumber.heatBits) })
    case .termStarts, .termKeys: keys(kind, items.terms.keys, isStarts: kind == .termStarts)
    case .termIDF: plain(kind, items.terms.idfCodes)
    case .termKinds: packed(kind, items.termKinds.map(\.rawValue))
    case .bagOffsets: ascending(kind, items.bagOffsets)
    case .bagTerms: plain(kind) { $0.append(contentsOf: items.bags.map(\.term)) }
    case .bagTextCounts: packed(kind, items.bags.lazy.map(\.textCount))
    case .bagTitleCounts: packed(kind, items.bags.lazy.map(\.titleCount))
    case .bagAskedCounts: packed(kind, items.bags.lazy.map(\.askedCount))
    case .bagCentroids: plain(kind, items.bags.map { ItemsView.centroidCode($0.centroid) })
    case .holderOffsets: ascending(kind, parts.holders.offsets)
    case .holders: packed(kind, parts.holders.documents)
    case .holderCounts: packed(kind, parts.holders.counts)
    case .textHolderOffsets: ascending(kind, parts.textHolders.offsets)
    case .textHolders: packed(kind, parts.textHolders.documents)
    case .textHolderCounts: packed(kind, parts.textHolders.counts)
    case .textLengths: packed(kind, items.textLengths)
    case .holderLengths: packed(kind, items.holderLengths)
    case .pastTermOffsets: ascending(kind, items.pastTermOffsets)
    case .pastTerms: packed(kind, items.pastTerms)
    case .pastHolderOffsets: ascending(kind, parts.past.offsets)
    case .pastHolders: packed(kind, parts.past.documents)
    case .pastItemOffsets: ascending(kind, items.pastItemOffsets)
    case .pastItems: packed(kind, items.pastItems)
    case .pastItemCounts:
      packed(kind, items.pastItemCounts.map { Self.code(of: $0, RoundedNumber.countBits) })
    case .itemNodes: plain(kind) { out in parts.tree.nodes.forEach { Self.append($0, to: &out) } }
    case .itemMembers: packed(kind, items.tree.members)
    case .itemChunks: plain(kind) { $0.append(raw: parts.tree.bytes) }
    case .itemLevels: plain(kind) { $0.append(contentsOf: parts.tree.levels) }
    default: preconditionFailure("\(kind) is no section of the items")
    }
  }

  /// The code of `value`, which is taken as at least 1 and at most 2^31.
  private static func code(of value: Float, _ fractionBits: Int) -> UInt64 {
    RoundedNumber.code(Double(min(max(value, 1), 0x1p31)), fractionBits: fractionBits)
  }

  // MARK: Kinds of sections

  private mutating func begin() -> Int {
    let start = Self.start(after: file.count)
    file.append(contentsOf: repeatElement(0, count: start - file.count))
    return start
  }

  private mutating func end(
    _ kind: IndexSection, from start: Int, count: Int, width: Int, step: Int = 0
  ) {
    let checksum = file.withUnsafeBytes {
      CRC32C.of(UnsafeRawBufferPointer(rebasing: $0[start...]))
    }
    table.append(kind.rawValue)
    table.append(UInt16(width | step << 8))
    table.append(checksum)
    table.append(UInt64(start))
    table.append(UInt64(count))
  }

  /// Writes whole elements of the section's size.
  private mutating func plain(_ kind: IndexSection, _ body: (inout ByteWriter) -> Void) {
    guard case .whole(let width) = kind.layout else {
      preconditionFailure("section \(kind) has elements of a fixed size")
    }
    let start = begin()
    var out = ByteWriter()
    body(&out)
    file.append(contentsOf: out.bytes)
    end(kind, from: start, count: out.count * 8 / width, width: width)
  }

  private mutating func plain(_ kind: IndexSection, _ bytes: [UInt8]) {
    plain(kind) { $0.append(contentsOf: bytes) }
  }

  /// Writes numbers in the least width that holds the greatest.
  private mutating func packed<T: UnsignedInteger & FixedWidthInteger>(
    _ kind: IndexSection, _ values: some Collection<T>
  ) {
    let start = begin()
    let width = BitWriter.width(of: UInt64(values.reduce(0) { max($0, $1) }))
    var out = BitWriter(behind: file)
    file = []
    for value in values { out.append(UInt64(value), width: width) }
    file = out.finish()
    end(kind, from: start, count: values.count, width: width)
  }

  /// Writes numbers that never descend.
  private mutating func ascending(_ kind: IndexSection, _ values: [UInt64]) {
    let start = begin()
    let bits = BitWriter.ascendingBits(of: values)
    var out = BitWriter(behind: file)
    file = []
    out.append(ascending: values, firstBits: bits.first, stepBits: bits.step)
    file = out.finish()
    end(kind, from: start, count: values.count, width: bits.first, step: bits.step)
  }

  private mutating func keys(_ kind: IndexSection, _ set: SortedKeySet, isStarts: Bool) {
    plain(kind) {
      if isStarts { $0.append(contentsOf: set.starts) } else { $0.append(contentsOf: set.rests) }
    }
  }

  private mutating func text(_ kind: IndexSection, _ texts: [[UInt8]]) {
    plain(kind) { out in for text in texts { out.append(raw: text) } }
  }

  /// Writes 0, and then the number of bytes up to the end of each text.
  private mutating func offsets(_ kind: IndexSection, of texts: [[UInt8]]) {
    sums(kind, of: texts.lazy.map { UInt32($0.count) })
  }

  /// Writes 0, and then the sum of the weights up to and including each.
  private mutating func sums(_ kind: IndexSection, of weights: some Collection<UInt32>) {
    var sums: [UInt64] = [0]
    sums.reserveCapacity(weights.count + 1)
    var sum: UInt64 = 0
    for weight in weights {
      sum += UInt64(weight)
      sums.append(sum)
    }
    ascending(kind, sums)
  }

  // MARK: Values

  private var surfaces: [[UInt8]] {
    zip(content.labels, content.surfaces).map { $0 == $1 ? [] : $1 }
  }

  private var heatCodes: [UInt64] {
    let heats = content.heats.isEmpty ? content.weights.map { Float($0) } : content.heats
    return heats.map {
      RoundedNumber.code(1 + min(Double($0), 1e9), fractionBits: RoundedNumber.heatBits)
    }
  }

  private static func append(_ node: NodeRecord, to out: inout ByteWriter) {
    for field in [
      node.labelLow, node.labelHigh, node.memberStart, node.memberCount, node.firstChild,
      node.childCount, node.kind, node.chunk,
    ] {
      out.append(field)
    }
  }

  private static func parents(of texts: [[UInt8]], _ breaks: WordTable) -> [UInt32] {
    var offsets: [UInt64] = [0]
    for text in texts { offsets.append(offsets[offsets.count - 1] + UInt64(text.count)) }
    let bits = BitWriter.ascendingBits(of: offsets)
    var packed = BitWriter()
    packed.append(ascending: offsets, firstBits: bits.first, stepBits: bits.step)
    for _ in 0..<IndexFormat.slack { packed.append(0, width: 8) }
    let bytes = texts.flatMap { $0 }
    let parents = packed.finish().withUnsafeBytes { packed in
      bytes.withUnsafeBufferPointer { bytes in
        packed.baseAddress.flatMap { base in
          let offsets = AscendingArray(
            base: base, count: offsets.count, firstBits: bits.first, stepBits: bits.step)
          return breaks.withBreaker {
            Suffix.parents(of: SortedTexts(offsets: offsets, bytes: bytes), $0)
          }
        }
      }
    }
    guard let parents else {
      preconditionFailure("a suffix comes with its parent")
    }
    return parents
  }
}
