// Learns which stems of texts a stem of queries means: IBM model 1, by expectation maximisation.
//
//     P(t | w)   how likely a text has stem t because a query has stem w
//
// Every pair of query and item explains each stem of the item's text by the stems of the query, as
// far as these explain it so far; what is explained is counted, and the counts of a stem of queries
// become its probabilities. A little of every stem is explained by nothing, and a stem of queries
// gives a little to nothing, so that what was seen once is believed less.
//
// All rounds but the sums over a row treat the stems of texts apart. So columns are the unit of
// work: a piece has the columns of some stems of texts, whatever the number of threads.
//
// Invariant: equal pairs and texts give equal translations, whatever the number of threads. Only
// terms of the vocabulary are translated, so the minimum of people holds for them.
// Cost: O(rounds x stems of the text x stems of the query, per pair). Memory: 8 bytes per stem of
// texts and stem of queries that led to it.
// Source: Brown et al., Computational Linguistics 19 (1993), model 1; Berger and Lafferty, SIGIR
// 1999 (queries as translations of documents).

import QACIndex
import QACText

/// Learns translations.
struct ItemTranslator {
  /// The rounds of expectation maximisation.
  static let rounds = 5
  /// How much of a stem of texts is explained by nothing.
  static let background: Float = 1e-5
  /// Less likely entries are left out.
  static let leastShare: Float = 0.01
  /// The most entries of a stem of queries.
  static let mostEntries = 8
  private static let pieces = 64

  /// Lists of numbers, one after the other.
  private struct Lists {
    var offsets = [0]
    var values: [UInt32] = []

    mutating func append(_ list: some Sequence<UInt32>) {
      values += list
      offsets.append(values.count)
    }
  }

  private var queries = Lists()
  private var texts = Lists()
  private var pairs: [ItemSet.Pair] = []

  /// Adds a query that led to items.
  mutating func add(_ query: borrowing ItemTermBag, pairs: some Sequence<ItemSet.Pair>) {
    let number = UInt32(queries.offsets.count - 1)
    queries.append(query.stems)
    for pair in pairs {
      self.pairs.append(ItemSet.Pair(query: number, item: pair.item, count: pair.count))
    }
  }

  /// Adds the text of the next item.
  mutating func add(text: borrowing ItemTermBag) { texts.append(text.stems) }

  /// The columns of some stems of texts.
  private struct Columns: Sendable {
    /// The stems of texts.
    var targets: Range<Int>
    var offsets = [0]
    /// The stems of queries of a column, as numbers of rows.
    var rows: [UInt32] = []
    /// What was counted; times the scale of its row it is a probability.
    var counts: [Float] = []
    /// The sum of `counts` per row.
    var sums: [Double] = []
  }

  /// Learns the translations of what was added; `terms` is the number of terms.
  consuming func train(terms: Int, threads: Int) -> TranslationsContent {
    // Rows are the stems of queries, in order.
    let stems = Array(Set(queries.values)).sorted()
    if stems.isEmpty || texts.values.isEmpty { return TranslationsContent() }
    var row = [UInt32](repeating: 0, count: terms)
    for (i, stem) in stems.enumerated() { row[Int(stem)] = UInt32(i) }
    for i in queries.values.indices { queries.values[i] = row[Int(queries.values[i])] }
    let data = Data(
      queries: queries.values, queryOffsets: queries.offsets,
      pairs: pairs.sorted { ($0.item, $0.query) < ($1.item, $1.query) },
      items: texts.offsets.count - 1, holders: holders(terms: terms), rows: stems.count)
    var columns = Parallel.map(Self.pieces, threads: threads) { piece in
      data.columns(terms * piece / Self.pieces..<terms * (piece + 1) / Self.pieces)
    }
    // At first every stem of texts that occurs with a stem of queries is equally likely.
    var scales = Self.scales(columns, rows: stems.count, more: 0)
    for _ in 0..<Self.rounds {
      let (last, lastScales) = (columns, scales)
      columns = Parallel.map(Self.pieces, threads: threads) { data.next(last[$0], lastScales) }
      scales = Self.scales(columns, rows: stems.count, more: 1)
    }
    return Self.content(columns, scales, stems)
  }

  /// What the counts of each row are multiplied by.
  private static func scales(_ columns: [Columns], rows: Int, more: Double) -> [Float] {
    (0..<rows).map { row in
      let sum = columns.reduce(more) { $0 + $1.sums[row] }
      return sum > 0 ? Float(1 / sum) : 0
    }
  }

  /// The items whose text has each term.
  private func holders(terms: Int) -> PostingsContent {
    let texts = texts
    return PostingsContent(terms: terms) { body in
      for item in 0..<texts.offsets.count - 1 {
        for i in texts.offsets[item]..<texts.offsets[item + 1] {
          body(UInt32(item), texts.values[i], 1)
        }
      }
    }
  }

