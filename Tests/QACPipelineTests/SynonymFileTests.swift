// Files of synonyms: what a line means, what is refused, and what is compiled.

import Foundation
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACPipeline

@Suite struct SynonymFileTests {
  private func parse(
    _ text: String, _ profile: NormalizationProfile = .search
  ) throws -> SynonymFile {
    try SynonymFile(Array(text.utf8), path: "synonyms.txt", profile: profile)
  }

  private func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  private func line(_ number: Int, _ from: [String], _ to: [String]) -> SynonymFile.Line {
    SynonymFile.Line(number: number, from: bytes(from), to: bytes(to))
  }

  @Test func linesAreReadAsSolrReadsThem() throws {
    let file = try parse(
      """
      \u{FEFF}# living room

      Sofa, couch ,  settee\r
        tv => television, telly
      a\\,b, c => x\\=>y
      new york city, nyc
      """)
    #expect(
      file.lines == [
        line(3, ["sofa", "couch", "settee"], ["sofa", "couch", "settee"]),
        line(4, ["tv"], ["television", "telly"]),
        line(5, ["a b", "c"], ["x y"]),
        line(6, ["new york city", "nyc"], ["new york city", "nyc"]),
      ])
    let verbatim = try parse("a\\,b,C => x\\=>y\n", .verbatim)
    #expect(verbatim.lines == [line(1, ["a,b", "C"], ["x=>y"])])
    #expect(try parse("").lines.isEmpty && parse("\n# a, b").lines.isEmpty)
  }

  @Test(arguments: [
    ("sofa", SynonymFault.single), ("a => b => c", .arrows), ("a,,b", .empty), ("a => ", .empty),
    ("=> b", .empty), (", a", .empty), ("a, b\\", .badEscape), ("a, !!!", .nothingLeft),
    ("a, b\u{0}", .notText), ("a, " + String(repeating: "x", count: 129), .tooLong),
    ("a, b c d e f g h i j", .tooLong),
    ((0..<33).map { "t\($0)" }.joined(separator: ","), .tooMany),
  ])
  func aWrongLineIsNamed(text: String, fault: SynonymFault) {
    do {
      _ = try parse("fine, good\n\n" + text + "\nb, c")
      Issue.record("\(text) was accepted")
    } catch let error as PipelineError {
      #expect(
        error.description == "line 3 of the synonyms synonyms.txt: \(fault)", "\(text): \(error)")
      #expect(fault.description.contains(";"))
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(throws: PipelineError.self) {
      try SynonymFile([0x61, 0x2C, 0xFF], path: "s", profile: .search)
    }
    #expect(throws: PipelineError.self) {
      try SynonymFile(contentsOf: "/nowhere/s", profile: .search)
    }
    let many = String(repeating: "a, b\n", count: SynonymFile.maximumRules + 1)
    #expect(throws: PipelineError.self) { try parse(many) }
  }

  @Test func onlyWhatLeadsToLabelsIsCompiled() throws {
    let labels = bytes(["black sofa bed", "couch table", "sofa", "sofas", "television", "tv"])
    let weights: [UInt32] = [1, 2, 4, 8, 16, 32]
    let file = try parse(
      "couch, sofa, settee\ntv => television, telly\nsofa bed => couch\n"
        + "divan, sofa\nnothing, nowhere\ntv, TV\nsofa bed => Sofas\n")
    let (content, report) = file.compiled(labels: labels, weights: weights)
    func text(_ i: UInt32) -> String {
      String(decoding: content.phrases[Int(i)], as: UTF8.self)
    }
    var table: [String: [String]] = [:]
    for (i, targets) in content.targets.enumerated() where !targets.isEmpty {
      table[text(UInt32(i))] = targets.map(text)
    }
    #expect(
      table == [
        "couch": ["sofa"], "sofa": ["couch"], "settee": ["sofa", "couch"],
        "tv": ["television"], "sofa bed": ["sofas", "couch"], "divan": ["sofa"],
      ])
    #expect(report == SynonymReport(lines: 7, unused: [1, 2, 4, 5, 6]))
    #expect(report.sentence.hasSuffix("line 1, 2, 4, 5, 6"))
    // The order of the lines does not matter, nor that of the texts.
    let other = try parse(
      "sofa bed => sofas\nsofa,divan\nsofa bed => couch\ntv => telly, television\n"
        + "settee,sofa,couch\n")
    #expect(other.compiled(labels: labels, weights: weights).content == content)
    var index = TinyIndex.flat(
      zip(labels, weights).map { (String(decoding: $0, as: UTF8.self), $1) })
    #expect(try file.report(for: LabelIndex(bytes: IndexWriter.serialize(index))) == report)
    index.synonyms = content
    try LabelIndex(bytes: IndexWriter.serialize(index)).verify()
  }
}
