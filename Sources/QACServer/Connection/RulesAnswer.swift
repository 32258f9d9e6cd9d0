// The answer to `blocks`, `pins`, `boosts` or `items`, written piece by piece.
//
// Invariant: it lists the rules or items that were in force when it was asked for, whatever changes
// meanwhile.

internal import QACEngine
internal import QACProtocol

/// The answer to one request for rules or items, and how far it is written.
struct RulesAnswer {
  /// What is listed.
  enum Listing {
    case blocks
    case pins
    case boosts
    /// Items: at most so many, or all.
    case items(limit: Int?)
  }

  /// About the most bytes of a piece.
  private static let pieceBytes = 8192
  /// About the bytes of a rule in the answer, without its texts.
  private static let overheadBytes = 48

  let timing: RequestTiming
  private let rules: RuleSet
  private let listing: Listing
  /// The items; empty if rules are listed.
  private var items: ArraySlice<ListedItem> = []
  private var encoder: RulesEncoder?
  private var next = 0

  init(_ served: ServedIndex, _ listing: Listing, _ timing: RequestTiming) {
    rules = served.rules
    self.listing = listing
    self.timing = timing
    if case .items(let limit) = listing {
      items = rules.items.listed(beside: served.engine.index).prefix(limit ?? .max)
    }
  }

  private var count: Int {
    switch listing {
    case .blocks: return rules.addedAtRunTime.count + rules.file.count
    case .pins: return rules.pins.count
    case .boosts: return rules.boosts.count
    case .items: return items.count
    }
  }

  /// About the bytes of rule `i` in the answer.
  private func byteCount(_ i: Int) -> Int {
    switch listing {
    case .blocks: return Self.overheadBytes + blockRule(i).rule.text.count
    case .pins: return Self.overheadBytes + rules.pins[i].prefix.count + rules.pins[i].text.count
    case .boosts: return Self.overheadBytes + rules.boosts[i].matching.text.count
    case .items: return Self.overheadBytes + items[i].id.count + items[i].title.count
    }
  }

  /// About the bytes of the whole answer.
  var byteCount: Int { (0..<count).reduce(0) { $0 + byteCount($1) } }

  mutating func begin(id: RequestID, into output: inout [UInt8]) {
    if case .items = listing {
      encoder = RulesEncoder(itemsFor: id, into: &output)
    } else {
      encoder = RulesEncoder(id: id, into: &output)
    }
  }

  /// Appends some rules; true when the last was among them.
  mutating func appendPiece(to output: inout [UInt8]) -> Bool {
    let count = count
    var bytes = 0
    while next < count, bytes < Self.pieceBytes {
      append(next, to: &output)
      bytes += byteCount(next)
      next += 1
    }
    guard next == count else { return false }
    encoder?.finish(into: &output)
    return true
  }

  private mutating func append(_ i: Int, to output: inout [UInt8]) {
    switch listing {
    case .blocks:
      let (rule, isInFile) = blockRule(i)
      encoder?.append(
        kind: rule.kind.onWire, text: rule.text, isInFile: isInFile, into: &output)
    case .pins:
      let pin = rules.pins[i]
      encoder?.append(prefix: pin.prefix, text: pin.text, until: pin.until, into: &output)
    case .boosts:
      let boost = rules.boosts[i]
      encoder?.append(
        kind: boost.matching.kind.onWire, text: boost.matching.text, factor: boost.factor,
        into: &output)
    case .items:
      let item = items[i]
      if let state = item.state {
        encoder?.append(item: item.id, title: item.title, state, into: &output)
      }
    }
  }

  /// Block rule `i`: first those that the method added, then those of the file.
  private func blockRule(_ i: Int) -> (rule: BlockRule, isInFile: Bool) {
    let isInFile = i >= rules.addedAtRunTime.count
    return (
      isInFile ? rules.file[i - rules.addedAtRunTime.count] : rules.addedAtRunTime[i], isInFile
    )
  }
}
