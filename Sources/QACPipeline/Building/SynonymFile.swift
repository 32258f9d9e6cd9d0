// Reads synonyms from a text file in the form that Solr and Elasticsearch read.
//
//     # living room
//     sofa, couch, settee          each may stand for each other
//     tv => television, telly      tv also finds the others, but not the reverse
//     a\, b => c                   a backslash makes the next character one of the text
//
// A text may have several words. Texts are compared in the index's normal form, whole words only.
// Unlike Solr, what was typed always finds what it finds without synonyms, too.
// Invariant: a file is taken whole, or refused with the number of its first wrong line.
// Source: the class SolrSynonymParser of Apache Lucene.

import QACBinary
import QACIndex
public import QACText

/// The synonyms of a file, in the normal form of a profile.
public struct SynonymFile: Sendable, Equatable {
  /// A line: whatever is one of `from` may be replaced by each of `to`.
  struct Line: Sendable, Equatable {
    /// Counted from 1.
    var number: Int
    var from: [[UInt8]]
    var to: [[UInt8]]
  }

  /// The most bytes of a file.
  public static let maximumFileBytes = 16 << 20
  /// The most lines with synonyms.
  public static let maximumRules = 10_000

  /// The lines that have synonyms.
  let lines: [Line]

  /// Reads the file at `path`.
  ///
  /// - Throws: `PipelineError`.
  public init(contentsOf path: String, profile: NormalizationProfile) throws(PipelineError) {
    let bytes: [UInt8]
    do {
      bytes = try RegularFile.contents(path, limit: Self.maximumFileBytes)
    } catch {
      throw .failed("the synonyms cannot be read: \(error)")
    }
    try self.init(bytes, path: path, profile: profile)
  }

  /// Reads `bytes`, the content of the file at `path`.
  ///
  /// - Throws: `PipelineError`, with the number of the first wrong line.
  public init(
    _ bytes: [UInt8], path: String, profile: NormalizationProfile
  ) throws(PipelineError) {
    let normalizer = Normalizer(profile)
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
    var lines: [Line] = []
    for (i, line) in content.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      do throws(SynonymFault) {
        if let line = try Self.line(line, i + 1, normalizer) { lines.append(line) }
      } catch {
        throw .synonyms(path: path, line: i + 1, error)
      }
      if lines.count > Self.maximumRules {
        throw .failed(
          "the synonyms \(path) have more than \(Self.maximumRules) lines; shorten the file")
      }
    }
    self.lines = lines
  }

  /// The synonyms of one line; nil for an empty line or a comment.
  private static func line(
    _ line: ArraySlice<UInt8>, _ number: Int, _ normalizer: Normalizer
  ) throws(SynonymFault) -> Line? {
    let start = line.firstIndex { !Tokenizer.isSpace($0) } ?? line.endIndex
    let end = line.lastIndex { !Tokenizer.isSpace($0) }.map { $0 + 1 } ?? start
    let text = line[start..<end]
    if text.isEmpty || text.first == UInt8(ascii: "#") { return nil }
    guard !text.contains(0), String(validating: text, as: UTF8.self) != nil else { throw .notText }
    var sides: [[[UInt8]]] = [[[]]]
    var i = text.startIndex
    while i < text.endIndex {
      switch text[i] {
      case UInt8(ascii: "\\"):
        i += 1
        guard i < text.endIndex else { throw .badEscape }
        append(text[i], to: &sides)
      case UInt8(ascii: ","): sides[sides.count - 1].append([])
      case UInt8(ascii: "=") where text[i...].dropFirst().first == UInt8(ascii: ">"):
        i += 1
        sides.append([[]])
      default: append(text[i], to: &sides)
      }
      i += 1
    }
    if sides.count > 2 { throw .arrows }
    let from = try texts(sides[0], normalizer)
    if sides.count == 1, from.count < 2 { throw .single }
    return Line(
      number: number, from: from, to: sides.count == 1 ? from : try texts(sides[1], normalizer))
  }

  private static func append(_ byte: UInt8, to sides: inout [[[UInt8]]]) {
    let (side, text) = (sides.count - 1, sides[sides.count - 1].count - 1)
    sides[side][text].append(byte)
  }

  /// The normal forms of the texts of one side.
  private static func texts(
    _ side: [[UInt8]], _ normalizer: Normalizer
  ) throws(SynonymFault) -> [[UInt8]] {
    guard side.count <= SynonymFault.mostTexts else { throw .tooMany }
    return try side.map { text throws(SynonymFault) in
      let start = text.firstIndex { !Tokenizer.isSpace($0) }
      guard let start, let last = text.lastIndex(where: { !Tokenizer.isSpace($0) }) else {
        throw .empty
      }
      let form = normalizer.normalize(Array(text[start...last]), as: .query)
      let words = Tokenizer.words(form)
      guard !words.isEmpty else { throw .nothingLeft }
      guard form.count <= SynonymsView.mostPhraseBytes,
        words.count <= SynonymsView.mostPhraseWords
      else { throw .tooLong }
      return form
    }
  }
}
