// The ways to read the words of a prefix: as typed, as a word near by, without the space behind, and
// cut in two.
//
// Invariant: edges are in the order of the words that they begin with; each word has one edge as it
// was typed, the first of its edges.
// Cost: for each doubtful word that was not looked up a key before (`NearMemo`) one `TypoSearch`; for
// each word that no label has, two look-ups per place where it may be cut behind a known word.

import QACIndex
import QACText

extension PrefixReading {
  /// Adds word `i` as it was typed.
  mutating func addTyped(
    _ i: Int, _ prefix: UnsafeBufferPointer<UInt8>, _ list: LabelWords
  ) {
    let word = words[i]
    let text = store(UnsafeBufferPointer(rebasing: prefix[word.bytes]))
    var edge = Edge(
      from: i, to: i + 1, text: text, cost: 0, isTail: word.isTail,
      keys: SIMD4(repeating: WordKey.unknown), keyCount: 1, last: WordKey.unknown, inner: 0)
    if word.isTail {
      setKeys(&edge, list.range(typed(i, prefix)), list)
    } else {
      edge.last = WordKey.of(UnsafeBufferPointer(rebasing: prefix[word.bytes]))
      edge.keys[0] = edge.last
    }
    if word.weight == 0, word.isPlain { edge.inner = -ReadingCosts.unknown }
    edges.append(edge)
  }

  /// Sets the keys of an edge that ends with the unfinished word: those of the heaviest words in
  /// `range`, which it begins.
  private mutating func setKeys(_ edge: inout Edge, _ range: Range<UInt32>, _ list: LabelWords) {
    if range.isEmpty { return }
    popular.search(list.view, range: range, limit: Edge.mostKeys)
    edge.keyCount = popular.top.items.count
    for (k, found) in popular.top.items.enumerated() {
      edge.keys[k] = WordKey.of(list.word(found.label))
    }
    edge.last = edge.keys[0]
  }

  /// Adds the words near word `i`.
  mutating func addNear(
    _ i: Int, _ prefix: UnsafeBufferPointer<UInt8>, _ list: LabelWords
  ) {
    let isTail = words[i].isTail
    if !isTail, prefix[words[i].bytes.upperBound] != 0x20 { return }
    for byte in prefix[words[i].bytes] where Self.isDigit(byte) { return }
    let (places, typedLetters) = near(typed(i, prefix), list)
    let start = words[i].bytes.lowerBound
    let letters = typedLetters - (isTail ? 0 : 1)
    let first = edges.count
    for place in places where edges.count < first + Self.mostEdges {
      let match = memo[place]
      let word = list.view.text(of: match.label)
      if TypoMatch.isFarFetched(match.cost, letters: letters), word[0] == prefix[start] { continue }
      let aligned = min(Int(match.alignedBytes), word.count - 1)
      let begun = UnsafeBufferPointer(rebasing: word[..<aligned])
      if edges[first...].contains(where: { holds($0.text, begun) }) { continue }
      var edge = Edge(
        from: i, to: i + 1, text: store(begun), cost: UInt8(match.cost * Float(TypoCosts.unit)),
        isTail: isTail,
        keys: SIMD4(repeating: 0), keyCount: 1, last: 0, inner: 0)
      edge.inner = -ReadingCosts.errors(edge.cost)
      if isTail {
        setKeys(&edge, list.range(begun), list)
      } else {
        edge.last = WordKey.of(begun)
        edge.keys[0] = edge.last
        if Self.hasOtherEnd(UnsafeBufferPointer(rebasing: prefix[words[i].bytes]), begun) {
          edge.inner -= ReadingCosts.otherEnd
        }
      }
      edges.append(edge)
    }
  }

  /// Finds the words near `typed`: their places in `memo`, and the letters of `typed`.
  private mutating func near(
    _ typed: UnsafeBufferPointer<UInt8>, _ list: LabelWords
  ) -> (places: Range<Int>, letters: Int) {
    let key = StableHash.of(typed, seed: memo.seed)
    if let known = memo.find(key) { return known }
    typos.search(
      list.view, prefix: typed, limit: NearMemo.mostWords, nodeLimit: Self.nodeLimit)
    let letters = typos.letters.count
    return (memo.insert(typos.matches, letters: letters, key), letters)
  }

