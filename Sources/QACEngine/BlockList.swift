// What is never suggested: rules, and the question whether a text falls under one.
//
//     let list = BlockList([try BlockRule(.word, Array("casino".utf8))], profile: .search)
//     list.blocks(text)        // "online casino": true, "casinos": false
//
// Exact texts and words are looked up in hashed sets, prefixes by binary search, patterns one by one.
// Invariant: a list of no rules blocks nothing; the order of rules is of no account.
// Cost: O(words of the text x lengths of word rules) look-ups, and one comparison a pattern; no
// allocation. A list is a value: to change it is to make another, O(bytes of all rules).

public import QACText

/// Rules in the normal form of one profile.
public struct BlockList: Sendable {
  /// The rules as they were written, each once.
  public let rules: [BlockRule]
  /// The profile of the texts that the list can be asked about.
  public let profile: NormalizationProfile

  let exact: [[UInt8]]
  let prefixes: PrefixSet
  private let exactSet: ByteStringSet
  private let words: ByteStringSet
  /// Bit n is set where a rule has n words.
  private let wordCounts: UInt32
  private let patterns: [GlobPattern]

  /// Makes a list of `rules`; those that can block nothing under `profile` do nothing.
  ///
  /// - Complexity: O(bytes of all rules).
  public init(_ rules: [BlockRule], profile: NormalizationProfile) {
    var seen: Set<BlockRule> = []
    let rules = rules.filter { seen.insert($0).inserted }
    let normalizer = Normalizer(profile)
    var forms: [BlockRule.Kind: [[UInt8]]] = [:]
    for rule in rules {
      if let form = try? rule.form(by: normalizer) { forms[rule.kind, default: []].append(form) }
    }
    self.rules = rules
    self.profile = profile
    exact = forms[.exact] ?? []
    exactSet = ByteStringSet(exact)
    prefixes = PrefixSet(forms[.prefix] ?? [])
    let words = forms[.word] ?? []
    self.words = ByteStringSet(words)
    wordCounts = words.reduce(0) { $0 | 1 << UInt32(Tokenizer.words($1).count) }
    patterns = (forms[.pattern] ?? []).map { GlobPattern(form: $0) }
  }

  /// Whether no text falls under the list.
  public var isEmpty: Bool { exact.isEmpty && prefixes.count == 0 && !needsScan }

  /// Whether there are rules for which every label has to be looked at.
  var needsScan: Bool { words.count > 0 || !patterns.isEmpty }

  /// Whether `normalized`, a text in the normal form of `profile`, must not be suggested.
  ///
  /// - Complexity: O(words of the text + patterns) comparisons of at most the text's length.
  public func blocks(_ normalized: UnsafeBufferPointer<UInt8>) -> Bool {
    exactSet.contains(normalized) || prefixes.covers(normalized) || scanBlocks(normalized)
  }

  /// Whether `normalized`, a text in the normal form of `profile`, must not be suggested.
  public func blocks(_ normalized: [UInt8]) -> Bool {
    normalized.withUnsafeBufferPointer { blocks($0) }
  }

  /// Whether `text` falls under a word rule or a pattern.
  func scanBlocks(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    containsWords(text) || patterns.contains { $0.matches(text) }
  }

  private func containsWords(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if words.count == 0 { return false }
    var start = 0
    while start < text.count {
      let beginsWord =
        !Tokenizer.isSpace(text[start]) && (start == 0 || Tokenizer.isSpace(text[start - 1]))
      if beginsWord, containsWords(text, from: start) { return true }
      start += 1
    }
    return false
  }

  /// Whether a word rule fits at `start`, where a word begins.
  private func containsWords(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    // The counts of words that are still looked for, bit 0 for the one whose end comes next.
    var counts = wordCounts >> 1
    var end = start
    while counts != 0, end < text.count {
      while end < text.count, !Tokenizer.isSpace(text[end]) { end += 1 }
      if counts & 1 != 0, words.contains(UnsafeBufferPointer(rebasing: text[start..<end])) {
        return true
      }
      counts >>= 1
      while end < text.count, Tokenizer.isSpace(text[end]) { end += 1 }
    }
    return false
  }
}
