// Runs one target under libFuzzer:
//
//     qac-fuzz TARGET [libFuzzer options] [directories of inputs]
//     qac-fuzz TARGET FILE                  one input again
//
// A target gets any bytes and must neither trap, nor read beyond what it was given
// (AddressSanitizer watches), nor grow or run without bound. What must hold of its results it
// asserts by `hold`.

import CFuzzer

/// What one target does with an input.
typealias Target = @Sendable (UnsafeBufferPointer<UInt8>) -> Void

@main
struct Fuzz {
  static let targets: [String: Target] = [
    "protocol": fuzzProtocol,
    "answers": fuzzAnswers,
    "index": fuzzIndex,
    "logs": fuzzLogs,
    "packed": fuzzPackedLogs,
    "tables": fuzzTables,
    "json": fuzzJSON,
    "access": fuzzAccess,
    "lists": fuzzLists,
    "counts": fuzzCounts,
    "entries": fuzzEntries,
    "encodings": fuzzEncodings,
    "items": fuzzItems,
    "zsh": fuzzHistory(.zsh),
    "bash": fuzzHistory(.bash),
    "fish": fuzzHistory(.fish),
    "atuin": fuzzAtuin,
    "text": fuzzText,
    "rules": fuzzRules,
    "terminal": fuzzTerminal,
    // By which the check proves itself.
    "known-bad": { hold($0.first != 0x51, "a known-bad target breaks") },
  ]

  /// The target of this process; libFuzzer's callback is a C function and cannot carry it.
  nonisolated(unsafe) static var target: Target = { _ in }

  static func main() {
    guard CommandLine.arguments.count > 1, let target = targets[CommandLine.arguments[1]] else {
      fatalError(
        "the first argument must be one of \(targets.keys.sorted().joined(separator: " "))")
    }
    Self.target = target
    // libFuzzer reads the options behind the program's name.
    let rest = [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)
    var count = Int32(rest.count)
    // Kept to the end of the process.
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: rest.count + 1)
    for (i, argument) in rest.enumerated() {
      let text = UnsafeMutablePointer<CChar>.allocate(capacity: argument.utf8.count + 1)
      for (j, byte) in argument.utf8.enumerated() { text[j] = CChar(bitPattern: byte) }
      text[argument.utf8.count] = 0
      pointers[i] = text
    }
    pointers[rest.count] = nil
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = pointers
    _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
      Fuzz.target(UnsafeBufferPointer(start: data, count: size))
      return 0
    }
  }
}

/// Ends the run as a finding where what must hold does not.
func hold(_ condition: @autoclosure () -> Bool, _ what: StaticString) {
  if !condition() { fatalError("broken: \(what)") }
}

/// Whether `bytes` are well-formed UTF-8.
func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
