// Files of partial counts of any bytes.
//
// A checksum would refuse nearly every input, so the target sets each part's length and checksum
// right: what is tried is the content, as another program could write it. Every second input is
// left as it is.

import CFuzzer
import Glibc
import QACBinary
import QACLogs
import QACText

/// The first byte says whether checksums are set right, and whether the file is read beside itself,
/// which makes two parts of each block.
let fuzzCounts: Target = { input in
  guard let first = input.first else { return }
  var bytes = Array(input.dropFirst())
  if first & 1 == 0 { setChecksums(&bytes) }
  hold(ftruncate(file, 0) == 0, "a file in memory can be emptied")
  hold(pwrite(file, bytes, bytes.count, 0) == bytes.count, "and written")
  let path = "/proc/self/fd/\(file)"
  let options = LogReadOptions(profile: first & 4 == 0 ? .search : .verbatim, maximumBadShare: 1)
  guard let log = try? PartialLog.read(first & 2 == 0 ? [path] : [path, path], options: options)
  else { return }
  for (normalized, surface) in zip(log.queries.normalized, log.queries.surface) {
    hold(isUTF8(normalized) && isUTF8(surface), "texts are UTF-8")
  }
  for observation in log.observations {
    hold(Int(observation.query) < log.queries.count, "queries are there")
  }
  hold(!log.report.description.isEmpty, "a report says something")
}

private let file = memfd_create("counts", 0)
/// The settings at the beginning (`PartialSettings.byteCount`).
private let headBytes = 40

/// Sets the checksum of each part right; a length that leads beyond the end is cut.
private func setChecksums(_ bytes: inout [UInt8]) {
  func set(_ number: UInt32, at offset: Int) {
    for i in 0..<4 { bytes[offset + i] = UInt8(truncatingIfNeeded: number >> (8 * i)) }
  }
  var start = headBytes
  while start + 8 < bytes.count {
    let length = (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    let end = start + 8 + min(length, bytes.count - start - 8)
    set(UInt32(end - start - 8), at: start)
    set(CRC32C.of(Array(bytes[(start + 8)..<end])), at: start + 4)
    start = end
  }
}
