// Serialises an index: content in, the bytes of a file out.
//
// The bytes depend on the content alone: no time, no path, no machine.
// Cost: O(size of the file), which is held in memory once.

import QACBinary
import QACText

/// Writes index files.
public enum IndexWriter {
  /// The bytes of the index file that holds `content`.
  ///
  /// - Precondition: `content` has the shapes that `IndexContent` states.
  public static func serialize(_ content: IndexContent) -> [UInt8] {
    let n = content.labels.count
    precondition(content.surfaces.count == n && content.weights.count == n, "one each a label")
    precondition(content.heats.isEmpty || content.heats.count == n, "one heat a label")
    precondition(content.suffixes.count == content.suffixWeights.count, "one each a suffix")
    precondition(content.followerOffsets.count == n + 1, "one follower offset a label and an end")
    var sections: [(kind: IndexSection, bytes: [UInt8])] = []
    for kind in IndexSection.allCases {
      sections.append((kind, bytes(of: kind, in: content)))
    }

    var table = ByteWriter()
    var offset = IndexFormat.headerSize + sections.count * IndexFormat.tableRowSize
    for section in sections {
      offset = aligned(offset)
      table.append(section.kind.rawValue)
      table.append(CRC32C.of(section.bytes))
      table.append(UInt64(offset))
      table.append(UInt64(section.bytes.count))
      offset += section.bytes.count
    }

    var file = ByteWriter()
    file.append(raw: IndexFormat.magic)
    file.append(IndexFormat.version)
    file.append(UInt32(content.profile.rawValue))
    file.append(UInt64(offset))
    file.append(content.features.fingerprint)
    file.append(UInt32(n))
    file.append(UInt32(sections.count))
    file.append(CRC32C.of(table.bytes))
    file.append(UInt32(content.features.contextCount))
    file.append(content.weights.reduce(UInt64(0)) { $0 + UInt64($1) })
    file.append(UInt32(0))
    file.append(CRC32C.of(file.bytes))
    file.append(raw: table.bytes)
    for section in sections {
      file.pad(to: IndexFormat.alignment)
      file.append(raw: section.bytes)
    }
    return file.bytes
  }

  /// The least multiple of the alignment that is no lower than `offset`.
  static func aligned(_ offset: Int) -> Int {
    (offset + IndexFormat.alignment - 1) / IndexFormat.alignment * IndexFormat.alignment
  }

  private static func bytes(of kind: IndexSection, in content: IndexContent) -> [UInt8] {
    var out = ByteWriter()
    switch kind {
    case .provenance: out.append(raw: content.provenance.utf8)
    case .labelOffsets: out.append(contentsOf: offsets(of: content.labels))
    case .labelText: for text in content.labels { out.append(raw: text) }
    case .surfaceOffsets: out.append(contentsOf: offsets(of: storedSurfaces(content)))
    case .surfaceText: for text in storedSurfaces(content) { out.append(raw: text) }
    case .weightSums: out.append(contentsOf: sums(of: content.weights))
    case .blockMaxima: out.append(contentsOf: BlockMaxima.levels(of: content.weights))
    case .featureKeys: out.append(contentsOf: content.features.slotKeys)
    case .featureIDs: out.append(contentsOf: content.features.slotIDs)
    case .featureIDF: out.append(contentsOf: content.features.idf)
    case .nodes: for node in content.nodes { append(node, to: &out) }
    case .members: out.append(contentsOf: content.members)
    case .memberSums:
      out.append(contentsOf: sums(of: content.members.map { content.weights[Int($0)] }))
    case .chunkFeatures: out.append(contentsOf: content.chunkFeatures)
    case .chunkOffsets: out.append(contentsOf: content.chunkOffsets)
    case .entryChildren: out.append(contentsOf: content.entryChildren)
    case .entryWeights: out.append(contentsOf: content.entryWeights)
    case .followerOffsets: out.append(contentsOf: content.followerOffsets)
    case .followerLabels: out.append(contentsOf: content.followerLabels)
    case .followerCounts: out.append(contentsOf: content.followerCounts)
    case .heats:
      out.append(
        contentsOf: content.heats.isEmpty ? content.weights.map { Float($0) } : content.heats)
    case .clock:
      out.append(UInt64(bitPattern: content.lastTime))
      out.append(content.halfLife)
    case .ranker:
      for weight in content.ranker {
        out.append(UInt32(weight.name.utf8.count))
        out.append(raw: weight.name.utf8)
        out.append(weight.value)
      }
    default: appendComposer(kind, content, to: &out)
    }
    return out.bytes
  }

