// BM25 against that of SQLite, on the same tokens.

import GRDB
import QACBinary
import Testing

@testable import QACRetrieval

@Suite struct SQLiteBM25Tests {
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func scoresAreThoseOfSQLite(seed: UInt64) throws {
    var draw = RandomBags(random: SplitMix64(seed: seed), terms: 60)
    let count = 40 + draw.random.below(200)
    let texts = draw.bags(count, longest: 15)
    let asked = draw.bags(count, longest: 15)
    let database = try DatabaseQueue()
    try database.write { database in
      try database.execute(sql: "CREATE VIRTUAL TABLE items USING fts5(text, asked)")
      for (document, (text, asked)) in zip(texts, asked).enumerated() {
        try database.execute(
          sql: "INSERT INTO items (rowid, text, asked) VALUES (?, ?, ?)",
          arguments: [document, Self.words(text), Self.words(asked)])
      }
    }
    // Both columns as one document, as the index holds them.
    let memory = MemoryPostings(zip(texts, asked).map { $0 + $1 }, terms: draw.terms)
    let fields = memory.view
    let prepared = PreparedPostings(fields)
    var search = LexicalSearch(documents: count, worthwhileEntries: 0)
    for round in 0..<20 {
      let query = (0...draw.random.below(5)).map { _ in draw.term() }
      let expected = try database.read { database in
        try Row.fetchAll(
          database, sql: "SELECT rowid, bm25(items) FROM items WHERE items MATCH ?",
          arguments: [query.map { "\"w\($0)\"" }.joined(separator: " OR ")]
        ).reduce(into: [UInt32: Double]()) { $0[UInt32($1[0] as Int)] = -($1[1] as Double) }
      }
      query.map { QueryTerm(term: $0, count: 1) }.withUnsafeBufferPointer {
        search.search($0, in: fields, prepared, limit: count)
      }
      #expect(search.count == expected.count, "seed \(seed), round \(round): \(query)")
      for i in 0..<search.count {
        let score = expected[search.document(i)] ?? 0
        #expect(
          abs(Double(search.score(i)) - score) <= 1e-6 * max(1, score),
          "seed \(seed), round \(round): \(query), document \(search.document(i))")
      }
    }
  }

  private static func words(_ bag: [UInt32]) -> String {
    bag.map { "w\($0)" }.joined(separator: " ")
  }
}
