// Finds texts that seem to identify a person or to give access to something.
//
// The patterns are matched with the text as it was typed, because normalising removes the
// punctuation. They are a second net. The first is the minimum of distinct users, which keeps out
// texts that one person typed. So they aim at texts that several people may type (an office's
// e-mail address, a shared password in a link), and at logs that are read with a minimum of one.
//
// What is found, and what is not (the tests hold more examples):
//   email     name@example.org; not user@host, @home, or an account of a machine:
//             ssh deploy@host.example.org, git@example.org:team/project, ssh://git@example.org
//   secrets   all that `KnownSecrets` finds, and links with ?sid=…, &auth=…;
//             not http://example.org/page?id=7
//   digits    9 digits in a row or joined by -./(), phone numbers in groups (+44 20 7946 0958,
//             555 123 4567), 13 to 19 digits with a card's check digit; not years in a row, dates,
//             iphone 12 13 14 15 16
//   entropy   hexadecimal or base64 strings like those of keys and hashes; not long words or model
//             names
// Cost: O(bytes) per distinct text.
// Source of the check digit: ISO/IEC 7812-1, annex B (Luhn).

#if canImport(Glibc)
  import Glibc
#endif

/// Why a text is not learned.
package enum TextFault: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case none = 0
  /// The normalised text is longer than the filters allow.
  case tooLong
  /// A rule of the block list covers it.
  case blocked
  /// It holds an e-mail address.
  case email
  /// It holds a key, a token or a password of a known shape.
  case secret
  /// It holds a phone number, a card's number, or another long number.
  case digits
  /// It holds a string as random as a key.
  case entropy

  /// The name in reports.
  package var name: String {
    switch self {
    case .none: return "none"
    case .tooLong: return "tooLong"
    case .blocked: return "blocked"
    case .email: return "email"
    case .secret: return "secret"
    case .digits: return "digits"
    case .entropy: return "entropy"
    }
  }
}

/// Looks for personal data in texts.
enum PersonalData {
  /// The number of digits in a row from which a number counts as long.
  static let longNumber = 9

  /// The fault of `text`, UTF-8 as typed: secret, e-mail, digits or entropy, whichever is found
  /// first.
  static func fault(_ text: UnsafeBufferPointer<UInt8>) -> TextFault {
    // A text that is shorter than every pattern is fine.
    if text.count < 6 { return .none }
    var digits = 0
    var hasAt = false
    var hasValue = false
    var tokenLength = 0
    var longest = 0
    for byte in text {
      if byte &- 0x30 < 10 { digits += 1 }
      if byte == 0x40 { hasAt = true }
      if byte == 0x3D { hasValue = true }
      tokenLength = byte == 0x20 || byte == 0x09 ? 0 : tokenLength + 1
      longest = max(longest, tokenLength)
    }
    if KnownSecrets.isIn(text) || hasValue && hasSecret(text) { return .secret }
    if hasAt, hasEmail(text) { return .email }
    if digits >= longNumber, hasLongNumber(text) { return .digits }
    if longest >= 16, hasRandomToken(text) { return .entropy }
    return .none
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// Whether `text` has an address `name@part.part`, the last part of two letters or more.
  private static func hasEmail(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if namesMachines(text) { return false }
    for at in text.indices where text[at] == 0x40 {
      guard at > 0, isLetter(text[at - 1]) || isDigit(text[at - 1]) || text[at - 1] >= 0x80 else {
        continue
      }
      if isAccount(text, at: at) { continue }
      var i = at + 1
      var dot = -1
      while i < text.count {
        if text[i] == 0x2E, i > at + 1 {
          dot = i
        } else if !isLetter(text[i]), !isDigit(text[i]),
          text[i] != 0x2D, text[i] < 0x80
        {
          break
        }
        i += 1
      }
      // "name@example.org." ends a sentence.
      if dot == i - 1, dot > 0 { dot = text[..<(i - 1)].lastIndex(of: 0x2E) ?? -1 }
      if dot > at + 1, i - dot > 2, isLetter(text[dot + 1]) || text[dot + 1] >= 0x80 { return true }
    }
    return false
  }

  /// Commands after which user@host.example.org is an account of a machine.
  private static let logins = [
    "ssh", "scp", "sftp", "rsync", "mosh", "sshfs", "autossh", "ssh-copy-id",
  ]

  /// Whether one of these commands is among the first words, as in `sudo ssh …` and `time scp …`.
  private static func namesMachines(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let words = text.split(maxSplits: 3) { $0 == 0x20 || $0 == 0x09 }
    return words.prefix(3).contains { word in
      let name = word.suffix(from: word.lastIndex(of: 0x2F).map { $0 + 1 } ?? word.startIndex)
      return logins.contains { name.elementsEqual($0.utf8) }
    }
  }

  /// Whether the `@` at `at` belongs to `scheme://user@host` or to `user@host:path/to`.
  private static func isAccount(_ text: UnsafeBufferPointer<UInt8>, at: Int) -> Bool {
    let isEnd = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x22 || byte == 0x27 }
    let before = text[..<at].suffix(from: text[..<at].lastIndex(where: isEnd) ?? 0)
    // mailto: and the like have no //.
    if before.count >= 3,
      zip(before.indices, before).contains(where: { i, byte in
        byte == 0x3A && text[i + 1] == 0x2F && text[i + 2] == 0x2F
      })
    {
      return true
    }
    let after = text[at...].prefix { !isEnd($0) }
    guard let colon = after.firstIndex(of: 0x3A) else { return false }
    return after[colon...].contains(0x2F) || after[colon...].contains(0x7E)
  }

