// Reads text in Prometheus' exposition format, and refuses anything that is not quite right.
//
// Strict where real readers are lenient: HELP and TYPE stand before the samples of each family,
// families stand together and once, no series occurs twice, counters are named and counted as such,
// and histograms add up.
// Source: "Exposition formats", text-based format, version 0.0.4 (prometheus.io/docs).

/// Metrics that were read.
public struct PrometheusDocument {
  /// What is wrong with a text.
  public struct Fault: Error, CustomStringConvertible {
    /// The line that is wrong, and why.
    public let description: String
  }

  /// Each series, as "name{label=\"value\",…}", and its value.
  public private(set) var series: [String: Double] = [:]
  /// The kind of each family.
  public private(set) var kinds: [String: String] = [:]
  private var family = ""
  private var hasHelp: Set<String> = []
  private var histogram: [(labels: [String: String], suffix: String, value: Double)] = []

  /// Reads `text`.
  public init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Fault(description: "the last line has no end") }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      do {
        try read(line)
      } catch let fault as Fault {
        throw Fault(description: "\(fault): \(line)")
      }
    }
    try endFamily()
    for name in kinds.keys where !series.keys.contains(where: { $0.hasPrefix(name) }) {
      throw Fault(description: "\(name) has no samples")
    }
  }

  /// The value of `series`; nil if there is none.
  public subscript(series: String) -> Double? { self.series[series] }

  private mutating func read(_ line: Substring) throws {
    if line.isEmpty { throw Fault(description: "an empty line") }
    guard line.hasPrefix("# ") else { return try sample(line) }
    let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard words.count == 4, Self.isName(words[2]) else { throw Fault(description: "no such line") }
    let name = String(words[2])
    switch words[1] {
    case "HELP":
      try endFamily()
      guard hasHelp.insert(name).inserted else { throw Fault(description: "a family twice") }
      family = name
    case "TYPE":
      guard name == family, kinds[name] == nil else {
        throw Fault(description: "TYPE without HELP")
      }
      guard ["counter", "gauge", "histogram"].contains(words[3]) else {
        throw Fault(description: "no such type")
      }
      guard (words[3] == "counter") == name.hasSuffix("_total") else {
        throw Fault(description: "counters, and these alone, end with _total")
      }
      kinds[name] = String(words[3])
    default: throw Fault(description: "no such comment")
    }
  }

  private mutating func sample(_ line: Substring) throws {
    let name = line.prefix { $0 != "{" && $0 != " " }
    guard Self.isName(name), let kind = kinds[family] else {
      throw Fault(description: "a sample of no family")
    }
    var rest = line.dropFirst(name.count)
    var labels: [String: String] = [:]
    if rest.first == "{" { labels = try Self.labels(&rest) }
    guard rest.first == " ", let value = Self.number(rest.dropFirst()) else {
      throw Fault(description: "no value")
    }
    let suffix = String(name.dropFirst(family.count))
    let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
    guard name.hasPrefix(family), suffixes.contains(suffix) else {
      throw Fault(description: "a sample of another family")
    }
    if kind == "counter" && !(value >= 0) { throw Fault(description: "a counter below zero") }
    if kind == "histogram" { histogram.append((labels, suffix, value)) }
    let key = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
    let written = labels.isEmpty ? "\(name)" : "\(name){\(key.joined(separator: ","))}"
    guard series.updateValue(value, forKey: written) == nil else {
      throw Fault(description: "a series twice")
    }
  }

  /// Checks that the buckets of each histogram of the family that ends add up.
  private mutating func endFamily() throws {
    defer { histogram = [] }
    if !family.isEmpty && kinds[family] == nil { throw Fault(description: "HELP without TYPE") }
    let rests = Set(
      histogram.map { sample in sample.labels.filter { $0.key != "le" } })
    for rest in rests {
      let samples = histogram.filter { $0.labels.filter { $0.key != "le" } == rest }
      let buckets = samples.filter { $0.suffix == "_bucket" }
      let bounds = buckets.compactMap { $0.labels["le"].flatMap { Self.number($0[...]) } }
      guard bounds.count == buckets.count, bounds == bounds.sorted(),
        Set(bounds).count == bounds.count, bounds.last == .infinity,
        buckets.map(\.value) == buckets.map(\.value).sorted(),
        samples.count == buckets.count + 2,
        samples.contains(where: { $0.suffix == "_sum" && $0.value >= 0 }),
        samples.contains(where: { $0.suffix == "_count" && $0.value == buckets.last?.value })
      else { throw Fault(description: "the histogram \(family) \(rest) does not add up") }
    }
  }

  private static func labels(_ rest: inout Substring) throws -> [String: String] {
    var labels: [String: String] = [:]
    repeat {
      rest = rest.dropFirst()
      let name = rest.prefix { $0 != "=" }
      rest = rest.dropFirst(name.count)
      guard isName(name), !name.contains(":"), rest.hasPrefix("=\"") else {
        throw Fault(description: "a label")
      }
      rest = rest.dropFirst(2)
      var value = ""
      while let character = rest.first, character != "\"" {
        value.append(character)
        rest = rest.dropFirst()
        guard character == "\\" else { continue }
        guard let next = rest.first, "\\\"n".contains(next) else {
          throw Fault(description: "an escape")
        }
        value.append(next)
        rest = rest.dropFirst()
      }
      rest = rest.dropFirst()
      guard labels.updateValue(value, forKey: String(name)) == nil else {
        throw Fault(description: "a label twice")
      }
    } while rest.first == ","
    guard rest.first == "}" else { throw Fault(description: "labels without an end") }
    rest = rest.dropFirst()
    return labels
  }

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy {
      (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
        || $0 == 0x5F || $0 == 0x3A
    }
  }

  private static func number(_ text: Substring) -> Double? {
    text == "+Inf" ? .infinity : Double(text).flatMap { $0.isFinite ? $0 : nil }
  }
}
