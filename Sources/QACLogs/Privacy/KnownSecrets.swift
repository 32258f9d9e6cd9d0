// Finds secrets by their known shapes. A secret is a text that gives its holder access to
// something.
//
// Unlike the looser patterns of `PersonalData` these are specific and hardly ever match anything
// else, so they apply to every log, also to a person's own. What is found (the tests hold more
// examples):
//   keys of providers   AKIA and 16 more, ghp_, github_pat_, glpat-, xoxb-, AIza, sk_live_,
//                       sk-proj-, npm_ ...
//   tokens and blocks   three parts of a JSON Web Token; -----BEGIN RSA PRIVATE KEY-----
//   assignments, flags  AWS_SECRET_ACCESS_KEY=…, --password …, ?token=…, "api_key": "…",
//                       set -x NAME_TOKEN …
//   headers             Authorization: Bearer …
//   programs' own flags mysql -p…, curl -u ann:…, and more (`ClientSecrets`)
//   links               scheme://user:password@host, hooks.slack.com/services/…
// What is not: a name without a value; a variable or placeholder as the value ($TOKEN, <token>,
// ***); the path of a file that holds one; PWD=/home, sort --key=2, key=len, token=1.
// Cost: O(bytes); one pass over the bytes of most texts. Only the beginning of a possible secret is
// looked at.
// Sources: the formats as their issuers publish them; RFC 7519 (tokens), RFC 7468 (blocks).

/// Looks for secrets of known shapes.
public enum KnownSecrets {
  typealias Text = UnsafeBufferPointer<UInt8>
  /// How many bytes of a value or key are looked at.
  private static let examined = 256
  private static let shortestKey = 16
  /// How many bytes of a web token are looked at; its first two parts are longer than a key.
  private static let examinedToken = 2048

  /// Whether `text`, UTF-8 as typed, holds a secret of a known shape.
  public static func isIn(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { isIn($0) }
  }

  /// Whether `text`, UTF-8 as typed, holds a secret of a known shape.
  static func isIn(_ text: Text) -> Bool {
    // The shortest shapes are assignments such as pw=xyz.
    if text.count < 6 { return false }
    // Most texts are words. The only shapes without a sign are settings, and keys of letters and
    // digits.
    if !text.contains(where: isSign) {
      return text.count >= 20 && hasLongWord(text) && hasIssuedKey(text) || isSetting(text)
        || ClientSecrets.mayNeedNoSign(text) && ClientSecrets.isIn(text)
    }
    var hasSign = false
    var hasFlags = false
    var dashes = 0
    var hasBlock = false
    for (i, byte) in text.enumerated() {
      if byte == 0x3D || byte == 0x3A { hasSign = true }
      if byte == 0x2D, i == 0 || isSpace(text[i - 1]) { hasFlags = true }
      dashes = byte == 0x2D ? dashes + 1 : 0
      if dashes == 5 { hasBlock = true }
    }
    if hasLongWord(text), hasIssuedKey(text) { return true }
    if hasBlock && hasKeyBlock(text) || hasFlags && hasFlag(text) { return true }
    if hasFlags || hasSign || ClientSecrets.mayNeedNoSign(text), ClientSecrets.isIn(text) {
      return true
    }
    if hasSign, hasCredentialLink(text) || hasAssignment(text) || hasHeader(text) { return true }
    return isSetting(text)
  }

  // MARK: Keys of providers

  private struct Issuer {
    var prefix: [UInt8]
    /// The least number of bytes of the key's alphabet that follow the prefix.
    var rest: Int
    /// The signs of the alphabet, which also has letters and digits.
    var signs: [UInt8]
    /// Whether letters must be capitals.
    var isUpper = false

    init(_ prefix: String, _ rest: Int, signs: String = "", isUpper: Bool = false) {
      self.prefix = Array(prefix.utf8)
      self.rest = rest
      self.signs = Array(signs.utf8)
      self.isUpper = isUpper
    }
  }

