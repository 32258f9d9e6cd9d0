// Files in other encodings, and files packed by programs.

import Foundation
import QACBinary
import QACTestSupport
import Testing

@testable import QACLogs

struct EncodingTests {
  private let text = "s\t1\tschöne Schuhe € 🍕\ns\t2\tблуза\n"

  private func bytes(_ encoding: String.Encoding, mark: [UInt8] = []) throws -> [UInt8] {
    mark + Array(try #require(text.data(using: encoding)))
  }

  private func queries(_ bytes: [UInt8], _ encoding: LogEncoding) throws -> [String] {
    var options = LogReadOptions(format: .events)
    options.encoding = encoding
    return try read(bytes, options).report.files[0].firstRecords.map(\.query)
  }

  @Test func utf16IsReadOnRequest() throws {
    let expected = ["schöne Schuhe € 🍕", "блуза"]
    let little = try bytes(.utf16LittleEndian)
    let big = try bytes(.utf16BigEndian)
    #expect(try queries(little, .utf16le) == expected)
    #expect(try queries(big, .utf16be) == expected)
    #expect(try queries(little, .utf16) == expected)
    #expect(try queries([0xFF, 0xFE] + little, .utf16) == expected)
    #expect(try queries([0xFE, 0xFF] + big, .utf16) == expected)
    #expect(try queries([0xFF, 0xFE] + little, .utf16le) == expected)
  }

  @Test func utf16IsRefusedWithTheRemedy() throws {
    let little = try bytes(.utf16LittleEndian)
    for (bytes, flag) in [
      ([0xFF, 0xFE] + little, "--encoding utf-16"), (little, "--encoding utf-16le"),
      (try bytes(.utf16BigEndian), "--encoding utf-16be"),
    ] {
      let error = try #require(try failure(reading: bytes))
      #expect(error.description.contains(flag), "\(error)")
    }
  }

  @Test func latinIsReadOnRequest() throws {
    let bytes = Array("s\t1\tsch".utf8) + [0xF6] + Array("n ".utf8) + [0x80, 0x0A]
    #expect(try queries(bytes, .latin1) == ["schön €"])
    // Without the flag it is said, not guessed.
    let report = try read(bytes).report
    #expect(report.description.contains("--encoding latin-1"))
    #expect(!(try read(text).report.description.contains("--encoding")))
  }

  @Test(arguments: UInt64(0)..<100)
  func piecesDoNotMatterAndFoundationAgrees(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let units = (0..<random.below(40)).map { _ in
      random.below(3) == 0 ? UInt16(0xD800 + random.below(0x800)) : UInt16(random.below(0x300))
    }
    let bytes = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    var decoder = LogDecoder(.utf16le)
    var text: [UInt8] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + 1 + random.below(5))
      bytes[start..<end].withUnsafeBufferPointer { decoder.convert($0) }
      text += decoder.text
      start = end
    }
    decoder.finish()
    text += decoder.text
    #expect(text == Array(String(decoding: units, as: UTF16.self).utf8), "seed \(seed)")
  }

  @Test(arguments: ["xz", "bzip2"])
  func filesOfProgramsAreUnpacked(program: String) throws {
    let directory = try TemporaryDirectory()
    let lines = (0..<20_000).map { "s\t\($0)\tquery \($0 % 100)\n" }.joined()
    let plain = try write(Array(lines.utf8), to: "plain", in: directory)
    let packed = directory.file("packed")
    guard try Self.run("\(program) -c \(plain) > \(packed)") else {
      // Only where the program is not installed.
      return
    }
    let log = try LogReader.read(paths: [packed])
    #expect(log.observations == (try LogReader.read(paths: [plain])).observations)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: packed)))
    bytes[bytes.count / 2] ^= 0xFF
    let damaged = try write(bytes, to: "damaged", in: directory)
    #expect(throws: LogError.corruptPacked(path: damaged, program: program)) {
      try LogReader.read(paths: [damaged])
    }
    let short = try write(Array(bytes[..<(bytes.count / 3)]), to: "short", in: directory)
    #expect(throws: LogError.corruptPacked(path: short, program: program)) {
      try LogReader.read(paths: [short])
    }
  }

  private static func run(_ command: String) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
