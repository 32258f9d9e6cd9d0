// What a session's own queries bring, against a scan of all its events by the definitions; and
// completions key by key in reused working memory, against new memory for each key.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

/// What a session submitted, as a list of events that is read from end to end for every question.
struct PlainPast {
  struct Event {
    var text: [UInt8]
    var time: Int64
    var thread: UInt32
  }

  let capacity: Int
  private(set) var events: [Event] = []
  /// The distinct queries, in the order in which they came first.
  private(set) var texts: [[UInt8]] = []

  mutating func record(_ text: [UInt8], at time: Int64, in thread: UInt32) {
    if text.isEmpty { return }
    events.append(Event(text: text, time: time, thread: thread))
    if !texts.contains(text) { texts.append(text) }
    if events.count > capacity { events.removeFirst() }
    dropUnused()
  }

  mutating func forget(_ text: [UInt8]) {
    events.removeAll { $0.text == text }
    dropUnused()
  }

  private mutating func dropUnused() {
    texts.removeAll { text in !events.contains { $0.text == text } }
  }

  /// The last event of `thread` among the first `end` ones.
  private func last(in thread: UInt32, before end: Int) -> Event? {
    events[..<end].last { thread == 0 || $0.thread == thread }
  }

  /// The previous query at `time`.
  private func previous(at time: Int64, in thread: UInt32) -> [UInt8]? {
    let last = last(in: thread, before: events.count)
    return last.flatMap { time - $0.time <= SessionContext.contextSeconds ? $0.text : nil }
  }

  /// The `wanted` queries that begin with `prefix` and promise most.
  func matching(_ prefix: [UInt8], wanted: Int, at time: Int64, in thread: UInt32) -> [[UInt8]] {
    let all = texts.filter { $0.starts(with: prefix) }
    if all.count <= wanted { return all }
    let previous = previous(at: time, in: thread)
    func promise(_ text: [UInt8]) -> Double {
      var sum = 0.0
      for (i, event) in events.enumerated() where event.text == text {
        let before = last(in: event.thread, before: i)?.text
        sum += (before != nil && before == previous ? 4 : 1) / Double(events.count - i)
      }
      return sum
    }
    let ranked = all.map { (text: $0, promise: promise($0)) }.enumerated().sorted { a, b in
      let (x, y) = (a.element.promise, b.element.promise)
      return x != y ? x > y : a.offset < b.offset
    }
    return ranked.prefix(wanted).map(\.element.text)
  }

  /// The endings behind the head of `prefix` that the queries have, until there are `wanted`.
  /// With `nests`, nothing is cut within quotes or brackets.
  func endings(
    _ prefix: [UInt8], wanted: Int, nests: Bool, isLabel: ([UInt8]) -> Bool
  ) -> Set<[UInt8]> {
    let tailStart = (prefix.lastIndex { Tokenizer.isSpace($0) } ?? -1) + 1
    let (head, tail) = (Array(prefix[..<tailStart]), Array(prefix[tailStart...]))
    var found: Set<[UInt8]> = []
    if prefix.isEmpty || nests && Nesting.isOpen(prefix) { return found }
    var seen: Set<[UInt8]> = []
    for event in events.reversed() where seen.insert(event.text).inserted {
      if found.count >= wanted { break }
      let text = event.text
      for word in Tokenizer.words(text)
      where text[word].starts(with: tail) && !text[..<word.lowerBound].elementsEqual(head)
        && !(nests && Nesting.isOpen(text[..<word.lowerBound]))
      {
        for ending in [Array(text[word]), Array(text[word.lowerBound...])] {
          let whole = head + ending
          if whole.count > prefix.count || isLabel(whole) { found.insert(whole) }
        }
      }
    }
    return found
  }
}

@Suite struct OwnQueriesTests {
  /// A log's engine, its labels, and a session with its plain twin.
  private struct Subject {
    let engine: CompletionEngine
    let labels: Set<[UInt8]>
    let aliases: Set<[UInt8]>
    let words: [[UInt8]]
    var random: SplitMix64
    var context: SessionContext
    var past: PlainPast
    var time: Int64 = 100_000

    init(seed: UInt64, _ profile: NormalizationProfile, capacity: Int) throws {
      let set = SyntheticLog(seed: seed, events: 1500, vocabulary: 160).trainingSet(profile)
      let log = try LogSubject(set, seed: seed, weights: CompletionPropertyTests.weights(seed))
      engine = log.engine
      labels = Set(log.labels)
      let view = log.engine.index.view
      aliases = Set((0..<view.aliases.count).map { Array(view.aliases[$0]) })
      words = log.labels.flatMap { text in Tokenizer.words(text).map { Array(text[$0]) } }
      random = SplitMix64(seed: seed)
      context = SessionContext(capacity: capacity)
      past = PlainPast(capacity: capacity)
    }

    /// A query: mostly some words of labels, or one that was submitted before.
    mutating func query() -> [UInt8] {
      if random.below(3) == 0, !past.texts.isEmpty {
        return past.texts[random.below(past.texts.count)]
      }
      let some = (0...random.below(3)).map { _ in words[random.below(words.count)] }
      return Array(some.joined(separator: [0x20]))
    }

    /// Records or forgets something. Nothing is put right: the time between two is too long.
    mutating func change() {
      time += 61 + Int64(random.below(900))
      let query = query()
      if random.below(12) == 0 {
        context.forget(normalized: query)
        past.forget(query)
        return
      }
      let situation = situation()
      context.record(normalized: query, surface: query, at: time, in: situation)
      past.record(query, at: time, in: situation.threadKey)
    }

