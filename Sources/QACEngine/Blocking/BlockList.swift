// What is never suggested: rules, and the question whether a text falls under one.
//
//     let list = BlockList([try BlockRule(.word, Array("casino".utf8))], profile: .search)
//     list.blocks(text)        // "online casino": true, "casinos": false
//
// Exact texts and words are looked up in hashed sets, prefixes by binary search, patterns all at
// once (`PatternSet`).
// Invariant: a list of no rules blocks nothing; the order of rules does not matter.
// Cost: O(words of the text x lengths of word rules) look-ups, and a pass over the text for the
// patterns; no allocation. `BlockWork` bounds what a completion spends on it. A list is a value: to
// change it, one makes another, in O(bytes of all rules).

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
  /// Bit n is set if a rule has n words.
  private let wordCounts: UInt32
  private let patterns: PatternSet
  /// The ids of blocked items, each once.
  public let itemIDs: Set<[UInt8]>

  /// Makes a list of `rules`; a rule that can block nothing under `profile` has no effect.
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
    patterns = PatternSet(forms[.pattern] ?? [])
    itemIDs = Set(forms[.item] ?? [])
  }

  /// Whether the list can block no text; it may block items by their ids.
  public var isEmpty: Bool { exact.isEmpty && prefixes.count == 0 && !needsScan }

  /// Whether there are rules for which every label has to be read.
  var needsScan: Bool { words.count > 0 || !patterns.isEmpty }

  /// Whether `normalized`, a text in the normal form of `profile`, must not be suggested.
  ///
  /// - Complexity: O(bytes of the text x lengths of word rules); a pass over the text for the
  ///   patterns, and one for each pattern whose longest literal is in it.
  public func blocks(_ normalized: UnsafeBufferPointer<UInt8>) -> Bool {
    var work = BlockWork.unlimited
    return blocks(normalized, &work)
  }

  /// Whether `normalized` must not be suggested, or no work is left to find that out.
  func blocks(_ normalized: UnsafeBufferPointer<UInt8>, _ work: inout BlockWork) -> Bool {
    if work.isSpent { return true }
    work.left &-= normalized.count &+ 1
    return exactSet.contains(normalized) || prefixes.covers(normalized)
      || scanBlocks(normalized, &work)
  }

  /// Whether `normalized`, a text in the normal form of `profile`, must not be suggested.
  public func blocks(_ normalized: [UInt8]) -> Bool {
    normalized.withUnsafeBufferPointer { blocks($0) }
  }

  /// Whether `text` falls under a word rule or a pattern.
  func scanBlocks(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var work = BlockWork.unlimited
    return scanBlocks(text, &work)
  }

  private func scanBlocks(_ text: UnsafeBufferPointer<UInt8>, _ work: inout BlockWork) -> Bool {
    containsWords(text, &work) || (!patterns.isEmpty && patterns.matches(text, &work))
  }

  private func containsWords(_ text: UnsafeBufferPointer<UInt8>, _ work: inout BlockWork) -> Bool {
    if words.count == 0 { return false }
    var start = 0
    while start < text.count {
      let beginsWord =
        !Tokenizer.isSpace(text[start]) && (start == 0 || Tokenizer.isSpace(text[start - 1]))
      if beginsWord {
        if containsWords(text, from: start, &work) || work.isSpent { return true }
      }
      start += 1
    }
    return false
  }

  /// Whether a word rule fits at `start`, where a word begins.
  private func containsWords(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, _ work: inout BlockWork
  ) -> Bool {
    // The numbers of words that are still looked for: bit 0 if one ends with the next word.
    var counts = wordCounts >> 1
    var end = start
    var hash = ByteStringSet.emptyHash
    defer { work.left &-= end &- start }
    while counts != 0, end < text.count {
      while end < text.count, !Tokenizer.isSpace(text[end]) {
        hash = StableHash.step(hash, text[end])
        end += 1
      }
      if counts & 1 != 0,
        words.contains(UnsafeBufferPointer(rebasing: text[start..<end]), running: hash)
      {
        return true
      }
      counts >>= 1
      while end < text.count, Tokenizer.isSpace(text[end]) {
        hash = StableHash.step(hash, text[end])
        end += 1
      }
    }
    return false
  }
}
