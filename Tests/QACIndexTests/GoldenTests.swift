// A file that was once written in the current format must keep its meaning. Files of versions that
// are no longer read are refused by their number.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct GoldenTests {
  static let path = "Tests/QACIndexTests/Fixtures/v3.qaci.hex"

  /// The content of that file: it has the profile that `search` was when it was written.
  private static var content: IndexContent {
    var content = TinyIndex.content
    content.profile = .plainSearch
    return content
  }

  @Test(arguments: [UInt32(1), 2])
  func earlierVersionsAreRefused(version: UInt32) throws {
    let bytes = try Golden.bytes("Tests/QACIndexTests/Fixtures/v\(version).qaci.hex")
    let refused = IndexError.unsupportedVersion(path: "memory", got: version, expected: 3)
    #expect(throws: refused) { try LabelIndex(bytes: bytes) }
    #expect(refused.description.contains("make it anew with this version"))
  }

  @Test func versionThreeKeepsOpening() throws {
    try Golden.createIfAbsent(Self.path, IndexWriter.serialize(Self.content))
    let index = try LabelIndex(bytes: Golden.bytes(Self.path))
    try index.verify()
    let view = index.view
    #expect(index.profile == .plainSearch)
    #expect(index.provenance == "{}")
    let labels = (0..<UInt32(index.labelCount)).map {
      String(decoding: view.text(of: $0), as: UTF8.self)
    }
    #expect(labels == ["new", "new york", "news", "newton", "newts", "paris"])
    let surfaces = (0..<UInt32(index.labelCount)).map {
      String(decoding: view.surface(of: $0), as: UTF8.self)
    }
    #expect(surfaces == ["new", "New York", "news", "Newton", "newts", "Paris"])
    #expect((0..<6).map { view.weight(of: $0) } == [5, 10, 8, 2, 1, 3])
    #expect(Array("newt".utf8).withUnsafeBufferPointer { view.range(ofPrefix: $0) } == 3..<5)
    let followers = view.followers(of: 1, in: 0..<6)
    #expect(followers.map { view.followerLabels[$0] } == [5])
    #expect(followers.map { view.followerCount($0) } == [2])
    let suffixes = (0..<view.suffixes.count).map { i in
      String(decoding: view.suffixes[i], as: UTF8.self)
    }
    #expect(suffixes == ["new york", "news", "paris", "york"])
    #expect((0..<4).map { view.suffixWeights[$0] } == [10, 8, 3, 12])
    #expect((0..<4).map { view.parent(ofSuffix: $0) } == [3, .max, .max, .max])
    let rests: [(rest: String, previous: UInt64, ln: Double)] = [
      ("new york", WordKey.begin, -0.5 - 2 - 0.125 - 0.0625),
      ("york", Self.key("new"), -0.125 - 0.0625),
      ("york new", Self.key("new"), -0.125 - 1 - 2 - 0.25 - 0.75),
      ("delhi", Self.key("new"), -0.25 - 4 - 0.75),
      ("york", Self.key("old"), -2.5 - 0.0625),
      (" ", Self.key("york"), -0.0625),
    ]
    for (rest, previous, ln) in rests {
      let found = Array(rest.utf8).withUnsafeBufferPointer {
        view.words.logProbability(ofRest: $0, after: previous)
      }
      #expect(abs(found - ln) < 1e-9, "\(rest)")
    }
  }

  private static func key(_ word: String) -> UInt64 {
    Array(word.utf8).withUnsafeBufferPointer { WordKey.of($0) }
  }

  @Test func versionThreeKeepsItsProbabilities() throws {
    let plain = PlainIndex(try Golden.bytes(Self.path))
    let hotel = plain.contextFeatures(Array("hotel".utf8))
    #expect(hotel.count == 2)
    // Worked out by hand (and a pocket calculator) from the formula of docs/index-format.md.
    let expected: [(prefix: String, probabilities: [Int: Double])] = [
      (
        "",
        [
          0: 0.120742069, 1: 0.448274734, 2: 0.251847888, 3: 0.044206047, 4: 0.031480986,
          5: 0.103448276,
        ]
      ),
      ("ne", [0: 0.134673847, 1: 0.499998741, 2: 0.280907259, 3: 0.049306745, 4: 0.035113407]),
      ("p", [5: 1]),
      ("x", [:]),
    ]
    for (prefix, probabilities) in expected {
      let found = plain.probabilities(of: Set(plain.matches(prefix.utf8)), features: hotel)
      #expect(found.keys.sorted() == probabilities.keys.sorted())
      for (label, p) in found {
        #expect(abs(p - (probabilities[label] ?? 0)) < 1e-8, "\(prefix): label \(label)")
      }
    }
  }

  @Test func theWriterStillWritesVersionThree() throws {
    #expect(try IndexWriter.serialize(Self.content) == Golden.bytes(Self.path))
  }
}

@Suite struct FormatDocumentTests {
  @Test func theDumpInTheDocumentationIsTheSmallestFile() throws {
    let bytes = IndexWriter.serialize(TinyIndex.smallest)
    try LabelIndex(bytes: bytes).verify()
    let document = try Golden.text("docs/index-format.md")
    #expect(
      document.contains("```\n" + Golden.dump(bytes) + "```\n"),
      "docs/index-format.md should show:\n\(Golden.dump(bytes))")
  }

  @Test func theDocumentationListsEverySection() throws {
    let document = try Golden.text("docs/index-format.md")
    for kind in IndexSection.allCases {
      #expect(
        document.contains("| \(kind.rawValue) | `\(kind)` | "), "section \(kind) is not listed")
    }
    #expect(document.contains("format version **\(IndexFormat.version)**"))
    #expect(document.contains("rules version \(FeatureSpace.rulesVersion)"))
  }
}
