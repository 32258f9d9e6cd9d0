// The walk of the sorted labels against a scan of all labels with the whole table of the edit
// distance.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

/// The prefix edit distance as its definition says, on whole tables, letter by letter.
enum PlainTypos {
  /// What errors may cost in a prefix of `count` letters.
  static func budget(_ count: Int) -> Int { count < 3 ? 0 : count < 8 ? 10 : 16 }

  /// Whether so many eighths are too much in a text of `count` letters whose first one is right.
  static func isFarFetched(_ cost: Int, _ count: Int) -> Bool {
    count < 8 && cost > 8
  }

  static func letters(_ text: [UInt8]) -> [UInt32] {
    String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value)
  }

  static func dropped(_ text: [UInt32], _ i: Int) -> Int {
    if i > 0, text[i] == text[i - 1] { return 4 }
    if text[i] == 0x20 || BaseLetters.isMark(text[i]) { return 4 }
    return 6
  }

  static func replaced(_ a: UInt32, _ b: UInt32) -> Int {
    if a == b { return 0 }
    let table = BaseLetters.table
    let (x, y) = (BaseLetters.base(of: a, in: table), BaseLetters.base(of: b, in: table))
    if x == y { return 2 }
    let mask = KeyNeighbours.mask(x, in: KeyNeighbours.masks)
    return mask & KeyNeighbours.bit(y) != 0 ? 5 : 8
  }

  /// The least cost over the beginnings of `label`, and the letters of the shortest of these.
  static func distance(_ typed: [UInt32], _ label: [UInt32]) -> (cost: Int, letters: Int) {
    let infinite = 1_000_000
    var d = [[Int]](
      repeating: [Int](repeating: infinite, count: label.count + 1), count: typed.count + 1)
    d[0][0] = 0
    for i in 0...typed.count {
      for j in 0...label.count {
        if i > 0 {
          var extra = dropped(typed, i - 1)
          let isDoubled = i > 1 && typed[i - 1] == typed[i - 2] && typed[i - 1] != 0x20
          if i == typed.count, !isDoubled { extra = infinite }
          if i == 1 || j == 0 { extra += 4 }
          d[i][j] = min(d[i][j], d[i - 1][j] + extra)
        }
        if j > 0 {
          let missing = dropped(label, j - 1) + (i == 0 || j == 1 ? 4 : 0)
          d[i][j] = min(d[i][j], d[i][j - 1] + missing)
        }
        if i > 0, j > 0 {
          var cost = replaced(typed[i - 1], label[j - 1])
          if cost > 0, i == 1 || j == 1 { cost += 4 }
          if cost % 4 == 1, i == typed.count { cost += 2 }
          if cost % 4 == 0, cost > 0, i == typed.count { cost = infinite }
          d[i][j] = min(d[i][j], d[i - 1][j - 1] + cost)
        }
        if i > 1, j > 1, typed[i - 1] == label[j - 2], typed[i - 2] == label[j - 1],
          typed[i - 1] != typed[i - 2]
        {
          d[i][j] = min(d[i][j], d[i - 2][j - 2] + 5 + (i == 2 || j == 2 ? 4 : 0))
        }
      }
    }
    let last = d[typed.count]
    let best = last.indices.min { last[$0] < last[$1] } ?? 0
    return (last[best], best)
  }

  static func search(
    _ labels: [[UInt8]], _ weights: [UInt32], _ prefix: [UInt8], _ limit: Int,
    slack: Int = 2
  ) -> [TypoMatch] {
    let typed = letters(prefix)
    let budget = budget(typed.count)
    var found: [(cost: Int, weight: UInt32, match: TypoMatch)] = []
    for (i, label) in labels.enumerated() {
      let text = letters(label)
      let (cost, aligned) = distance(typed, text)
      if cost == 0 || cost > budget { continue }
      let bytes = text[..<aligned].reduce(0) { $0 + UTF8.width(Unicode.Scalar($1) ?? " ") }
      let match = TypoMatch(
        label: UInt32(i), cost: Float(cost) / 8, alignedBytes: Int32(bytes))
      found.append((cost, weights[i], match))
    }
    found.sort { a, b in
      if a.cost != b.cost { return a.cost < b.cost }
      return a.weight != b.weight ? a.weight > b.weight : a.match.label < b.match.label
    }
    let most = (found.first?.cost ?? 0) + slack
    return found.prefix(limit).filter { $0.cost <= most }.map(\.match)
  }
}

/// Labels of one script and prefixes of them with errors.
private struct Subject {
  var random: SplitMix64
  let labels: [[UInt8]]
  let weights: [UInt32]
  let index: LabelIndex
  let alphabet: [String]

