// Readings of prefixes against plain ones: words near by against a scan of all words, the path
// against all paths; and what the readings bring.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct PrefixReadingTests {
  /// An engine on `queries`, each submitted by so many people.
  private static func engine(
    _ queries: [(text: String, uses: UInt32)], profile: NormalizationProfile = .search
  ) throws -> CompletionEngine {
    let texts = queries.map { Normalizer(profile).normalize($0.text) }
    let set = TrainingSet(
      profile: profile, queries: texts, surfaces: texts,
      examples: queries.indices.map {
        .init(previous: TrainingSet.none, query: UInt32($0), count: queries[$0].uses)
      })
    let weights = RankerFeature.allCases.map { feature in
      feature == .popularity || feature == .suffix ? 1.0 : 0
    }
    // Misspelt queries stay labels here.
    var settings = BuildSettings()
    settings.spelling = 0
    return try CompletionEngine(
      IndexBuilder(settings: settings).build(set), weights: weights)
  }

  private static let shop: [(text: String, uses: UInt32)] = [
    ("blue wireless headphones", 90), ("wireless mouse", 200), ("wireless keyboard", 90),
    ("red phone case", 60), ("iphone 13", 90), ("iphone case 13", 120), ("iphone case", 300),
    ("coffee machine", 80), ("headphones", 300), ("headphones stand", 20), ("blue mouse", 80),
    ("grey keyboard", 40), ("green tea", 70), ("red mouse", 70), ("medial shoe insert", 3),
    ("medical shoe", 30), ("running shoes", 300), ("running socks", 80),
  ]

  /// The reading of `prefix`, or nil.
  private static func reading(
    _ prefix: String, _ engine: CompletionEngine, _ context: SessionContext = SessionContext()
  ) -> String? {
    var reading = PrefixReading(engine)
    let typed = engine.normalizer.normalize(Array(prefix.utf8), as: .prefix)
    let found = typed.withUnsafeBufferPointer {
      reading.find($0, model: engine.index.view.words, context: context, margin: 0)
    }
    if found { #expect(reading.cost > 0 && reading.text != typed, "\(prefix)") }
    return found ? String(decoding: reading.text, as: UTF8.self) : nil
  }

  @Test func everydayErrors() throws {
    let engine = try Self.engine(Self.shop)
    for (typed, meant) in [
      ("blue wirless headphnes", "blue wireless headphones"),
      ("wireles mouse", "wireless mouse"), ("wireles mou", "wireless mou"),
      ("wirless mou", "wireless mou"), ("eadphones", "headphones"), ("eadphon", "headphon"),
      ("iphonecase", "iphone case"), ("red iphonecase 13", "red iphone case 13"),
      ("red iphonecas", "red iphone cas"), ("red head phones", "red headphones"),
      ("grey wireles keyb", "grey wireless keyb"), ("cofee machine", "coffee machine"),
      ("running hsoes", "running shoes"), ("blue h eadphon", "blue headphon"),
      ("green wirleess head", "green wireless head"),
    ] {
      #expect(Self.reading(typed, engine) == meant, "\(typed)")
    }
  }

  @Test func whatIsPlausibleStaysAsItIs() throws {
    let engine = try Self.engine(Self.shop)
    for typed in [
      "", " ", "w", "wireless", "wireless mouse", "red wireless keyb", "blue iphone c",
      "green tea h", "medial shoe", "medial knee", "running shoes 13", "iphone 14", "13 14 15",
      "kaffee", "xqzt", "xqzt vbnm qwrt plkj zzzz yyyy", "mouse wireless r",
    ] {
      #expect(Self.reading(typed, engine) == nil, "\(typed)")
    }
    #expect(Self.reading("wireles mou", engine) != nil)
    let own = session(["wireles charger"])
    #expect(Self.reading("wireles mou", engine, own) == nil, "a word of one's own is no error")
    #expect(Self.reading("blue wirel", engine, session(["wirelx"])) == nil)
  }

  @Test func codeStaysAsItIs() throws {
    let engine = try Self.engine(
      [
        ("nmap -sV 10.1.1.1", 300), ("ssh root@host", 200), ("echo hello", 100),
        ("cat /etc/passwd", 90), ("nmap --help", 90),
      ], profile: .verbatim)
    #expect(Self.reading("nmpa -sV 10", engine) == "nmap -sV 10")
    #expect(Self.reading("nmpa   --hlp 'nmpa ", engine) == "nmap   --hlp 'nmpa ")
    for typed in [
      "echo 'helo ", "echo \"helo nmpa ", "nmap -sV 'nmpa ", "cat /etc/paswd ", "nmap --hlep ",
      "ssh rot@host ", "cat `nmpa ",
    ] {
      #expect(Self.reading(typed, engine) == nil, "\(typed)")
    }
  }

  @Test func theOrdinarySourcesRunOnTheReading() throws {
    let engine = try Self.engine(Self.shop)
    let labels = engine.suggestions(Array("wirless mou".utf8))
    #expect(labels.first?.string == "wireless mouse")
    #expect(labels.allSatisfy { $0.isCorrected && $0.source == .corrected })
    // No label begins so, and none is near: it is composed.
    let composed = engine.suggestions(Array("red wirless mou".utf8))
    #expect(composed.first?.string == "red wireless mouse")
    #expect(composed.first?.isCorrected == true && composed.first?.label == nil)
    #expect(!composed.contains { $0.string.hasPrefix("red wirless") }, "composed on as it is")
    let followers = try #require(
      engine.suggestions(Array("wirless mou".utf8), session(["wireless mouse"])).first)
    #expect(followers.string == "wireless mouse" && followers.isCorrected)
    let options = CompletionOptions(
      sources: Set(SuggestionSource.allCases).subtracting([.corrected]))
    #expect(engine.texts("red wirless mou", options: options).first == "red wirless mouse")
  }

  @Test func aCandidateThatMatchesStaysWhatItIs() throws {
    let engine = try Self.engine(Self.shop + [("wirless mouse pad", 20)])
    let found = engine.suggestions(Array("wirless mou".utf8))
    let typed = try #require(found.first { $0.string == "wirless mouse pad" })
    #expect(!typed.isCorrected)
    #expect(found.contains { $0.string == "wireless mouse" && $0.isCorrected })
  }

  @Test(arguments: UInt64(0)..<40)
  func edgesAreAllWordsNearByAndThePathIsTheBest(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = seed % 2 == 0 ? ["a", "b", "c", "s", "t"] : ["e", "é", "n", "o", "u", "l"]
    func word() -> String {
      (0..<3 + random.below(5)).map { _ in alphabet[random.below(alphabet.count)] }.joined()
    }
    let vocabulary = (0..<40).map { _ in word() }
    let queries = (0..<60).map { i in
      (0..<1 + random.below(3)).map { _ in vocabulary[random.below(40)] }.joined(separator: " ")
    }
    let engine = try Self.engine(
      Set(queries).sorted().enumerated().map { ($1, UInt32($0 % 7 == 0 ? 900 : 1 + $0 % 5)) })
    let plain = PlainWords(engine.index.view)
    let list = try #require(engine.words)
    #expect(plain.texts == (0..<UInt32(list.view.labelCount)).map { Array(list.view.text(of: $0)) })
    #expect(plain.weights == (0..<UInt32(list.view.labelCount)).map { list.view.weight(of: $0) })
    let model = engine.index.view.words
    var reading = PrefixReading(engine)
    var changed = 0
    for round in 0..<40 {
      var letters = Array(queries[random.below(queries.count)].unicodeScalars)
      for _ in 0..<1 + random.below(2) where letters.count > 2 {
        let at = random.below(letters.count - 1)
        if random.below(2) == 0 { letters.remove(at: at) } else { letters.swapAt(at, at + 1) }
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: letters)
      let typed = engine.normalizer.normalize(Array(String(text).utf8), as: .prefix)
      let found = typed.withUnsafeBufferPointer {
        reading.find($0, model: model, context: SessionContext(), margin: 0)
      }
      if reading.edges.isEmpty { continue }
      plain.check(reading, typed, seed: seed, round: round)
      let best = PlainWords.bestPath(reading, model)
      let asTyped = reading.typedScore(model)
      #expect(best.score >= asTyped - 1e-9)
      if found {
        changed += 1
        #expect(Float(best.cost) / 8 == reading.cost, "seed \(seed), round \(round)")
      } else {
        #expect(best.cost == 0 || best.score <= asTyped + 1e-9, "seed \(seed), round \(round)")
      }
    }
    #expect(changed > 0, "seed \(seed) reads nothing")
  }

  @Test func hostilePrefixes() throws {
    let engine = try Self.engine(Self.shop)
    let scratch = CompletionScratch(engine: engine)
    var random = SplitMix64(seed: 1)
    for length in [1, 40, 41, 255, 256, 257, 2048, 65536] {
      for text in ["x", "wirless ", "a ", "é", "\u{301}", "headphnes"] {
        let prefix = Array(String(repeating: text, count: length).utf8.prefix(length))
        _ = engine.suggestions(prefix, scratch: scratch)
        _ = Self.reading(String(decoding: prefix, as: UTF8.self), engine)
      }
    }
    for _ in 0..<500 {
      let bytes = (0..<random.below(60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      _ = engine.suggestions(bytes, scratch: scratch)
      var reading = PrefixReading(engine)
      _ = bytes.withUnsafeBufferPointer {
        reading.find(
          $0, model: engine.index.view.words, context: SessionContext(), margin: 0)
      }
    }
    #expect(
      engine.suggestions(Array("wirless mou".utf8), scratch: scratch).first?.isCorrected == true)
  }

  @Test func wipingLeavesNoText() throws {
    let engine = try Self.engine(Self.shop)
    var reading = PrefixReading(engine)
    let secret = Array("wirless headphnes".utf8)
    let found = secret.withUnsafeBufferPointer {
      reading.find($0, model: engine.index.view.words, context: SessionContext(), margin: 0)
    }
    #expect(found && !reading.arena.isEmpty && !reading.text.isEmpty)
    reading.wipe()
    #expect(reading.arena.isEmpty && reading.text.isEmpty && reading.edges.isEmpty)
    for bytes in [reading.arena, reading.text] {
      bytes.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        for i in 0..<bytes.capacity { #expect(start[i] == 0) }
      }
    }
  }
}