    mutating func situation() -> Situation {
      Situation(
        thread: random.below(2) == 0 ? nil : [UInt8(random.below(3))],
        place: random.below(2) == 0 ? nil : [UInt8(random.below(2))])
    }

    mutating func prefix() -> [UInt8] {
      var text = query()
      if random.below(3) == 0 { text = words[random.below(words.count)] + [0x20] + text }
      text.removeLast(random.below(text.count + 1))
      return text
    }

    /// The texts that `source` alone brings, `wanted` at most.
    func texts(
      _ prefix: [UInt8], _ source: SuggestionSource, wanted: Int, at time: Int64,
      in situation: Situation, _ scratch: CompletionScratch
    ) -> Set<[UInt8]> {
      prefix.withUnsafeBufferPointer {
        engine.complete(
          prefix: $0, context: context, at: time, in: situation, limit: nil,
          options: CompletionOptions(
            sources: [source], candidatesPerSource: wanted, foldsDuplicates: false),
          scratch: scratch)
      }
      return Set((0..<scratch.count).map { scratch.normalizedText($0) })
    }
  }

  @Test(arguments: NormalizationProfile.allCases, UInt64(0)..<6)
  func theyAreThoseOfAScan(profile: NormalizationProfile, seed: UInt64) throws {
    var subject = try Subject(
      seed: seed, profile, capacity: [7, 40, SessionContext.defaultCapacity][Int(seed) % 3])
    let scratch = CompletionScratch(engine: subject.engine)
    for _ in 0..<400 {
      subject.change()
      subject.context.checkInvariants()
      let typed = subject.prefix()
      // A prefix loses what no normal form has, so it is what is scanned for.
      let prefix = Normalizer(profile).normalize(typed, as: .prefix)
      let situation = subject.situation()
      let now = subject.time + Int64(subject.random.below(4000))
      let wanted = 1 + subject.random.below(20)
      let own = subject.texts(
        typed, .session, wanted: wanted, at: now, in: situation, scratch)
      let expected = subject.past.matching(
        prefix, wanted: wanted, at: now, in: situation.threadKey
      ).filter { subject.labels.contains($0) || !subject.aliases.contains($0) }
      #expect(own == Set(expected), "seed \(seed), prefix \(prefix)")
      if !subject.aliases.isEmpty || !subject.engine.index.view.breaker.isPlain { continue }
      let endings = subject.texts(typed, .words, wanted: wanted, at: now, in: situation, scratch)
      let words = subject.past.endings(
        prefix, wanted: wanted, nests: profile == .verbatim
      ) { subject.labels.contains($0) }
      #expect(endings == words, "seed \(seed), prefix \(prefix)")
    }
  }

  @Test(arguments: UInt64(20)..<26)
  func keyByKeyIsAsKeysByThemselves(seed: UInt64) throws {
    var subject = try Subject(seed: seed, .search, capacity: SessionContext.defaultCapacity)
    let reused = CompletionScratch(engine: subject.engine)
    let overlay = LiveOverlay(index: subject.engine.index)
    for round in 0..<40 {
      for _ in 0..<subject.random.below(12) { subject.change() }
      for person in 0..<UInt64(4) {
        let query = subject.query()
        overlay.record(
          normalized: query, surface: query, session: person + UInt64(subject.random.below(2)),
          at: subject.time)
      }
      let blocks = try BlockedLabels(
        BlockList([BlockRule(.prefix, subject.query())], profile: .search),
        in: subject.engine.index)
      let typed = subject.query()
      let situation = subject.situation()
      let limit = subject.random.below(5) == 0 ? nil : 10
      for end in 0...typed.count {
        let now = subject.time + Int64(end)
        // Another thread, a record or a deletion between two keys changes what is known.
        if subject.random.below(15) == 0 { subject.change() }
        func ask(_ scratch: CompletionScratch) -> [[UInt64]] {
          typed[..<end].withUnsafeBufferPointer {
            subject.engine.complete(
              prefix: $0, context: subject.context, overlay: overlay,
              blocks: round % 3 == 0 ? blocks : nil, at: now, in: situation, limit: limit,
              scratch: scratch)
          }
          return (0..<scratch.count).map { i in
            [StableHash.of(scratch.normalizedText(i), seed: 0), scratch.score(i).bitPattern]
              + scratch.featureValues(i).map(\.bitPattern)
          }
        }
        let (again, fresh) = (ask(reused), ask(CompletionScratch(engine: subject.engine)))
        #expect(again == fresh, "seed \(seed), round \(round), \(end) bytes")
      }
    }
  }

  /// What a session in memory takes at most, which the cache of sessions counts with.
  @Test(arguments: [(bytes: 20, most: 42_000), (bytes: Normalizer.maximumBytes, most: 1_080_000)])
  func aFullSessionTakesLittleMemory(length: (bytes: Int, most: Int)) {
    var context = SessionContext()
    for i in 0..<3 * SessionContext.defaultCapacity {
      var text = Array("\(i) ".utf8)
      text += [UInt8](repeating: 0x61, count: length.bytes - text.count)
      context.record(normalized: text, surface: text, at: Int64(i))
    }
    #expect(context.entries.count == SessionContext.defaultCapacity)
    #expect(context.memoryBytes <= length.most)
    let reserved =
      context.bytes.capacity
      + context.entries.capacity * MemoryLayout<SessionContext.Entry>.stride
      + context.rows.capacity * MemoryLayout<SessionContext.Row>.stride
      + context.events.capacity * MemoryLayout<SessionContext.Event>.stride
    // What is reserved may be twice of what is used, since arrays double.
    #expect(reserved <= 2 * context.memoryBytes + 4096)
  }
}
