// Tells which names announce a secret as their value, and which values can be one.
//
// The last word of a name decides: AWS_SECRET_ACCESS_KEY, db-password, clientSecret, PGPASSWORD,
// but not TOKEN_FILE or SECRET_NAME. Words with other meanings too (key, pass, pwd) count only
// after a word that makes the meaning clear, or if their value looks random.

/// The kind of secret that a name announces.
enum SecretName {
  /// A password: any value that is not a variable or a placeholder.
  case password
  /// A token or key: also not a path or a number.
  case token
  /// Perhaps a secret: only a value that looks random.
  case unclear

  private static let passwords = ["password", "passwd", "passphrase", "passcode", "sshpass"]
  private static let tokens = [
    "token", "secret", "apikey", "accesskey", "secretkey", "privatekey", "authkey", "credential",
  ]
  /// Words that name a password after another word.
  private static let shortPasswords = ["pass", "pwd", "pw"]
  /// Words after which "key" means a key that gives access.
  private static let kindsOfKey = [
    "api", "access", "secret", "private", "auth", "encryption", "master", "signing", "account",
    "service", "admin", "deploy", "storage", "subscription", "app", "application", "client",
    "license", "shared",
  ]

  /// Words of names that ask for a secret or deny one, and so are not followed by one.
  private static let denials = [
    "no", "ask", "prompt", "without", "skip", "reset", "change", "show",
  ]

  /// Makes the kind that `name` announces; nil if it does not announce a secret.
  ///
  /// - Parameters:
  ///   - name: Letters, digits, `_` and `-`; a flag has its dashes.
  ///   - isParameter: Whether it is a parameter of a link.
  init?(_ name: Slice<UnsafeBufferPointer<UInt8>>, isParameter: Bool) {
    let words = Self.words(name)
    guard let last = words.last, !words.contains(where: Self.denials.contains) else { return nil }
    let isQualified = words.count > 1 || isParameter || name.first == 0x2D
    if Self.passwords.contains(where: last.hasSuffix) {
      self = .password
    } else if Self.tokens.contains(where: last.hasSuffix) {
      self = .token
    } else if Self.shortPasswords.contains(last), isQualified {
      self = .password
    } else if last == "key" {
      self =
        words.count > 1 && Self.kindsOfKey.contains(words[words.count - 2]) ? .token : .unclear
    } else {
      return nil
    }
  }

  /// The words of a name in lower case. Words are separated by `_` and `-`, and a capital after a
  /// small letter begins one.
  private static func words(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var isLower = false
    func close() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    for byte in name {
      let isUpper = byte &- 0x41 < 26
      if !KnownSecrets.isLetter(byte), !KnownSecrets.isDigit(byte) {
        close()
        isLower = false
        continue
      }
      if isUpper, isLower { close() }
      word.append(isUpper ? byte | 0x20 : byte)
      isLower = !isUpper
    }
    close()
    return words
  }

  /// Whether `value` can be the secret.
  func takes(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard let first = value.first, !Self.isPlaceholder(value) else { return false }
    switch self {
    case .password: return true
    case .token:
      // Not token=true or token=42.
      return value.count >= 4 && !Self.isPath(value)
        && (value.count > 7 || !value.allSatisfy(KnownSecrets.isLetter))
        && (value.count > 6 || !value.allSatisfy(KnownSecrets.isDigit))
    case .unclear:
      return first != 0x2D && value.count >= 16 && !Self.isPath(value)
        && value.contains(where: KnownSecrets.isDigit)
        && value.filter(KnownSecrets.isLetter).count >= 4
        && value.allSatisfy {
          KnownSecrets.isLetter($0) || KnownSecrets.isDigit($0)
            || [0x2B, 0x2D, 0x2F, 0x3D, 0x5F].contains($0)
        }
    }
  }

  /// Whether `value` is a variable, a redirection, a placeholder such as `{{what to put here}}`, or
  /// signs in place of letters.
  private static func isPlaceholder(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    switch (value.first, value.last) {
    case (nil, _), (0x24, _), (0x60, _), (0x3C, _), (0x3E, _): return true
    case (0x7B, 0x7D), (0x5B, 0x5D), (0x25, 0x25): return true
    default: break
    }
    return value.allSatisfy { byte in
      byte | 0x20 == 0x78
        || byte < 0x80 && !KnownSecrets.isLetter(byte) && !KnownSecrets.isDigit(byte)
    }
  }

  /// Whether `value` is the path of a file rather than a secret.
  private static func isPath(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    if [0x2F, 0x7E, 0x2E, 0x40].contains(value.first) { return true }
    guard let dot = value.lastIndex(of: 0x2E) else { return false }
    let ending = value[(dot + 1)...]
    return (2...4).contains(ending.count) && ending.allSatisfy(KnownSecrets.isLetter)
  }
}
