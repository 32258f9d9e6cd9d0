// Writes metrics as text for Prometheus and similar systems.
//
// Invariant: a family's samples follow its HELP and TYPE lines without a gap; a family is named
// once.
// Source: "Exposition formats", text-based format, version 0.0.4 (prometheus.io/docs).

internal import QACProtocol

/// Text in Prometheus' exposition format.
struct PrometheusText {
  /// The kind of a family's numbers.
  enum Kind: String {
    /// A number that only grows until the process ends.
    case counter
    case gauge
    case histogram
  }

  typealias Labels = KeyValuePairs<String, String>

  /// The bounds of a histogram's buckets, as powers of two of microseconds: 16 µs to 16.8 s.
  static let powers = 4...24

  private(set) var bytes: [UInt8] = []
  private var name = ""

  /// Begins the family `name`; the samples that follow are its own.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    append("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
  }

  /// Appends a family of one number.
  mutating func one(_ name: String, _ kind: Kind, value: Int, help: String) {
    family(name, kind, help)
    sample([:], value)
  }

  /// Appends a sample.
  mutating func sample(_ labels: Labels, _ value: Int) {
    line("", Array(labels), "\(value)")
  }

  /// Appends a sample.
  mutating func sample(_ labels: Labels, _ value: Double) {
    line("", Array(labels), "\(value)")
  }

  /// Appends `histogram`, which is in microseconds, converted to seconds.
  mutating func sample(_ labels: Labels, _ histogram: LatencyHistogram) {
    let counts = histogram.counts(belowPowers: Self.powers)
    for (power, count) in zip(Self.powers, counts) {
      line("_bucket", labels + [("le", "\(Double(1 << power) / 1e6)")], "\(count)")
    }
    line("_bucket", labels + [("le", "+Inf")], "\(histogram.count)")
    line("_sum", Array(labels), "\(Double(histogram.sum) / 1e6)")
    line("_count", Array(labels), "\(histogram.count)")
  }

  private mutating func line(
    _ suffix: String, _ labels: [(key: String, value: String)], _ value: String
  ) {
    append(name + suffix)
    if !labels.isEmpty {
      let texts = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
      append("{\(texts.joined(separator: ","))}")
    }
    append(" \(value)\n")
  }

  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }

  private mutating func append(_ text: String) {
    bytes += text.utf8
  }
}
