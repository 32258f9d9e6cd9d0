// Reads rules from a text file, one per line: its kind, a colon and its text.
//
//     # nothing from here
//     exact: red shoes
//     prefix: credit card
//     word: casino
//     pattern: *free*money*
//     item: sku-17
//
// White space around the kind and the text does not matter; empty lines and lines that begin with #
// are skipped.
// Invariant: a file is accepted whole, or refused with the first line that is wrong.

import QACBinary
public import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension BlockRule {
  /// The most bytes of a file of rules.
  public static let maximumFileBytes = 16 << 20
  /// The most rules of a file.
  public static let maximumRules = 100_000
  /// The most patterns of a file.
  public static let maximumPatterns = 1000

  /// U+FEFF in UTF-8, with which some editors begin a file.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  /// The bytes that one call reads.
  private static let chunkSize = 64 << 10

  /// Reads the rules of the file at `path`.
  ///
  /// - Parameters:
  ///   - path: A regular file of at most `maximumFileBytes` bytes.
  ///   - profile: The index's profile; a rule that can block nothing under it is refused.
  /// - Returns: The rules in the order of the file.
  /// - Throws: `BlockListError`.
  public static func rules(
    ofFileAt path: String, profile: NormalizationProfile
  ) throws(BlockListError) -> [BlockRule] {
    try rules(in: try read(path), path: path, profile: profile)
  }

  /// Reads the rules in `bytes`, the content of the file at `path`.
  ///
  /// - Complexity: O(`bytes.count`).
  public static func rules(
    in bytes: [UInt8], path: String, profile: NormalizationProfile
  ) throws(BlockListError) -> [BlockRule] {
    let normalizer = Normalizer(profile)
    var rules: [BlockRule] = []
    var patterns = 0
    var number = 0
    let content =
      bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
    for line in content.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      let line = trimmed(line)
      if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
      do throws(BlockRuleFault) {
        let rule = try Self.rule(line)
        _ = try rule.form(by: normalizer)
        rules.append(rule)
        if rule.kind == .pattern { patterns += 1 }
      } catch {
        throw .line(number, path: path, error)
      }
      if rules.count > maximumRules { throw .tooManyRules(path: path, limit: maximumRules) }
      if patterns > maximumPatterns {
        throw .tooManyPatterns(path: path, limit: maximumPatterns)
      }
    }
    return rules
  }

  /// The rule in `line`, which has no white space around it.
  private static func rule(_ line: ArraySlice<UInt8>) throws(BlockRuleFault) -> BlockRule {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .noKind }
    let name = trimmed(line[..<colon])
    guard let kind = Kind.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) }) else {
      throw .noKind
    }
    return try BlockRule(kind, Array(trimmed(line[(colon + 1)...])))
  }

  /// `bytes` without the white space around them.
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = bytes.firstIndex { !Tokenizer.isSpace($0) } ?? bytes.endIndex
    let end = bytes.lastIndex { !Tokenizer.isSpace($0) }.map { $0 + 1 } ?? start
    return bytes[start..<end]
  }

  /// The content of a file that may be rewritten while it is read: a copy, not a map.
  private static func read(_ path: String) throws(BlockListError) -> [UInt8] {
    // O_NONBLOCK: opening a named pipe must not wait for its other end.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw .file(.system(operation: "open", path: path, code: errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .file(.system(operation: "look at", path: path, code: errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .file(.isDirectory(path: path))
    default: throw .file(.notRegular(path: path))
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: chunkSize)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .file(.system(operation: "read", path: path, code: errno)) }
      if count == 0 { return bytes }
      guard bytes.count + count <= maximumFileBytes else {
        throw .tooLarge(path: path, limit: maximumFileBytes)
      }
      bytes += buffer[..<count]
    }
  }
}