  private static let secretNames = [
    "password", "passwd", "pwd", "pass", "token", "secret", "auth", "session", "sid", "apikey",
    "key",
  ]

  /// Whether `text` has a parameter with one of these names and any value.
  private static func hasSecret(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    for equals in text.indices where text[equals] == 0x3D {
      guard equals + 1 < text.count, text[equals + 1] != 0x20, text[equals + 1] != 0x26 else {
        continue
      }
      var start = equals
      while start > 0,
        isLetter(text[start - 1]) || text[start - 1] == 0x5F || text[start - 1] == 0x2D
      {
        start -= 1
      }
      // Only in a link's query or as a flag; "key = value" in words does not count.
      guard start > 0, [0x3F, 0x26, 0x3B].contains(text[start - 1]) || text[start] == 0x2D else {
        continue
      }
      let name = text[start..<equals].filter { isLetter($0) }.map { $0 | 0x20 }
      for secret in secretNames where name.count >= secret.utf8.count {
        if name.suffix(secret.utf8.count).elementsEqual(secret.utf8) { return true }
      }
    }
    return false
  }

  /// A number written in groups of digits.
  private struct Groups {
    /// The digits.
    var text: [UInt8] = []
    /// The number of digits of each group.
    var sizes: [Int] = []
    /// How many groups look like a year.
    var years = 0
    /// Whether groups are joined by something other than a space.
    var isJoined = false
    /// Whether it begins as phone numbers do, with `+`, `(` or `0`.
    var beginsAsPhone = false
  }