  private static let issuers = [
    Issuer("AKIA", 16, isUpper: true), Issuer("ASIA", 16, isUpper: true),
    Issuer("ghp_", 30), Issuer("gho_", 30), Issuer("ghu_", 30), Issuer("ghs_", 30),
    Issuer("ghr_", 30), Issuer("github_pat_", 22, signs: "_"), Issuer("glpat-", 20, signs: "_-"),
    Issuer("xoxb-", 10, signs: "-"), Issuer("xoxp-", 10, signs: "-"),
    Issuer("xoxa-", 10, signs: "-"), Issuer("xoxr-", 10, signs: "-"),
    Issuer("xoxs-", 10, signs: "-"), Issuer("xapp-", 10, signs: "-"),
    Issuer("AIza", 35, signs: "_-"), Issuer("ya29.", 20, signs: "_-"),
    Issuer("sk_live_", 16), Issuer("sk_test_", 16), Issuer("rk_live_", 16),
    Issuer("rk_test_", 16), Issuer("whsec_", 16), Issuer("sk-", 20, signs: "_-"),
    Issuer("npm_", 36), Issuer("pypi-", 50, signs: "_-"), Issuer("hf_", 30),
    Issuer("SG.", 60, signs: "._-"), Issuer("dop_v1_", 40), Issuer("shpat_", 32),
    Issuer("AGE-SECRET-KEY-1", 40, isUpper: true),
  ]

  /// Whether `text` has as many bytes in a row without a space as the shortest key.
  private static func hasLongWord(_ text: Text) -> Bool {
    var run = 0
    for byte in text {
      run = isSpace(byte) ? 0 : run + 1
      if run >= shortestKey { return true }
    }
    return false
  }

  private static func hasIssuedKey(_ text: Text) -> Bool {
    for i in text.indices where i == 0 || !isName(text[i - 1]) {
      for issuer in issuers where text[i] == issuer.prefix[0] {
        if isKey(text, from: i, of: issuer) { return true }
      }
      if text[i] == 0x65, isWebToken(text[i...]) { return true }
      if text[i...].starts(with: "hooks.slack.com/services/T".utf8) { return true }
    }
    return false
  }

  private static func isKey(_ text: Text, from start: Int, of issuer: Issuer) -> Bool {
    guard text[start...].starts(with: issuer.prefix) else { return false }
    let rest = text[(start + issuer.prefix.count)...].prefix(examined).prefix { byte in
      isDigit(byte) || issuer.signs.contains(byte)
        || (issuer.isUpper ? byte &- 0x41 < 26 : isLetter(byte))
    }
    // No issued key lacks a digit or has only a few different letters.
    return rest.count >= issuer.rest && rest.contains(where: isDigit) && Set(rest).count >= 6
  }