/// The words of an index and readings of them, as their definitions say.
private struct PlainWords {
  /// The words with a space behind each, ascending.
  let texts: [[UInt8]]
  let weights: [UInt64]

  init(_ view: IndexView) {
    var words: [[UInt8]: UInt64] = [:]
    for label in 0..<UInt32(view.labelCount) {
      for word in view.text(of: label).split(separator: 0x20) where word.count <= 40 {
        words[Array(word) + [0x20], default: 0] += view.weight(of: label)
      }
    }
    texts = words.keys.sorted { $0.lexicographicallyPrecedes($1) }
    weights = texts.map { words[$0] ?? 0 }
  }

  /// Compares the edges of one word near by with all words.
  func check(_ reading: PrefixReading, _ typed: [UInt8], seed: UInt64, round: Int) {
    let greatest = weights.max() ?? 0
    for (i, word) in reading.words.enumerated() {
      let text = Array(typed[word.bytes]) + (word.isTail ? [] : [0x20])
      let weight = zip(texts, weights).filter { $0.0.starts(with: text) }.reduce(0) { $0 + $1.1 }
      #expect(word.weight == weight, "seed \(seed), round \(round)")
      let near = reading.edges.filter {
        $0.from == i && $0.to == i + 1 && $0.cost > 0 && !reading.arena[$0.text].contains(0x20)
      }
      if weight * 90 >= greatest || word.bytes.count < 2 {
        #expect(near.isEmpty, "seed \(seed), round \(round)")
        continue
      }
      let matches = PlainTypos.search(
        texts, weights.map { UInt32($0) }, text, 2 * PrefixReading.mostEdges)
      var expected: [[UInt8]] = []
      for match in matches where expected.count < PrefixReading.mostEdges {
        let whole = texts[Int(match.label)]
        let letters = PlainTypos.letters(Array(typed[word.bytes])).count
        if whole[0] == text[0], PlainTypos.isFarFetched(Int(match.cost * 8), letters) { continue }
        let begun = Array(whole.prefix(min(Int(match.alignedBytes), whole.count - 1)))
        if !expected.contains(begun) { expected.append(begun) }
      }
      #expect(
        near.map { Array(reading.arena[$0.text]) } == expected,
        "seed \(seed), round \(round), \(text), \(matches)")
    }
  }

  /// The best of all paths.
  static func bestPath(
    _ reading: PrefixReading, _ model: WordModelView
  ) -> (score: Double, cost: Int) {
    var best = (score: -Double.infinity, cost: 0)
    func walk(_ place: Int, _ last: UInt64, _ score: Double, _ cost: Int) {
      if place == reading.words.count {
        if score > best.score { best = (score, cost) }
        return
      }
      for edge in reading.edges where edge.from == place {
        let p = (0..<edge.keyCount).map {
          model.logProbability(
            of: edge.keys[$0], after: last, pair: WordKey.pair(last, edge.keys[$0]))
        }
        walk(
          edge.to, edge.last, score + (p.max() ?? 0) + edge.inner, cost + Int(edge.cost))
      }
    }
    walk(0, WordKey.begin, 0, 0)
    return best
  }
}
