// Log files of any bytes: text in each format, and gzip and Zstandard around anything.
//
// Readers take paths, so each input is written to a file in memory (memfd_create(2)), which has
// one.

import CFuzzer
import Glibc
import QACLogs
import QACText

/// The text of a log; the first byte chooses the format and the profile.
let fuzzLogs: Target = { input in
  guard let first = input.first else { return }
  let formats = LogFormat.allCases
  read(
    UnsafeBufferPointer(rebasing: input.dropFirst()),
    formats[Int(first >> 1) % formats.count], first & 1 == 0 ? .search : .verbatim)
}

/// A table; the first byte says whether columns are named, and how.
let fuzzTables: Target = { input in
  guard let first = input.first else { return }
  var options = LogReadOptions(format: first & 1 == 0 ? .csv : .auto, maximumBadShare: 1)
  if first & 2 != 0 { options.columns.query = first & 4 == 0 ? "1" : "q" }
  if first & 8 != 0 { options.columns.time = "2" }
  if first & 16 != 0 { options.columns.user = "3" }
  if first & 32 != 0 { options.columns.count = "2" }
  read(UnsafeBufferPointer(rebasing: input.dropFirst()), options)
}

/// JSON lines and documents; the first byte says whether a field is named by a path.
let fuzzJSON: Target = { input in
  guard let first = input.first else { return }
  var options = LogReadOptions(format: first & 1 == 0 ? .json : .jsonl, maximumBadShare: 1)
  if first & 2 != 0 { options.columns.query = "a.b" }
  if first & 4 != 0 { options.columns.user = "a" }
  read(UnsafeBufferPointer(rebasing: input.dropFirst()), options)
}

/// An access log; the first byte says whether the parameter is named.
let fuzzAccess: Target = { input in
  guard let first = input.first else { return }
  var options = LogReadOptions(format: .access, maximumBadShare: 1)
  if first & 1 != 0 { options.columns.parameter = "q" }
  read(UnsafeBufferPointer(rebasing: input.dropFirst()), options)
  _ = try? LogReader.forEachEvent(paths: [path], options: options) { event in
    hold(event.session.utf8.count == 16, "sessions are hashes")
  }
}

/// Lists of queries, with and without counts.
let fuzzLists: Target = { input in
  guard let first = input.first else { return }
  let format = first & 1 == 0 ? LogFormat.lines : .queries
  read(
    UnsafeBufferPointer(rebasing: input.dropFirst()),
    LogReadOptions(format: format, maximumBadShare: 1))
}

/// A log in an encoding that the first byte chooses.
let fuzzEncodings: Target = { input in
  guard let first = input.first else { return }
  var options = LogReadOptions(maximumBadShare: 1)
  options.encoding = LogEncoding.allCases[Int(first) % LogEncoding.allCases.count]
  read(UnsafeBufferPointer(rebasing: input.dropFirst()), options)
}

/// A file that may be packed, of any format.
let fuzzPackedLogs: Target = { input in read(input, .auto, .search) }

/// A file of items and examples; its first bytes tell the format.
let fuzzItems: Target = { input in
  fill(input)
  if let catalog = try? ItemCatalog(contentsOf: [path]) {
    for item in catalog.items {
      var again = item
      hold(again.tidy() == nil && again == item, "items are tidy")
      hold(isUTF8(item.id) && isUTF8(item.title) && isUTF8(item.text), "texts are UTF-8")
      hold(isUTF8(item.payload) && item.payload.allSatisfy { $0 >= 0x20 }, "payloads are lines")
    }
    for (a, b) in zip(catalog.items, catalog.items.dropFirst()) {
      hold(a.id.lexicographicallyPrecedes(b.id), "ids ascend")
    }
    hold(!catalog.report.description.isEmpty, "a report says something")
  }
  if let examples = try? ItemExamples(contentsOf: [path]).examples {
    for example in examples {
      hold(isUTF8(example.query) && isUTF8(example.item), "texts are UTF-8")
      hold(!example.query.isEmpty && example.weight > 0, "examples count")
    }
  }
}

private let file = memfd_create("log", 0)
private let path = "/proc/self/fd/\(file)"

private func fill(_ bytes: UnsafeBufferPointer<UInt8>) {
  hold(ftruncate(file, 0) == 0, "a file in memory can be emptied")
  hold(pwrite(file, bytes.baseAddress, bytes.count, 0) == bytes.count, "and written")
}

/// Reads `bytes` as a log of `format`, and checks what comes of it.
func read(
  _ bytes: UnsafeBufferPointer<UInt8>, _ format: LogFormat, _ profile: NormalizationProfile
) {
  // All lines may be bad, so that one bad line does not keep the others from being used.
  read(bytes, LogReadOptions(format: format, profile: profile, maximumBadShare: 1))
}

/// Reads the file at `path` as a log of `format`, and checks what comes of it.
func read(_ path: String, _ format: LogFormat, _ profile: NormalizationProfile) {
  read(path, LogReadOptions(format: format, profile: profile, maximumBadShare: 1))
}

private func read(_ bytes: UnsafeBufferPointer<UInt8>, _ given: LogReadOptions) {
  fill(bytes)
  read(path, given)
}

private func read(_ path: String, _ given: LogReadOptions) {
  var options = given
  options.countCap = 1000
  let profile = options.profile
  let normalizer = Normalizer(profile)
  if let log = try? LogReader.read(paths: [path], options: options) {
    let report = log.report
    hold(report.badLines + report.emptyLines <= report.lines, "no line is counted twice")
    for (normalized, surface) in zip(log.queries.normalized, log.queries.surface) {
      hold(isUTF8(normalized) && isUTF8(surface), "texts are UTF-8")
      hold(profile == .verbatim || surface.allSatisfy { $0 >= 0x20 }, "no controls are shown")
      hold(normalizer.normalize(normalized) == normalized, "texts are normalised")
    }
    for observation in log.observations {
      hold(Int(observation.query) < log.queries.count, "queries are there")
      hold(
        observation.previous == QueryTable.none
          || Int(observation.previous) < log.queries.count, "previous queries are there")
    }
    hold(!report.description.isEmpty, "a report says something")
    hold(
      report.files.allSatisfy { !$0.reading.utf8.contains(0x0A) }, "a file is shown in a line")
  }
  _ = try? LogReader.forEachEvent(paths: [path], options: options) { event in
    hold(!event.session.isEmpty, "events have sessions")
  }
}
