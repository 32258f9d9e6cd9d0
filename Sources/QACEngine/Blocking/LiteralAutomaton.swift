// Finds in one pass over a text which of many literals it contains, each once.
//
// States are the beginnings of the literals, numbered by length and then in the order of their bytes, so the
// children of a state stand next to each other. The fall-back of a state is its longest end that is
// a state too; a hit is a state that is a literal, and each state knows the longest hit that it ends
// with. What ends with a hit that was found before has been told of all shorter ones as well:
// so a text takes O(its bytes + hits) steps, whatever the literals.
// Cost: 13 bytes a state, at most `literalLimit` states a literal.
// Source: Aho, Corasick, "Efficient String Matching: An Aid to Bibliographic Search", 1975.

/// An automaton of literals, each with the numbers of its patterns.
struct LiteralAutomaton: Sendable {
  /// The most literals: a search keeps a bit for each, on the stack.
  static let capacity = 1024
  /// Of a longer literal its beginning is looked for.
  static let literalLimit = 256

  /// A pass over one text.
  struct Search {
    fileprivate var state = 0
    /// The hit that is to be told next, or 0.
    fileprivate var hit = 0
    fileprivate var seen = InlineArray<17, UInt64>(repeating: 0)
    /// The steps so far.
    fileprivate(set) var steps = 0
  }

  /// The numbers of the patterns, those of one hit next to each other.
  private(set) var patterns: [Int] = []
  /// Where the patterns of a hit begin; hits count from 1.
  private var starts = [0, 0]
  /// By hit the next shorter one that ends it, or 0.
  private var shorter: [UInt16] = [0]

  private var bytes: [UInt8] = [0]
  private var firstChild: [UInt32] = []
  private var fallback: [UInt32] = [0]
  private var hits: [UInt16] = [0]
  /// The children of the root, by byte; 0 is the root itself.
  private var roots = [UInt32](repeating: 0, count: 256)

  /// Makes an automaton of literals that are not empty, and the numbers of their patterns.
  ///
  /// - Complexity: O(bytes of all literals x log literals).
  init(_ literals: [(ArraySlice<UInt8>, Int)]) {
    precondition(literals.count <= Self.capacity, "more literals than an automaton holds")
    let literals = literals.map { (text: $0.prefix(Self.literalLimit), pattern: $1) }
      .sorted { $0.text.lexicographicallyPrecedes($1.text) }
    // By state the literals that begin with it; states of one length follow each other.
    var ranges = [0..<literals.count]
    var parents = [0]
    var depths = [0]
    var state = 0
    while state < ranges.count {
      let depth = depths[state]
      if state > 0 { addFallback(state, parents[state]) }
      var rest = ranges[state]
      addHit(state, literals, &rest, depth)
      firstChild.append(UInt32(ranges.count))
      while let first = rest.first {
        let byte = Self.byte(literals[first].text, depth)
        let end =
          rest.first { Self.byte(literals[$0].text, depth) != byte } ?? rest.upperBound
        if state == 0 { roots[Int(byte)] = UInt32(ranges.count) }
        ranges.append(first..<end)
        parents.append(state)
        depths.append(depth + 1)
        bytes.append(byte)
        rest = end..<rest.upperBound
      }
      state += 1
    }
    firstChild.append(UInt32(ranges.count))
  }

  private static func byte(_ text: ArraySlice<UInt8>, _ i: Int) -> UInt8 {
    text[text.startIndex + i]
  }

  /// Adds the fallback of `state`: what that of its parent becomes by its byte.
  private mutating func addFallback(_ state: Int, _ parent: Int) {
    var steps = 0
    fallback.append(
      parent == 0 ? 0 : UInt32(next(Int(fallback[parent]), bytes[state], &steps)))
  }

  /// Takes the literals that end with `state` off `rest` and makes a hit of them.
  private mutating func addHit(
    _ state: Int, _ literals: [(text: ArraySlice<UInt8>, pattern: Int)], _ rest: inout Range<Int>,
    _ depth: Int
  ) {
    let whole = rest.prefix { literals[$0].text.count == depth }
    if state == 0 {
      precondition(whole.isEmpty, "an empty literal")
      return
    }
    let inherited = hits[Int(fallback[state])]
    if whole.isEmpty {
      hits.append(inherited)
      return
    }
    hits.append(UInt16(shorter.count))
    shorter.append(inherited)
    patterns += whole.map { literals[$0].pattern }
    starts.append(patterns.count)
    rest = whole.upperBound..<rest.upperBound
  }

  /// A search that has read nothing.
  func search() -> Search { Search() }

  /// Reads the next byte of the text.
  @inline(__always)
  func read(_ byte: UInt8, _ search: inout Search) {
    search.state = next(search.state, byte, &search.steps)
    search.hit = Int(hits[search.state])
  }

  /// Where in `patterns` those lie of whose literals one ends here and was not found before, or nil.
  @inline(__always)
  func nextNumbers(_ search: inout Search) -> Range<Int>? {
    if search.hit == 0 { return nil }
    let hit = search.hit
    let bit: UInt64 = 1 << UInt64(hit & 63)
    search.steps &+= 1
    if search.seen[hit >> 6] & bit != 0 {
      search.hit = 0
      return nil
    }
    search.seen[hit >> 6] |= bit
    search.hit = Int(shorter[hit])
    return starts[hit]..<starts[hit + 1]
  }

  /// The state after `byte`.
  @inline(__always)
  private func next(_ state: Int, _ byte: UInt8, _ steps: inout Int) -> Int {
    var state = state
    while state != 0 {
      steps &+= 1
      if let child = child(of: state, byte, &steps) { return child }
      state = Int(fallback[state])
    }
    steps &+= 1
    return Int(roots[Int(byte)])
  }

  @inline(__always)
  private func child(of state: Int, _ byte: UInt8, _ steps: inout Int) -> Int? {
    var low = Int(firstChild[state])
    var high = Int(firstChild[state + 1])
    while low < high {
      let middle = (low + high) >> 1
      if bytes[middle] < byte { low = middle + 1 } else { high = middle }
      steps &+= 1
    }
    return low < Int(firstChild[state + 1]) && bytes[low] == byte ? low : nil
  }
}
