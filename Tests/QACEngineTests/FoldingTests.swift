// Which texts are near-duplicates, and what becomes of them.

import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct FoldingTests {
  private func keys(_ text: String) -> FoldKeys {
    Array(text.utf8).withUnsafeBufferPointer { FoldKeys($0) }
  }

  @Test func keysAreSharedByNearDuplicatesAlone() {
    #expect(keys("red shoes").stems == keys("shoes red").stems)
    #expect(keys("red shoes").letters == keys("redshoes").letters)
    #expect(keys("red shoes").stems == keys("shoe reds").stems)
    #expect(keys("t shirts").letters == keys("tshirt").letters)
    #expect(keys("glass").stems != keys("glas").stems)
    #expect(keys("gas").stems != keys("ga").stems)
    #expect(keys("red red").stems != keys("red").stems)
    #expect(keys("red shoes").stems != keys("red shirts").stems)
    #expect(keys("ab c").stems != keys("a bc").stems)
  }

  /// The suggestions for "" of an index of `labels` with these weights.
  private func shown(_ labels: [(String, UInt32)], _ prefix: String = "", search: Bool = true)
    throws -> [String]
  {
    let sorted = labels.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    let content = TinyIndex.flat(sorted, profile: search ? .search : .verbatim)
    let engine = try CompletionEngine(
      content, weights: RankerFeature.allCases.map { $0 == .popularity ? 1 : 0 })
    return engine.texts(prefix)
  }

  @Test func theMoreLikelyOfTwoIsShown() throws {
    #expect(try shown([("red shoes", 50), ("shoes red", 4)]) == ["red shoes"])
    #expect(try shown([("red shoes", 5), ("redshoes", 60)]) == ["redshoes"])
    #expect(try shown([("red shoes", 50), ("shoes red", 7)]) == ["red shoes", "shoes red"])
    #expect(try shown([("shoe", 90), ("shoes", 10)]) == ["shoe"])
    #expect(try shown([("shoe", 20), ("shoes", 10)]) == ["shoe", "shoes"])
    #expect(try shown([("red shoes", 50), ("shoes red", 1)], search: false).count == 2)
  }

  @Test func whatIsTypedInFullIsShown() throws {
    #expect(try shown([("shoe", 900), ("shoes", 10)], "shoes") == ["shoes"])
    #expect(try shown([("ab c", 900), ("abc", 10)], "ab") == ["ab c"])
    #expect(try shown([("a b", 10), ("a bc", 9), ("ab c", 99)], "a b").first == "a b")
  }
}