  private static let alphabets: [[String]] = [
    ["a", "b", "c", "d", " "],
    ["e", "é", "s", "ü", "u", "z", "y", " ", "č", "c"],
    ["東", "京", "都", "大", "阪", " "],
    ["x", "q", "\u{301}", "q\u{323}", "k", " "],
    ["は", "ば", "ぱ", "か", "が", "い"],
    ["ا", "ب", "ن", "\u{64B}", "آ", "-"],
    ["A", "a", "/", "😀", "1", "l"],
    ["an", "ana", "nab", "b", " ", "ss", "s"],
  ]

  init(seed: UInt64, labels count: Int, distinctWeights: Int) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Self.alphabets[Int(seed % UInt64(Self.alphabets.count))]
    self.alphabet = alphabet
    let normalizer = Normalizer(.verbatim)
    var texts: Set<[UInt8]> = [Array("x".utf8)]
    for _ in 1..<count {
      let length = 1 + random.below(11)
      let text = (0..<length).map { _ in alphabet[random.below(alphabet.count)] }.joined()
      let label = normalizer.normalize(text)
      if !label.isEmpty { texts.insert(label) }
    }
    labels = texts.sorted { $0.lexicographicallyPrecedes($1) }
    weights = labels.map { _ in UInt32(1 + random.below(distinctWeights)) }
    let features = FeatureSpace(documentFrequencies: [:], documents: 0)
    var content = IndexContent(profile: .verbatim, features: features)
    content.labels = labels
    content.surfaces = labels
    content.weights = weights
    var root = NodeRecord()
    root.labelHigh = UInt32(labels.count)
    root.memberCount = UInt32(labels.count)
    content.nodes = [root]
    content.followerOffsets = [UInt32](repeating: 0, count: labels.count + 1)
    index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    self.random = random
  }

  /// The beginning of a label with up to three errors, or something else.
  mutating func prefix() -> [UInt8] {
    var text = PlainTypos.letters(labels[random.below(labels.count)])
    text.removeLast(random.below(text.count + 1))
    for _ in 0..<random.below(4) {
      let at = random.below(text.count + 1)
      let other = alphabet[random.below(alphabet.count)].unicodeScalars.first?.value ?? 0x20
      switch random.below(5) {
      case 0 where at < text.count: text.remove(at: at)
      case 1 where at < text.count: text.insert(text[at], at: at)
      case 2 where at + 1 < text.count: text.swapAt(at, at + 1)
      case 3 where at < text.count: text[at] = other
      default: text.insert(other, at: at)
      }
    }
    var scalars = String.UnicodeScalarView()
    for value in text { scalars.append(Unicode.Scalar(value) ?? " ") }
    return Array(String(scalars).utf8)
  }
}

extension TypoSearch {
  fileprivate mutating func matches(
    _ index: LabelIndex, _ prefix: [UInt8], _ limit: Int, nodes: Int = 1_000_000
  ) -> [TypoMatch] {
    prefix.withUnsafeBufferPointer {
      search(index.view, prefix: $0, limit: limit, nodeLimit: nodes)
    }
    return matches
  }
}

@Suite struct TypoSearchTests {
  @Test(arguments: UInt64(0)..<96)
  func theWalkEqualsTheScan(seed: UInt64) throws {
    var subject = try Subject(
      seed: seed, labels: [1, 5, 40, 150, 400][Int(seed / 8) % 5],
      distinctWeights: seed % 3 == 0 ? 2 : 1000)
    var search = TypoSearch(
      labelCount: subject.index.labelCount, trie: LabelTrie(subject.index.view))
    var corrected = 0
    for round in 0..<25 {
      let prefix = subject.prefix()
      let limit = [1, 3, 10, 1000][round % 4]
      let expected = PlainTypos.search(subject.labels, subject.weights, prefix, limit)
      let found = search.matches(subject.index, prefix, limit)
      #expect(found == expected, "seed \(seed), round \(round), limit \(limit)")
      #expect(search.isComplete)
      corrected += found.count
    }
    #expect(corrected > 0 || subject.labels.count < 40, "seed \(seed) tests nothing")
  }

