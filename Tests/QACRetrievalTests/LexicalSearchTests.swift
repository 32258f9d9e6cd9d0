// BM25 against a scan of all documents.

import QACBinary
import QACIndex
import Testing

@testable import QACRetrieval

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct LexicalSearchTests {
  /// A collection, and what a scan needs of it.
  private struct Collection {
    private let memory: MemoryPostings
    let parameters: BM25Parameters
    let fields: PostingsView
    let prepared: PreparedPostings
    /// For each document, the counts of its terms.
    let counts: [[UInt32: Double]]

    init(_ memory: MemoryPostings, _ parameters: BM25Parameters = BM25Parameters()) {
      self.memory = memory
      self.parameters = parameters
      fields = memory.view
      prepared = PreparedPostings(fields, parameters)
      counts = memory.documents.map { $0.mapValues { Double($0) } }
    }

    var count: Int { counts.count }

    /// The score of every document, by the formula.
    func scan(_ query: [QueryTerm]) -> [Double] {
      let lengths = counts.map { $0.values.reduce(0, +) }
      let average = max(lengths.reduce(0, +) / Double(count), 1e-9)
      let (k1, b) = (Double(parameters.k1), Double(parameters.b))
      var scores = [Double](repeating: 0, count: count)
      for term in query {
        let having = (0..<count).filter { counts[$0][term.term] != nil }
        let ratio = (Double(count - having.count) + 0.5) / (Double(having.count) + 0.5)
        let idf =
          parameters.inverseFrequency == .smoothed
          ? log(1 + ratio) : log(ratio) > 0 ? log(ratio) : 1e-6
        for document in having {
          let f = counts[document][term.term] ?? 0
          let norm = k1 * (1 - b + b * lengths[document] / average)
          scores[document] += Double(term.count) * idf * f * (k1 + 1) / (f + norm)
        }
      }
      return scores
    }
  }

  /// Compares a search for `query` with the scan.
  private func check(
    _ query: [QueryTerm], in collection: Collection, _ search: inout LexicalSearch, limit: Int,
    _ comment: Comment
  ) {
    let scores = collection.scan(query)
    query.withUnsafeBufferPointer {
      search.search($0, in: collection.fields, collection.prepared, limit: limit)
    }
    let expected = scores.filter { $0 > 0 }.sorted(by: >).prefix(limit)
    #expect(search.count == expected.count, comment)
    for (i, score) in expected.enumerated().prefix(search.count) {
      #expect(abs(Double(search.score(i)) - score) <= 1e-5 * score, comment)
      #expect(
        abs(scores[Int(search.document(i))] - score) <= 1e-5 * score,
        "document \(search.document(i)): \(comment)")
      if i > 0 {
        #expect(
          search.score(i - 1) > search.score(i)
            || search.score(i - 1) == search.score(i)
              && search.document(i - 1) < search.document(i),
          comment)
      }
    }
    for (document, score) in scores.enumerated() {
      let found = search.score(of: UInt32(document), in: collection.fields, collection.prepared)
      #expect(abs(Double(found) - score) <= 1e-5 * score, "document \(document): \(comment)")
    }
  }

  @Test(arguments: [true, false])
  func agreesWithScan(isPruned: Bool) {
    var leftOut = 0
    for seed: UInt64 in 1...25 {
      var draw = RandomBags(random: SplitMix64(seed: seed), terms: 1 + Int(seed * seed))
      let count = 1 + draw.random.below(400)
      var bags = draw.bags(count, longest: 12)
      if seed % 2 == 0 {
        for (i, more) in draw.bags(count, longest: 5).enumerated() { bags[i] += more }
      }
      let parameters = BM25Parameters(
        k1: seed % 5 == 0 ? 0 : 1.2, b: seed % 7 == 0 ? 1 : 0.75,
        inverseFrequency: seed % 3 == 0 ? .smoothed : .sqlite)
      let collection = Collection(MemoryPostings(bags, terms: draw.terms), parameters)
      var search = LexicalSearch(documents: count, worthwhileEntries: isPruned ? 0 : .max / 4)
      for round in 0..<12 {
        let query = (0..<draw.random.below(10)).map { _ in
          QueryTerm(
            term: UInt32(draw.random.below(draw.terms)), count: Float(1 + draw.random.below(3)))
        }
        for limit in [0, 1, 3, 10, 1000] {
          check(
            query, in: collection, &search, limit: limit,
            "seed \(seed), round \(round), limit \(limit)")
          if limit > 0 && search.work.admitting < search.work.terms { leftOut += 1 }
        }
      }
    }
    #expect(isPruned == (leftOut > 20), "searches that left something out: \(leftOut)")
  }

  /// A rare term fills the result; then documents that only frequent terms have are not admitted,
  /// and long lists are looked up.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func longLists(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let bags = (0..<4000).map { document -> [UInt32] in
      var bag: [UInt32] = (0..<3).filter { _ in random.below(3) == 0 }.map { UInt32($0) }
      if document % 200 == 7 { bag += [3, 3] }
      if random.below(90) == 0 { bag.append(4) }
      return bag
    }
    let collection = Collection(
      MemoryPostings(bags, terms: 5), BM25Parameters(inverseFrequency: .smoothed))
    var search = LexicalSearch(documents: 4000, worthwhileEntries: 0)
    for limit in [1, 5, 15] {
      check(
        [3, 1, 4, 0, 2].map { QueryTerm(term: $0, count: 1) }, in: collection, &search,
        limit: limit, "seed \(seed), limit \(limit)")
      #expect(search.work.admitting < 5, "seed \(seed), limit \(limit)")
    }
  }

  @Test(arguments: [[[]], [[0]], [[], [], []], [[0, 0, 1], [0], [0, 1]], [[1], [], [1]]])
  func smallCollections(_ bags: [[UInt32]]) {
    let collection = Collection(MemoryPostings(bags, terms: 2))
    var search = LexicalSearch(documents: bags.count, worthwhileEntries: 0)
    for query in [[], [0], [1], [0, 1], [1, 1]] as [[UInt32]] {
      check(
        query.map { QueryTerm(term: $0, count: 1) }, in: collection, &search, limit: 5,
        "\(bags) \(query)")
    }
  }

  @Test func equalScoresAreInTheOrderOfDocuments() {
    let bags = (0..<300).map { document -> [UInt32] in document % 3 == 0 ? [0, 1] : [0] }
    let collection = Collection(MemoryPostings(bags, terms: 2))
    var search = LexicalSearch(documents: 300, worthwhileEntries: 0)
    [QueryTerm(term: 0, count: 1), QueryTerm(term: 1, count: 1)].withUnsafeBufferPointer {
      search.search($0, in: collection.fields, collection.prepared, limit: 40)
    }
    let found = (0..<40).map { Int(search.document($0)) }
    #expect(found == Array(stride(from: 0, to: 120, by: 3)))
  }

  @Test func theTermsThatAddLeastAreLeftOut() {
    let bags = (0..<300).map { document -> [UInt32] in document % 10 == 0 ? [0, 1] : [0, 0] }
    let collection = Collection(MemoryPostings(bags, terms: 2))
    var search = LexicalSearch(documents: 300)
    let query = [QueryTerm(term: 0, count: 1), QueryTerm(term: 1, count: 1)]
    for (most, count) in [(0, 30), (30, 30), (329, 30), (330, 300)] {
      query.withUnsafeBufferPointer {
        search.search(
          $0, in: collection.fields, collection.prepared, limit: 300, mostEntries: most)
      }
      #expect(search.count == count, "at most \(most) entries")
    }
  }

  @Test func nothingIsLeftAfterReset() {
    let collection = Collection(MemoryPostings([[0], [0, 1]], terms: 2))
    var search = LexicalSearch(documents: 2)
    [QueryTerm(term: 0, count: 1)].withUnsafeBufferPointer {
      search.search($0, in: collection.fields, collection.prepared, limit: 2)
    }
    #expect(search.count == 2)
    search.reset()
    #expect(search.count == 0)
    #expect(search.score(of: 0, in: collection.fields, collection.prepared) == 0)
  }
}