  /// Whether two words end in different letters, which are not the last two exchanged.
  private static func hasOtherEnd(
    _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let (m, n) = (a.count, b.count)
    if m < 2 || n < 2 { return true }
    return a[m - 1] != b[n - 1] && (a[m - 1] != b[n - 2] || a[m - 2] != b[n - 1])
  }

  /// Adds words `i` and `i + 1` without the space between.
  mutating func addJoined(
    _ i: Int, _ prefix: UnsafeBufferPointer<UInt8>, _ list: LabelWords
  ) {
    let (a, b) = (words[i], words[i + 1])
    guard a.isPlain, b.isPlain, b.bytes.lowerBound == a.bytes.upperBound + 1,
      a.bytes.count + b.bytes.count > 3,
      isDoubtful(i, list) || isDoubtful(i + 1, list)
    else { return }
    let start = arena.count
    arena.append(contentsOf: prefix[a.bytes])
    arena.append(contentsOf: prefix[b.bytes])
    let text = start..<arena.count
    if !b.isTail { arena.append(0x20) }
    let range = arena.withUnsafeBufferPointer {
      list.range(UnsafeBufferPointer(rebasing: $0[start...]))
    }
    if list.weight(range) == 0 {
      arena.removeLast(arena.count - start)
      return
    }
    var edge = Edge(
      from: i, to: i + 2, text: text, cost: TypoCosts.space, isTail: b.isTail,
      keys: SIMD4(repeating: 0), keyCount: 1, last: 0,
      inner: -ReadingCosts.errors(TypoCosts.space))
    setKeys(&edge, range, list)
    edges.append(edge)
  }

  /// Adds word `i` as two words.
  mutating func addCuts(
    _ i: Int, _ prefix: UnsafeBufferPointer<UInt8>, _ list: LabelWords, _ model: WordModelView
  ) {
    let word = words[i]
    let first = edges.count
    for cut in word.bytes.dropFirst(2) where prefix[cut] & 0xC0 != 0x80 {
      let before = UnsafeBufferPointer(rebasing: prefix[word.bytes.lowerBound..<cut])
      let key = WordKey.of(before)
      if !model.knows(key) { continue }
      if word.bytes.upperBound - cut < 2 { continue }
      let start = arena.count
      arena.append(contentsOf: before)
      arena.append(0x20)
      let middle = arena.count
      arena.append(contentsOf: prefix[cut..<word.bytes.upperBound])
      let text = start..<arena.count
      if !word.isTail { arena.append(0x20) }
      let (left, right) = arena.withUnsafeBufferPointer {
        (
          list.range(UnsafeBufferPointer(rebasing: $0[start..<middle])),
          list.range(UnsafeBufferPointer(rebasing: $0[middle...]))
        )
      }
      if list.weight(left) == 0 || list.weight(right) == 0 {
        arena.removeLast(arena.count - start)
        continue
      }
      var edge = Edge(
        from: i, to: i + 1, text: text, cost: TypoCosts.space, isTail: word.isTail,
        keys: SIMD4(repeating: 0), keyCount: 1, last: 0, inner: 0)
      setKeys(&edge, right, list)
      edge.inner =
        Self.probability(of: edge, after: key, model) - ReadingCosts.errors(TypoCosts.space)
      edge.keys = SIMD4(repeating: key)
      edge.keyCount = 1
      keepCut(edge, from: first, model)
    }
  }

  /// Keeps the likeliest cuts of one word, which begin at `first`.
  private mutating func keepCut(_ edge: Edge, from first: Int, _ model: WordModelView) {
    if edges.count < first + Self.mostCuts {
      edges.append(edge)
      return
    }
    func value(_ edge: Edge) -> Double {
      edge.inner + Self.probability(of: edge, after: WordKey.begin, model)
    }
    var worst = first
    for k in first..<edges.count where value(edges[k]) < value(edges[worst]) { worst = k }
    if value(edge) > value(edges[worst]) { edges[worst] = edge }
  }

  private mutating func store(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    let start = arena.count
    arena.append(contentsOf: bytes)
    return start..<arena.count
  }

  private func holds(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    arena.withUnsafeBufferPointer { UnsafeBufferPointer(rebasing: $0[range]).equals(bytes) }
  }
}
