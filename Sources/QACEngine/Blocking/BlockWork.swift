// How much comparing with rules one completion may still do, in steps of half a nanosecond to three: a
// byte read, an entry of a table looked at.
//
// Where nothing is left, what has not been compared counts as blocked: it is not suggested, which no
// rule forbids. So no rules, and no texts, hold a completion up, and what is blocked never comes out.
// Ordinary lists and queries need a hundredth of it. Steps are counted, not time: the same rules, texts
// and requests give the same answers.

/// What is left of the work that one completion may spend on comparing with rules.
struct BlockWork {
  /// The steps of one completion before it is ranked, and again while it is: at most some three milliseconds each.
  static let limit = 1 << 20

  /// The steps that are left; a comparison under way takes some more.
  var left = limit

  /// Work for one completion.
  init() {}

  private init(left: Int) { self.left = left }

  /// No limit: for callers that can wait.
  static let unlimited = BlockWork(left: .max)

  /// Whether nothing is left.
  var isSpent: Bool { left <= 0 }
}
