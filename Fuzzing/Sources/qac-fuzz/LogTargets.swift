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
  fill(bytes)
  read(path, format, profile)
}

/// Reads the file at `path` as a log of `format`, and checks what comes of it.
func read(_ path: String, _ format: LogFormat, _ profile: NormalizationProfile) {
  // All lines may be bad, so that one bad line does not keep the others from being used.
  var options = LogReadOptions(format: format, profile: profile, maximumBadShare: 1)
  options.countCap = 1000
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
  }
  _ = try? LogReader.forEachEvent(paths: [path], options: options) { event in
    hold(!event.session.isEmpty, "events have sessions")
  }
}
