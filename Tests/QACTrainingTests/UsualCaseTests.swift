// Rare labels are shown with the capitals that their words usually have.

import QACIndex
import QACText
import Testing

@testable import QACTraining

@Suite struct UsualCaseTests {
  private func shown(_ labels: [(surface: String, weight: UInt32)]) -> [String] {
    let texts = labels.map { Array($0.surface.lowercased().utf8) }
    let surfaces = labels.map { Array($0.surface.utf8) }
    let usual = UsualCase(labels: texts, surfaces: surfaces, weights: labels.map(\.weight))
    return labels.indices.map {
      String(
        decoding: usual.shown(texts[$0], surfaces[$0], weight: labels[$0].weight), as: UTF8.self)
    }
  }

  @Test func anOddCapitalAmongLowerCaseNeighboursGoes() {
    let found = shown([("running socks", 34), ("socks size 7", 12), ("Running socks size 7", 1)])
    #expect(found == ["running socks", "socks size 7", "running socks size 7"])
  }

  @Test func namesAndFrequentSpellingsStay() {
    let labels: [(String, UInt32)] = [
      ("Nike shoes", 40), ("shoes", 90), ("Nike Shoes Red", 1), ("Zorbo shoes", 1),
      ("Running Shoes", 30), ("running track", 2),
    ]
    #expect(
      shown(labels) == [
        "Nike shoes", "shoes", "Nike shoes Red", "Zorbo shoes", "Running Shoes", "running track",
      ])
  }

  @Test func aLogInCapitalsStaysInCapitals() {
    let labels: [(String, UInt32)] = [("WHITE HEART", 40), ("WHITE LANTERN", 1), ("heart", 1)]
    #expect(shown(labels) == labels.map(\.0))
  }

  @Test func anIndexShowsIt() throws {
    let texts =
      [String](repeating: "running socks", count: 20) + ["Running socks size 7", "Zorbo socks"]
    var settings = BuildSettings()
    settings.threads = 1
    func surfaces(_ settings: BuildSettings) throws -> Set<String> {
      let view = try LabelIndex(queries: texts, settings: settings)
      return Set(
        (0..<UInt32(view.labelCount)).map {
          String(decoding: view.view.surface(of: $0), as: UTF8.self)
        })
    }
    #expect(
      try surfaces(settings) == ["running socks", "running socks size 7", "Zorbo socks"])
    settings.spelling = 0
    #expect(try surfaces(settings).contains("Running socks size 7"))
  }
}
