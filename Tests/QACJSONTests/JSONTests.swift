// The scanner accepts JSON and nothing else, and written values read back.

import QACBinary
import QACJSON
import QACTestSupport
import Testing

@Suite struct JSONTests {
  private func fault(_ json: [UInt8]) -> JSONFault? {
    do throws(JSONFault) {
      _ = try JSONValue(parsing: json)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("", JSONFault.Kind.unexpectedEnd, 0), ("[1,]", .unexpectedByte, 3),
    ("{\"a\":1,}", .unexpectedByte, 7),
    ("01", .trailingBytes, 1), ("1.", .unexpectedEnd, 2), (".5", .unexpectedByte, 0),
    ("+1", .unexpectedByte, 0), ("-", .unexpectedEnd, 1), ("1e", .unexpectedEnd, 2),
    ("1e+", .unexpectedEnd, 3), ("1e999", .numberOutOfRange, 0), ("nul", .unexpectedEnd, 3),
    ("nulL", .unexpectedByte, 3), ("truee", .trailingBytes, 4), ("'a'", .unexpectedByte, 0),
    ("{a:1}", .unexpectedByte, 1), ("{\"a\" 1}", .unexpectedByte, 5), ("[1 2]", .unexpectedByte, 3),
    ("\"a", .unexpectedEnd, 2), ("\"\\", .unexpectedEnd, 2), ("\"\\x\"", .invalidEscape, 1),
    ("\"\\u12\"", .invalidEscape, 1), ("\"\\u12", .unexpectedEnd, 5),
    ("\"a\u{01}\"", .controlCharacter, 2), ("\"\n\"", .controlCharacter, 1),
    ("1 2", .trailingBytes, 2), ("NaN", .unexpectedByte, 0), ("// x\n1", .unexpectedByte, 0),
    ("\u{FEFF}1", .unexpectedByte, 0), ("[", .unexpectedEnd, 1), ("{\"a\":", .unexpectedEnd, 5),
  ])
  func whatIsNotJSONIsRefusedWhereItGoesWrong(json: String, kind: JSONFault.Kind, offset: Int) {
    let found = fault(bytes(json))
    #expect(found?.kind == kind, "\(json)")
    #expect(found?.offset == offset, "\(json)")
    #expect(found?.description.contains(";") == true)
  }

  @Test func invalidUTF8InStringsIsRefused() {
    let bad: [[UInt8]] = [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
      [0xE2, 0x82], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
      [0xFF], [0xF0, 0x9F, 0x98],
    ]
    for sequence in bad {
      #expect(fault([0x22] + sequence + [0x22])?.kind == .invalidUTF8, "\(sequence)")
    }
    // Outside strings such bytes are not JSON at all.
    #expect(fault([0xFF])?.kind == .unexpectedByte)
  }

  @Test(arguments: [
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{08}\u{0C}\n\r\t"),
    ("\"\\u0041\\u00e9\\u20AC\"", "Aé€"),
    ("\"\\ud83d\\ude00\"", "😀"), ("\"\\ud83d\"", "\u{FFFD}"), ("\"\\ude00x\"", "\u{FFFD}x"),
    ("\"\\ud83d\\ud83d\\ude00\"", "\u{FFFD}😀"), ("\"\\ud83dx\"", "\u{FFFD}x"),
    ("\"\\ud83d\\n\"", "\u{FFFD}\n"), ("\"\\u0000\"", "\u{00}"), ("\"é😀\"", "é😀"),
    ("\"\\ud83d\\u0041\"", "\u{FFFD}A"),
  ])
  func escapesBecomeText(json: String, expected: String) throws {
    #expect(try JSONValue(parsing: bytes(json)) == .text(expected))
  }

