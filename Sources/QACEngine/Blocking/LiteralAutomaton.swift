// Finds in one pass over a text which of many literals it contains, each once.
//
// States are the beginnings of the literals, numbered by length and then in the order of their
// bytes, so the children of a state stand next to each other. The fall-back of a state is its
// longest proper ending that is a state too. A hit is a state that is a literal; each state knows
// the longest hit that it ends with, and each hit the next shorter one. If a hit was found before,
// so were all shorter ones that it ends with. So a text takes O(its bytes + hits) steps, whatever
// the literals.
// Cost: 13 bytes per state, at most `literalLimit` states per literal.
// Source: Aho, Corasick, "Efficient String Matching: An Aid to Bibliographic Search", 1975.

/// An automaton of literals, each with the numbers of its patterns.
struct LiteralAutomaton: Sendable {
  /// The most literals: a search keeps a bit for each of them on the stack.
  static let capacity = 1024
  /// The bytes of a literal that are looked for: of a longer one, its beginning.
  static let literalLimit = 256

  /// A pass over one text.
  struct Search {
    fileprivate var state = 0
    /// The hit that comes next, or 0.
    fileprivate var hit = 0
    fileprivate var seen = InlineArray<17, UInt64>(repeating: 0)
    /// The steps so far.
    fileprivate(set) var steps = 0
  }

  /// The numbers of the patterns; those of one hit stand next to each other.
  private(set) var patterns: [Int] = []
  /// By hit, counted from 1, the index in `patterns` of its first pattern.
  private var starts = [0, 0]
  /// By hit, the next shorter hit that it ends with, or 0.
  private var shorter: [UInt16] = [0]

  // By state: its last byte, its first child, its fall-back, and the longest hit that it ends with,
  // or 0.
  private var bytes: [UInt8] = [0]
  private var firstChild: [UInt32] = []
  private var fallback: [UInt32] = [0]
  private var hits: [UInt16] = [0]
  /// The children of the root, by byte; 0 is the root itself.
  private var roots = [UInt32](repeating: 0, count: 256)

  /// Makes an automaton of literals, none of them empty, each with the number of its pattern.
  ///
  /// - Complexity: O(bytes of all literals x log literals).
  init(_ literals: [(ArraySlice<UInt8>, Int)]) {
    precondition(literals.count <= Self.capacity, "more literals than an automaton holds")
    let literals = literals.map { (text: $0.prefix(Self.literalLimit), pattern: $1) }
      .sorted { $0.text.lexicographicallyPrecedes($1.text) }
    // By state, the literals that begin with it; states of one length follow each other.
    var ranges = [0..<literals.count]
    var parents = [0]
    var depths = [0]
    var state = 0
    while state < ranges.count {
      let depth = depths[state]
      if state > 0 { addFallback(state, parents[state]) }
      var rest = ranges[state]
      addHit(of: state, depth: depth, among: literals, rest: &rest)
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

  /// Byte `i` of `text`.
  private static func byte(_ text: ArraySlice<UInt8>, _ i: Int) -> UInt8 {
    text[text.startIndex + i]
  }

  /// Adds the fall-back of `state`: the state that its parent's fall-back reaches by the byte of
  /// `state`.
  private mutating func addFallback(_ state: Int, _ parent: Int) {
    var steps = 0
    fallback.append(
      parent == 0 ? 0 : UInt32(next(Int(fallback[parent]), bytes[state], &steps)))
  }

  /// Takes the literals that are `state` off `rest`, which begin with it, and makes a hit of them.
  private mutating func addHit(
    of state: Int, depth: Int, among literals: [(text: ArraySlice<UInt8>, pattern: Int)],
    rest: inout Range<Int>
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

  /// The places in `patterns` of those with the next literal that ends here and was not found
  /// before, or nil.
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

  /// The child of `state` by `byte`, or nil. The search is written out, because it counts its
  /// steps.
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
