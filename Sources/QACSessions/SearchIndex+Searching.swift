// Goes through a session's texts.
//
// Invariant: the hits are the best ones of all texts that match, in order.
// Cost: one comparison per text; of those whose masks and ranks allow it, a look at the text. 1 to
// 3 nanoseconds per text if it is not looked at, some 40 if it is.

internal import QACBinary

extension SearchIndex {
  /// The best hits so far, best first.
  private struct Best {
    private(set) var list: [(position: HistorySearch.Position, row: Int, use: Int?)] = []
    let limit: Int

    /// What a hit must be better than.
    var threshold: Int64 { list.count < limit ? .min : list[limit - 1].position.rank }

    mutating func offer(_ position: HistorySearch.Position, row: Int, use: Int?) {
      if list.count >= limit, position < list[limit - 1].position { return }
      let place = list.indices.partitioningIndex { list[$0].position < position }
      list.insert((position, row, use), at: place)
      if list.count > limit { list.removeLast() }
    }
  }

  /// Finds the best texts.
  func search(_ search: HistorySearch) -> HistoryHits {
    let words = SearchWords(search.query)
    // One more shows whether there are more.
    var best = Best(limit: max(1, search.limit) + 1)
    if let place = search.place {
      guard let number = places.known(place) else { return HistoryHits() }
      find(words, at: number, before: search.after, &best)
    } else {
      find(words, before: search.after, &best)
    }
    let count = min(best.list.count, best.limit - 1)
    return HistoryHits(
      hits: best.list[..<count].map { hit($0.row, $0.use) },
      next: count < best.list.count && count > 0 ? best.list[count - 1].position : nil)
  }

  private func find(_ words: SearchWords, before: HistorySearch.Position?, _ best: inout Best) {
    let byTime = words.isEmpty
    let mask = words.mask
    bytes.withUnsafeBytes { bytes in
      (byTime ? times : ranks).withUnsafeBufferPointer { ranks in
        for row in 0..<masks.count where masks[row] & mask == mask {
          let rank = ranks[row]
          if rank < best.threshold || rank == .min || before.map({ rank > $0.rank }) == true {
            continue
          }
          let position = HistorySearch.Position(
            rank: rank, time: times[row], sequence: rows[row].sequence)
          if let before, position >= before { continue }
          if byTime || matches(words, row, bytes) { best.offer(position, row: row, use: nil) }
        }
      }
    }
  }

  private func find(
    _ words: SearchWords, at place: UInt32, before: HistorySearch.Position?, _ best: inout Best
  ) {
    let byTime = words.isEmpty
    bytes.withUnsafeBytes { bytes in
      placesOfUses.withUnsafeBufferPointer { places in
        for number in 0..<places.count where places[number] == place {
          let use = uses[number]
          let row = Int(use.row)
          if masks[row] & words.mask != words.mask { continue }
          let rank =
            byTime ? use.time : HistorySearch.Position.rank(uses: use.uses, time: use.time)
          if rank < best.threshold { continue }
          let position = HistorySearch.Position(
            rank: rank, time: use.time, sequence: use.sequence)
          if let before, position >= before { continue }
          if byTime || matches(words, row, bytes) { best.offer(position, row: row, use: number) }
        }
      }
    }
  }

  @inline(__always)
  private func matches(
    _ words: SearchWords, _ row: Int, _ bytes: UnsafeRawBufferPointer
  ) -> Bool {
    words.match(UnsafeRawBufferPointer(rebasing: bytes[rows[row].folded]))
  }

  /// What is known of a text; nil if it was not submitted.
  func lastUse(of text: [UInt8]) -> HistoryHit? {
    row(of: text).map { hit($0, nil) }
  }

  /// What is told of a row; of `use` alone, or of all its uses.
  private func hit(_ row: Int, _ use: Int?) -> HistoryHit {
    let last = use ?? lastUse(of: row)
    return HistoryHit(
      query: withText(of: row) { Array($0) }, time: uses[last].time,
      uses: Int(use.map { uses[$0].uses } ?? rows[row].uses),
      place: places.name(of: placesOfUses[last]), outcome: uses[last].outcome)
  }
}