  /// Whether `text` begins with a web token, `eyJ….eyJ….…`: two JSON objects in base64 and a
  /// signature.
  private static func isWebToken(_ text: Slice<Text>) -> Bool {
    guard text.starts(with: "eyJ".utf8) else { return false }
    let token = text.prefix(examinedToken).prefix {
      isLetter($0) || isDigit($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E
    }
    let parts = token.split(separator: 0x2E, omittingEmptySubsequences: false)
    return parts.count >= 3 && parts[0].count >= 10 && parts[1].count >= 10
      && parts[2].count >= 10 && parts[1].starts(with: "eyJ".utf8)
  }

  private static func hasKeyBlock(_ text: Text) -> Bool {
    guard let start = find("-----BEGIN ", in: text[...]) else { return false }
    return find("PRIVATE KEY", in: text[start...].prefix(60)) != nil
  }

  private static func find(_ word: StaticString, in text: Slice<Text>) -> Int? {
    let word = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    return text.indices.first { text[$0...].starts(with: word) }
  }

  // MARK: Names with values

  /// Whether `text` has a link such as `scheme://user:password@host`.
  private static func hasCredentialLink(_ text: Text) -> Bool {
    for i in text.indices where text[i] == 0x3A && i + 2 < text.count {
      guard text[i + 1] == 0x2F, text[i + 2] == 0x2F else { continue }
      let host = text[(i + 3)...].prefix { !isSpace($0) && $0 != 0x2F && $0 != 0x3F }
      if let at = host.lastIndex(of: 0x40), let colon = host[..<at].firstIndex(of: 0x3A),
        SecretName.password.takes(host[host.index(after: colon)..<at])
      {
        return true
      }
    }
    return false
  }

  /// Whether `text` assigns a secret: `NAME=value`, `?name=value`, `--name=value`, `"name":
  /// "value"`.
  private static func hasAssignment(_ text: Text) -> Bool {
    for sign in text.indices where text[sign] == 0x3D || text[sign] == 0x3A {
      var end = sign
      var start = sign
      if text[sign] == 0x3A {
        // Before a colon only a name in quotes counts, because other words end with a colon too.
        guard end > 0, isQuote(text[end - 1]) else { continue }
        end -= 1
        start = end
      }
      while start > 0, isName(text[start - 1]) { start -= 1 }
      let before = start > 0 ? text[start - 1] : 0x20
      guard let name = SecretName(text[start..<end], isParameter: [0x3F, 0x26].contains(before))
      else { continue }
      var value = text[(sign + 1)...]
      if text[sign] == 0x3A { value = value.drop(while: isSpace) }
      if name.takes(Self.value(value)) { return true }
    }
    return false
  }

  /// Whether `text` has a flag with a secret after it: `--name value`.
  private static func hasFlag(_ text: Text) -> Bool {
    var rest = text[...].drop(while: isSpace)
    while !rest.isEmpty {
      let word = rest.prefix { !isSpace($0) }
      rest = rest[word.endIndex...].drop(while: isSpace)
      guard word.first == 0x2D, word.count > 2, !word.contains(0x3D),
        let name = SecretName(word, isParameter: false),
        let next = rest.first, next != 0x2D
      else { continue }
      let value = value(rest)
      // Not `docker build --secret id=…`; an = at the end may be base64.
      let inner = value.dropLast(2)
      if !inner.contains(0x3D), name.takes(value) { return true }
    }
    return false
  }

  /// Whether `text` sets a variable to a secret: `set -x NAME value` of fish, `setenv NAME value`
  /// of csh.
  private static func isSetting(_ text: Text) -> Bool {
    guard text[0] == 0x73, text.starts(with: "set".utf8) else { return false }
    let words = text.split(maxSplits: 8, whereSeparator: isSpace)
    guard words.count >= 3, words[0].count == 3 || words[0].elementsEqual("setenv".utf8),
      let i = words.dropFirst().firstIndex(where: { $0.first != 0x2D }), i + 1 < words.count,
      !words[i].contains(where: { $0 &- 0x61 < 26 }),
      let name = SecretName(words[i], isParameter: false)
    else { return false }
    return name.takes(value(text[words[i + 1].startIndex...]))
  }

  /// Whether `text` has a header `Authorization: Bearer …` or `Authorization: Basic …`, in upper or
  /// lower case.
  private static func hasHeader(_ text: Text) -> Bool {
    let name = Array("authorization".utf8)
    for colon in text.indices where text[colon] == 0x3A && colon >= name.count {
      guard text[(colon - name.count)..<colon].lazy.map({ $0 | 0x20 }).elementsEqual(name)
      else { continue }
      let scheme = text[(colon + 1)...].drop { isSpace($0) || isQuote($0) }.prefix { isLetter($0) }
      let rest = text[scheme.endIndex...]
      if !scheme.isEmpty, rest.first == 0x20, SecretName.token.takes(value(rest.dropFirst())) {
        return true
      }
    }
    return false
  }

  /// The value at the beginning of `text`: up to a space or separator, or between quotes.
  private static func value(_ text: Slice<Text>) -> Slice<Text> {
    let text = text.prefix(examined)
    if let quote = text.first, isQuote(quote) {
      return text.dropFirst().prefix { $0 != quote }
    }
    return text.prefix {
      !isSpace($0) && !isQuote($0) && $0 != 0x26 && $0 != 0x3B && $0 != 0x7C
    }
  }

  /// Whether `byte` is `-`, `.`, `:`, `=` or `_`.
  private static func isSign(_ byte: UInt8) -> Bool {
    byte < 0x60
      && (byte == 0x2D || byte == 0x2E || byte == 0x3A || byte == 0x3D || byte == 0x5F)
  }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
  private static func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }
  private static func isName(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == 0x5F || byte == 0x2D
  }
}