  @Test func nestingIsBounded() {
    let deepest = JSONValue.maximumDepth
    func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
      bytes(String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth))
    }
    #expect(fault(nested(deepest, "[", "]")) == nil)
    #expect(fault(nested(deepest + 1, "[", "]"))?.kind == .tooDeep)
    #expect(fault(nested(deepest, "{\"a\":", "}")) == nil)
    #expect(fault(nested(deepest + 1, "{\"a\":", "}"))?.kind == .tooDeep)
    #expect(fault(bytes(String(repeating: "[", count: 60_000)))?.kind == .tooDeep)
  }

  @Test(arguments: [
    ("0", JSONValue.integer(0)), ("-0", .double(-0.0)), ("9223372036854775807", .integer(.max)),
    ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .double(0x1p63)),
    ("1.5e3", .double(1500)), ("1E-2", .double(0.01)), ("5e-324", .double(.leastNonzeroMagnitude)),
    ("0.1", .double(0.1)),
  ])
  func numbers(json: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: bytes(json)) == expected)
  }

  @Test func doublesReadBackBitForBit() throws {
    var random = SplitMix64(seed: 3)
    for i in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let json = JSONValue.double(value).json
      let back = try JSONValue(parsing: json)
      #expect(back.number?.bitPattern == value.bitPattern, "seed 3, number \(i): \(text(json))")
    }
    #expect(text(JSONValue.double(.nan).json) == "null")
    #expect(text(JSONValue.double(-.infinity).json) == "null")
  }

  @Test func randomValuesReadBack() throws {
    try withEvery("seed", in: 0..<3000 as Range<UInt64>) { seed in
      var random = SplitMix64(seed: seed)
      let value = random.value(depth: 4)
      let json = value.json
      #expect(!json.contains { $0 < 0x20 }, "seed \(seed)")
      let back = try JSONValue(parsing: json)
      #expect(back == value, "seed \(seed)")
    }
  }

  @Test func skippingAValueFindsTheFaultsThatReadingItFinds() throws {
    try withEvery("seed", in: 0..<3000 as Range<UInt64>) { seed in
      var random = SplitMix64(seed: seed)
      var json = random.value(depth: 5).json
      // Some are too deep, and some are damaged.
      let depth = random.below(2) == 0 ? 0 : 27 + random.below(8)
      json = [UInt8](repeating: 0x5B, count: depth) + json + [UInt8](repeating: 0x5D, count: depth)
      for _ in 0..<random.below(3) {
        let i = random.below(json.count)
        let other = json[random.below(json.count)]
        switch random.below(3) {
        case 0: json[i] = other
        case 1: json.insert(other, at: i)
        default: if json.count > 1 { json.remove(at: i) }
        }
      }
      let read = fault(json)
      // A value that is skipped needs no number that a double can hold.
      if read?.kind == .numberOutOfRange { return }
      let skipped = json.withUnsafeBufferPointer { bytes -> JSONFault? in
        var scanner = JSONScanner(bytes)
        do throws(JSONFault) {
          try scanner.skipValue(depth: 0)
          try scanner.end()
          return nil
        } catch {
          return error
        }
      }
      #expect(skipped == read, "seed \(seed): \(text(json))")
    }
  }

  @Test func whatIsNoTextIsWrittenAsReplacement() {
    #expect(text(JSONValue.string([0x61, 0xFF, 0x62, 0xC3]).json) == "\"a\u{FFFD}b\u{FFFD}\"")
  }

  @Test func theLastOfEqualMembersCounts() throws {
    #expect(try JSONValue(parsing: bytes("{\"a\":1,\"a\":2}"))["a"] == .integer(2))
  }

  @Test(arguments: [
    (0.0, "0.0"), (1.0, "1.0"), (-4.143411298971356, "-4.14341"), (0.1, "0.1"),
    (123456.7, "123457.0"),
    (99999.96, "100000.0"), (999_999_999.4, "999999999.0"), (0.00012345678, "0.000123457"),
    (-0.5, "-0.5"), (1e-5, "0.00001"), (9.999999, "10.0"), (1e-7, "1e-07"), (2.5e9, "2500000000.0"),
    (100, "100.0"), (1.5e300, "1.5e+300"),
  ])
  func roundedNumbers(value: Double, expected: String) throws {
    var output: [UInt8] = []
    JSONText.append(rounded: value, to: &output)
    #expect(text(output) == expected)
  }

  @Test func wholeNumbersAreWrittenInDigits() {
    var random = SplitMix64(seed: 6)
    let drawn = (0..<20_000).map { _ in
      Int64(bitPattern: random.next()) >> Int64(random.below(64))
    }
    for value in [.min, .min + 1, -10, -9, -1, 0, 1, 9, 10, 99, 100, .max - 1, .max] + drawn {
      var output = Array("x".utf8)
      JSONText.append(integer: value, to: &output)
      #expect(text(output) == "x\(value)")
    }
  }

  @Test func roundedNumbersAreNear() throws {
    var random = SplitMix64(seed: 5)
    for i in 0..<20_000 {
      let exponent = Double(random.below(16)) - 6
      var value = (random.unit() - 0.5) * 2
      for _ in 0..<Int(abs(exponent)) { value = exponent < 0 ? value / 10 : value * 10 }
      var output: [UInt8] = []
      JSONText.append(rounded: value, to: &output)
      let back = try #require(try JSONValue(parsing: output).number)
      #expect(abs(back - value) <= abs(value) * 5.1e-6, "seed 5, number \(i): \(text(output))")
    }
  }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