  /// The likeliest entries of each row.
  private static func content(
    _ columns: [Columns], _ scales: [Float], _ stems: [UInt32]
  ) -> TranslationsContent {
    var entries = [[(target: UInt32, share: Float)]](repeating: [], count: stems.count)
    for columns in columns {
      for (column, target) in columns.targets.enumerated() {
        for i in columns.offsets[column]..<columns.offsets[column + 1] {
          let row = Int(columns.rows[i])
          let share = min(1, columns.counts[i] * scales[row])
          if share >= leastShare { entries[row].append((UInt32(target), share)) }
        }
      }
    }
    var content = TranslationsContent()
    for (row, entries) in entries.enumerated() where !entries.isEmpty {
      let best = entries.sorted { ($0.share, $1.target) > ($1.share, $0.target) }
      content.append(
        stems[row], best.prefix(mostEntries).sorted { $0.target < $1.target })
    }
    return content
  }

  /// What all pieces of work read.
  private struct Data: Sendable {
    /// The rows of each query's stems.
    let queries: [UInt32]
    let queryOffsets: [Int]
    /// By item.
    let pairs: [ItemSet.Pair]
    let pairOffsets: [Int]
    let holderOffsets: [UInt64]
    let holders: [UInt32]
    let rows: Int

    init(
      queries: [UInt32], queryOffsets: [Int], pairs: [ItemSet.Pair], items: Int,
      holders: PostingsContent, rows: Int
    ) {
      self.queries = queries
      self.queryOffsets = queryOffsets
      self.pairs = pairs
      var offsets = [Int](repeating: 0, count: items + 1)
      for pair in pairs { offsets[Int(pair.item) + 1] += 1 }
      for item in 0..<items { offsets[item + 1] += offsets[item] }
      pairOffsets = offsets
      holderOffsets = holders.offsets
      self.holders = holders.documents
      self.rows = rows
    }

    /// Calls `body` with the stems of every query that led to an item whose text has `target`.
    @inline(__always)
    private func forEachQuery(
      of target: Int, _ body: (_ stems: UnsafeBufferPointer<UInt32>, _ count: Float) -> Void
    ) {
      queries.withUnsafeBufferPointer { queries in
        for i in Int(holderOffsets[target])..<Int(holderOffsets[target + 1]) {
          let item = Int(holders[i])
          for pair in pairs[pairOffsets[item]..<pairOffsets[item + 1]] {
            let query = Int(pair.query)
            body(
              UnsafeBufferPointer(
                rebasing: queries[queryOffsets[query]..<queryOffsets[query + 1]]), pair.count)
          }
        }
      }
    }

    /// Columns that count each stem of queries once.
    func columns(_ targets: Range<Int>) -> Columns {
      var columns = Columns(targets: targets)
      columns.sums = [Double](repeating: 0, count: rows)
      var last = [Int](repeating: -1, count: rows)
      for target in targets {
        let start = columns.rows.count
        forEachQuery(of: target) { stems, _ in
          for row in stems where last[Int(row)] != target {
            last[Int(row)] = target
            columns.rows.append(row)
            columns.sums[Int(row)] += 1
          }
        }
        columns.rows[start...].sort()
        columns.offsets.append(columns.rows.count)
      }
      columns.counts = [Float](repeating: 1, count: columns.rows.count)
      return columns
    }

    /// The columns after a round that begins with `columns`.
    func next(_ columns: Columns, _ scales: [Float]) -> Columns {
      var result = columns
      result.sums = [Double](repeating: 0, count: rows)
      var shares = [Float](repeating: 0, count: rows)
      var counts = shares
      shares.withUnsafeMutableBufferPointer { shares in
        counts.withUnsafeMutableBufferPointer { counts in
          for (column, target) in columns.targets.enumerated() {
            let range = columns.offsets[column]..<columns.offsets[column + 1]
            for i in range {
              let row = Int(columns.rows[i])
              shares[row] = columns.counts[i] * scales[row]
              counts[row] = 0
            }
            forEachQuery(of: target) { stems, count in
              var sum = ItemTranslator.background
              for row in stems { sum += shares[Int(row)] }
              let factor = count / sum
              for row in stems { counts[Int(row)] += factor * shares[Int(row)] }
            }
            for i in range {
              let row = Int(columns.rows[i])
              result.counts[i] = counts[row]
              result.sums[row] += Double(counts[row])
            }
          }
        }
      }
      return result
    }
  }
}

extension ItemTermBag {
  /// The stems, ascending.
  fileprivate var stems: [UInt32] {
    (0..<count).filter { kinds[$0] == .stem }.map { ids[$0] }
  }
}