  private static func hasLongNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var groups = Groups()
    var i = 0
    while i < text.count {
      guard isDigit(text[i]) else {
        i += 1
        continue
      }
      var end = i
      while end < text.count, isDigit(text[end]) { end += 1 }
      let before = i > 0 ? text[i - 1] : 0x20
      // A group within a word (1920x1080, mp3) does not belong to a number.
      let isWordPart =
        isLetter(before) || (end < text.count && isLetter(text[end])) || before == 0x5F
      var gap = 0
      var joiner: UInt8 = 0x20
      if !groups.sizes.isEmpty {
        var j = i
        while j > 0, !isDigit(text[j - 1]) {
          j -= 1
          gap += 1
          if text[j] != 0x20 { joiner = text[j] }
        }
      }
      let joins = gap > 0 && gap <= 2 && [0x20, 0x2D, 0x2E, 0x2F, 0x28, 0x29].contains(joiner)
      if !joins || isWordPart {
        if isNumber(groups) { return true }
        groups = Groups()
      }
      if end - i >= longNumber { return true }
      if groups.sizes.isEmpty {
        groups.beginsAsPhone = before == 0x2B || before == 0x28 || (text[i] == 0x30 && end - i > 1)
      } else if joiner != 0x20 {
        groups.isJoined = true
      }
      if !isWordPart {
        if end - i == 4,
          text[i] == 0x31 && text[i + 1] == 0x39 || text[i] == 0x32 && text[i + 1] == 0x30
        {
          groups.years += 1
        }
        groups.sizes.append(end - i)
        groups.text += text[i..<end]
      }
      i = end
    }
    return isNumber(groups)
  }

  private static func isNumber(_ groups: Groups) -> Bool {
    let digits = groups.text.count
    guard groups.sizes.count > 1, groups.years < groups.sizes.count else { return false }
    if (13...19).contains(digits), groups.sizes.allSatisfy({ $0 >= 4 }) || groups.isJoined,
      passesLuhn(groups.text)
    {
      return true
    }
    let national = groups.sizes.first == 1 ? groups.sizes.dropFirst() : groups.sizes[...]
    if national.elementsEqual([3, 3, 4]) { return true }
    // 2026-01-05 18:30 is a date with a time, not a number.
    if groups.years > 0, groups.sizes.allSatisfy({ $0 <= 4 }) { return false }
    if groups.beginsAsPhone { return digits >= longNumber }
    return groups.isJoined && digits >= longNumber && digits <= 19
  }

  private static func passesLuhn(_ digits: [UInt8]) -> Bool {
    var sum = 0
    for (i, digit) in digits.reversed().enumerated() {
      let value = Int(digit - 0x30) * (i % 2 == 1 ? 2 : 1)
      sum += value > 9 ? value - 9 : value
    }
    return sum % 10 == 0
  }

  private static func hasRandomToken(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var start = 0
    for i in 0...text.count {
      let isToken =
        i < text.count
        && (isLetter(text[i]) || isDigit(text[i]) || [0x2B, 0x2D, 0x5F, 0x3D].contains(text[i]))
      if isToken { continue }
      if i - start >= 16, isRandom(text[start..<i]) { return true }
      start = i + 1
    }
    return false
  }

  private static func isRandom(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var digits = 0
    var hexLetters = 0
    var others = 0
    var changes = 0
    var counts = [Int](repeating: 0, count: 256)
    var last = -1
    for byte in token {
      let kind = isDigit(byte) ? 0 : !isLetter(byte) ? 3 : byte & 0x20 == 0 ? 1 : 2
      switch kind {
      case 0: digits += 1
      case 3: break
      default: if (byte | 0x20) < 0x67 { hexLetters += 1 } else { others += 1 }
      }
      if kind != 3, last >= 0, kind != last { changes += 1 }
      if kind != 3 { last = kind }
      counts[Int(byte)] += 1
    }
    if others == 0, digits >= 4, hexLetters >= 4, changes >= 5 { return true }
    if token.count < 20 || changes < 6 { return false }
    let n = Double(token.count)
    let entropy = counts.reduce(0.0) {
      $1 == 0 ? $0 : $0 - Double($1) / n * log2(Double($1) / n)
    }
    return entropy >= 3.5
  }
}

extension LogFilters {
  /// Why `text`, UTF-8 as typed, must not be learned; `.none` if it may.
  package func fault(_ text: UnsafeBufferPointer<UInt8>) -> TextFault {
    if findsPersonalData { return PersonalData.fault(text) }
    return !keepsSecrets && KnownSecrets.isIn(text) ? .secret : .none
  }
}

extension TextFault {
  /// Whether `text`, UTF-8 as typed, holds a secret of a known shape.
  package static func hasKnownSecret(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    KnownSecrets.isIn(text)
  }

  /// What makes `text`, UTF-8 as typed, look like personal data; `.none` if nothing does.
  package static func found(in text: UnsafeBufferPointer<UInt8>) -> TextFault {
    PersonalData.fault(text)
  }
}