  /// Appends one of the sections that completions are composed from.
  private static func appendComposer(
    _ kind: IndexSection, _ content: IndexContent, to out: inout ByteWriter
  ) {
    let words = content.wordModel.words
    let pairs = content.wordModel.pairs
    func forEachSlot<T>(_ entries: [T], key: (T) -> UInt64, _ body: (T?) -> Void) {
      for position in KeyTable.positions(of: entries.map(key)) {
        body(position.map { entries[$0] })
      }
    }
    switch kind {
    case .suffixOffsets: out.append(contentsOf: offsets(of: content.suffixes))
    case .suffixText: for text in content.suffixes { out.append(raw: text) }
    case .suffixSums: out.append(contentsOf: sums(of: content.suffixWeights))
    case .suffixMaxima: out.append(contentsOf: BlockMaxima.levels(of: content.suffixWeights))
    case .suffixParents: out.append(contentsOf: parents(of: content.suffixes))
    case .wordKeys: forEachSlot(words, key: \.key) { out.append($0?.key ?? KeyTable.free) }
    case .wordProbabilities: forEachSlot(words, key: \.key) { out.append($0?.logProbability ?? 0) }
    case .wordBackoffs: forEachSlot(words, key: \.key) { out.append($0?.logBackoff ?? 0) }
    case .pairKeys: forEachSlot(pairs, key: \.key) { out.append($0?.key ?? KeyTable.free) }
    case .pairProbabilities: forEachSlot(pairs, key: \.key) { out.append($0?.logProbability ?? 0) }
    default: preconditionFailure("section \(kind) is written by bytes(of:in:)")
    }
  }

  private static func parents(of texts: [[UInt8]]) -> [UInt32] {
    let offsets = offsets(of: texts)
    let bytes = texts.flatMap { $0 }
    let parents = offsets.withUnsafeBufferPointer { offsets in
      bytes.withUnsafeBufferPointer {
        Suffix.parents(of: SortedTexts(offsets: offsets, bytes: $0))
      }
    }
    guard let parents else {
      preconditionFailure("a suffix comes with that without its first word")
    }
    return parents
  }

  private static func append(_ node: NodeRecord, to out: inout ByteWriter) {
    for field in [
      node.labelLow, node.labelHigh, node.memberStart, node.memberCount, node.firstChild,
      node.childCount, node.hasTerminal, node.chunkStart, node.chunkCount, node.trieDepth,
    ] {
      out.append(field)
    }
  }

  private static func storedSurfaces(_ content: IndexContent) -> [[UInt8]] {
    zip(content.labels, content.surfaces).map { $0 == $1 ? [] : $1 }
  }

  private static func offsets(of texts: [[UInt8]]) -> [UInt32] {
    var result: [UInt32] = [0]
    result.reserveCapacity(texts.count + 1)
    var offset = 0
    for text in texts {
      offset += text.count
      result.append(UInt32(offset))
    }
    return result
  }

  private static func sums(of weights: [UInt32]) -> [UInt64] {
    var result: [UInt64] = [0]
    result.reserveCapacity(weights.count + 1)
    var sum: UInt64 = 0
    for weight in weights {
      sum += UInt64(weight)
      result.append(sum)
    }
    return result
  }
}