  @Test(arguments: UInt64(0)..<24)
  func fewNodesBringFewerButTrueCosts(seed: UInt64) throws {
    var subject = try Subject(seed: seed, labels: 300, distinctWeights: 50)
    var search = TypoSearch(
      labelCount: subject.index.labelCount, trie: LabelTrie(subject.index.view))
    for _ in 0..<15 {
      let prefix = subject.prefix()
      let typed = PlainTypos.letters(prefix)
      let all = Dictionary(
        uniqueKeysWithValues: PlainTypos.search(
          subject.labels, subject.weights, prefix, 1000, slack: 100
        ).map { ($0.label, $0) })
      for nodes in [0, 1, 7, 50] {
        let found = search.matches(subject.index, prefix, 1000, nodes: nodes)
        #expect(search.visited <= nodes)
        #expect(Set(found.map(\.label)).count == found.count, "seed \(seed)")
        for match in found { #expect(all[match.label] == match, "seed \(seed), \(nodes) nodes") }
        // Asked for one text after another, it gives the same costs.
        let most = search.ceiling
        for (label, text) in subject.labels.enumerated() where nodes == 50 && search.budget > 0 {
          let distance = text.withUnsafeBufferPointer { search.distance(to: $0) }
          let (cost, _) = PlainTypos.distance(typed, PlainTypos.letters(text))
          #expect((distance != nil) == (cost > 0 && cost <= Int(most)), "seed \(seed)")
          if let distance {
            #expect(all[UInt32(label)]?.cost == distance.cost)
            #expect(all[UInt32(label)]?.alignedBytes == distance.alignedBytes)
          }
        }
      }
    }
  }

  @Test func lettersRuleOutOnlyWhatIsTooFar() throws {
    var (ruledOut, far) = (0, 0)
    for seed in UInt64(0)..<16 {
      var subject = try Subject(seed: seed, labels: 60, distinctWeights: 50)
      var search = TypoSearch(
        labelCount: subject.index.labelCount, trie: LabelTrie(subject.index.view))
      for _ in 0..<4 {
        let prefix = subject.prefix()
        let typed = PlainTypos.letters(prefix)
        _ = search.matches(subject.index, prefix, 10)
        for text in subject.labels where search.budget > 0 {
          let letters = text.withUnsafeBufferPointer {
            LetterSet($0, bases: BaseLetters.table)
          }
          let isFar =
            PlainTypos.distance(typed, PlainTypos.letters(text)).cost > Int(search.ceiling)
          if isFar { far += 1 }
          if search.mayFind(letters) { continue }
          ruledOut += 1
          #expect(isFar, "seed \(seed)")
        }
      }
    }
    // These texts have few different letters; of those of a real log it rules out more.
    #expect(ruledOut > far / 3, "\(ruledOut) of \(far)")
  }

  @Test func everydayErrors() throws {
    let texts = [
      "accommodation", "apple", "beautiful", "crème brûlée", "facebook login", "new york",
      "newton", "restaurant", "zagreb",
    ]
    let features = FeatureSpace(documentFrequencies: [:], documents: 0)
    var content = IndexContent(profile: .search, features: features)
    content.labels = texts.map { Array($0.utf8) }
    content.surfaces = content.labels
    content.weights = texts.map { _ in 1 }
    var root = NodeRecord()
    root.labelHigh = UInt32(texts.count)
    root.memberCount = UInt32(texts.count)
    content.nodes = [root]
    content.followerOffsets = [UInt32](repeating: 0, count: texts.count + 1)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    var search = TypoSearch(labelCount: texts.count, trie: LabelTrie(index.view))
    for (typed, meant, cost, aligned) in [
      ("acomod", "accommodation", 1, 8), ("faecbook", "facebook login", 0.625, 8),
      ("creme bru", "crème brûlée", 0.5, 11), ("newyo", "new york", 0.5, 6),
      ("face book", "facebook login", 0.5, 8), ("appke", "apple", 0.625, 5),
      ("beatiful", "beautiful", 0.75, 9), ("restuarant", "restaurant", 0.625, 10),
      ("yagreb", "zagreb", 1.125, 6), ("zagrreb", "zagreb", 0.5, 6),
    ] {
      let found = search.matches(index, Array(typed.utf8), 3)
      let best = try #require(found.first, "\(typed)")
      #expect(texts[Int(best.label)] == meant, "\(typed)")
      #expect(best.cost == Float(cost), "\(typed)")
      #expect(best.alignedBytes == Int32(aligned), "\(typed)")
    }
    for typed in ["", "n", "ap", "apple", "xyzzyq"] {
      let found = search.matches(index, Array(typed.utf8), 3)
      #expect(found.isEmpty, "\(typed)")
    }
  }

  @Test func hostilePrefixes() throws {
    let subject = try Subject(seed: 7, labels: 400, distinctWeights: 9)
    var search = TypoSearch(
      labelCount: subject.index.labelCount, trie: LabelTrie(subject.index.view))
    var random = SplitMix64(seed: 1)
    let long = [UInt8](repeating: 0x61, count: 65536)
    #expect(search.matches(subject.index, long, 10).isEmpty)
    for length in [255, 256, 257] {
      _ = search.matches(subject.index, Array(long.prefix(length)), 10)
    }
    for _ in 0..<2000 {
      let bytes = (0..<random.below(20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      _ = search.matches(subject.index, bytes, 10, nodes: 500)
      #expect(search.visited <= 500)
    }
    #expect(search.matches(subject.index, Array("aaaa".utf8), 0).isEmpty)
  }
}
