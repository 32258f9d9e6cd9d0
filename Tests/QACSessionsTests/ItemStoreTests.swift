// Items in the store: as durable as rules.

import QACBinary
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct ItemStoreTests {
  @Test(arguments: 0..<8) func changesAgreeWithADictionary(seed: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    var random = SplitMix64(seed: UInt64(seed))
    var store = try SessionStore(path: path)
    var model: [[UInt8]: StoredItem] = [:]
    let texts = ["a", "A", "a\u{0}b", "naïve", "'; DROP TABLE item;--", "", "a "]
    func text(_ random: inout SplitMix64) -> [UInt8] { Array(texts[random.below(7)].utf8) }
    for step in 0..<60 {
      let put = (0..<random.below(4)).map { _ -> StoredItem in
        let id = text(&random)
        if random.below(3) == 0 { return StoredItem(id: id, state: .removed(index: text(&random))) }
        let content = StoredItem.Content(
          title: text(&random), text: text(&random), weight: Double(1 + random.below(9)) / 7,
          payload: text(&random))
        return StoredItem(id: id, state: .added(content))
      }
      let doomed = (0..<random.below(3)).map { _ in text(&random) }
      try await store.changeItems(put: put, delete: doomed)
      for id in doomed { model[id] = nil }
      for item in put { model[item.id] = item }
      if random.below(8) == 0 {
        store.close()
        store = try SessionStore(path: path)
      }
      let expected = model.values.sorted { $0.id.lexicographicallyPrecedes($1.id) }
      #expect(try store.items() == expected, "seed \(seed), step \(step)")
    }
    store.close()
    #expect(throws: SessionStoreError.closed) { try store.items() }
    await #expect(throws: SessionStoreError.closed) { try await store.changeItems(put: []) }
  }
}
