// How much one completion may still compare with rules, in steps. A step reads a byte or an entry
// of a table, and takes half a nanosecond to three.
//
// When nothing is left, texts that have not been compared count as blocked: they are not suggested,
// which no rule forbids. So neither rules nor texts can hold a completion up, and nothing blocked
// comes out. Ordinary lists and queries need a hundredth of the work. Steps are counted, not time,
// so the same rules, texts and requests give the same answers.

/// What is left of the work that one completion may spend on comparing with rules.
struct BlockWork {
  /// The steps of one completion before ranking, and as many again during it: at most some three
  /// milliseconds each.
  static let limit = 1 << 20

  /// The steps that are left. A comparison under way is finished even if it takes some more.
  var left = limit

  /// Work for one completion.
  init() {}

  private init(left: Int) { self.left = left }

  /// Work without a limit, for callers that can wait.
  static let unlimited = BlockWork(left: .max)

  /// Whether nothing is left.
  var isSpent: Bool { left <= 0 }
}
