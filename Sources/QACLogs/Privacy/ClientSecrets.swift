// Finds the passwords that well-known programs take in flags of their own, where only the program's
// name says what the flag means.
//
//     mysql -phunter2             but not mysql -p, which asks, nor ssh -p2222, which is a port
//     sshpass -p hunter2 ssh …    redis-cli -a hunter2, zip -P hunter2, ldapsearch -w hunter2
//     docker login -p hunter2     but not docker run -p 80:80
//     curl -u ann:hunter2         lftp -u ann,hunter2, smbclient -U ann%hunter2
//     curl -H 'X-Api-Key: …'      any header with a name that announces a secret
//     openssl … -passin pass:…    htpasswd -b file ann hunter2, keytool -storepass hunter2
//     echo hunter2 | sudo -S      also chpasswd, passwd --stdin, … --password-stdin
//     aws configure set aws_secret_access_key …, nmcli … password …, psexec.py ann:hunter2@host
// Variables and placeholders are no values, as everywhere (`SecretName`).
// Cost: O(bytes) of a text that has a flag or a pipe; none for others.
// Sources: the manuals of the programs.

/// Looks for the passwords of well-known programs.
enum ClientSecrets {
  private typealias Word = ShellWords.Word

  /// How a program takes a password.
  private enum Form {
    /// Only in the same word as the flag: `-phunter2`.
    case attached
    /// In the same word or the next: `-p hunter2`.
    case next
    /// After the separator of the flag's value: `-u ann:hunter2`.
    case after(UInt8)
  }

  private struct Client {
    var flags: [String]
    var form: Form
    /// A word that must come before the flag; empty for none.
    var word = ""
  }

  private static let clients: [String: [Client]] = {
    var clients: [String: [Client]] = [:]
    func add(_ names: String, _ flags: String, _ form: Form, word: String = "") {
      for name in names.split(separator: " ") {
        clients[String(name), default: []].append(
          Client(flags: flags.split(separator: " ").map(String.init), form: form, word: word))
      }
    }
    add("mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlsh", "-p", .attached)
    add("mariadb mariadb-dump mariadb-admin mariadb-import mariadb-check", "-p", .attached)
    add("7z 7za 7zr 7zz", "-p", .attached)
    add("rar unrar", "-p -hp", .attached)
    add("xfreerdp xfreerdp3 wlfreerdp", "/p:", .attached)
    add("sshpass mongo mongosh mongodump mongorestore mongoexport mongoimport", "-p", .next)
    add("rdesktop useradd usermod hydra medusa crackmapexec nxc netexec evil-winrm", "-p", .next)
    add("docker podman nerdctl buildah helm az oc skopeo", "-p", .next, word: "login")
    add("redis-cli valkey-cli", "-a", .next)
    add(
      "ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldappasswd ldapcompare", "-w", .next)
    add("zip unzip zipcloak sqlcmd bcp isql tsql osql mosquitto_pub mosquitto_sub", "-P", .next)
    add("ipmitool", "-P", .next)
    add("snmpget snmpwalk snmpset", "-A -X", .next)
    add("keytool jarsigner", "-storepass -keypass", .next)
    add("curl", "-u --user -U --proxy-user", .after(0x3A))
    add("http https xh", "-a --auth", .after(0x3A))
    add("lftp", "-u", .after(0x2C))
    add("smbclient rpcclient smbmap net winexe smbget", "-U --user", .after(0x25))
    return clients
  }()

  /// Whether `text` begins with a program that takes passwords without a flag, `:` or `=`.
  static func mayNeedNoSign(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.starts(with: "nmcli ".utf8) || text.starts(with: "aws ".utf8)
  }

  /// Whether `text` gives a password to a program that is known to take one so.
  static func isIn(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let words = ShellWords(text)
    for (i, command) in words.commands.enumerated() {
      guard let (name, arguments) = ShellWords.call(command) else { continue }
      if let known = clients[name], known.contains(where: { takes(arguments, $0) }) { return true }
      if isSpecial(name, arguments) { return true }
      if words.isPiped[i], i + 1 < words.commands.count, name == "echo" || name == "printf",
        readsPassword(words.commands[i + 1]), let value = arguments.last,
        SecretName.password.takes(ShellWords.unquoted(value))
      {
        return true
      }
    }
    return false
  }

  private static func takes(_ arguments: ArraySlice<Word>, _ client: Client) -> Bool {
    var isReached = client.word.isEmpty
    for (i, word) in zip(arguments.indices, arguments) {
      if !isReached {
        isReached = word.elementsEqual(client.word.utf8)
        continue
      }
      for flag in client.flags where word.starts(with: flag.utf8) {
        var value = ShellWords.unquoted(word.dropFirst(flag.utf8.count))
        let isLong = flag.hasPrefix("--")
        if isLong, !value.isEmpty {
          guard value.first == 0x3D else { continue }
          value = ShellWords.unquoted(value.dropFirst())
        }
        switch client.form {
        case .attached: break
        case .next, .after:
          if value.isEmpty, i + 1 < arguments.endIndex {
            value = ShellWords.unquoted(arguments[i + 1])
            if value.first == 0x2D { continue }
          } else if flag.utf8.count > 2, !isLong, !value.isEmpty {
            continue
          }
        }
        if case .after(let separator) = client.form {
          guard let end = value.firstIndex(of: separator) else { continue }
          value = value[value.index(after: end)...]
        }
        if SecretName.password.takes(value) { return true }
      }
    }
    return false
  }

  /// The programs that take passwords in ways of their own.
  private static func isSpecial(_ name: String, _ arguments: ArraySlice<Word>) -> Bool {
    switch name {
    case "openssl":
      return arguments.contains { word in
        let text = ShellWords.unquoted(word)
        return text.starts(with: "pass:".utf8) && SecretName.password.takes(text.dropFirst(5))
      }
    case "htpasswd":
      let isBatch = arguments.contains { $0.first == 0x2D && $0.contains(0x62) && $0.count <= 6 }
      let plain = arguments.filter { $0.first != 0x2D }
      return isBatch && plain.count >= 2
        && plain.last.map { SecretName.password.takes(ShellWords.unquoted($0)) } ?? false
    case "nmcli", "aws":
      return zip(arguments, arguments.dropFirst()).contains { word, value in
        word.first != 0x2D && (SecretName(word, isParameter: false)?.takes(value) ?? false)
      }
    case "curl", "wget", "http", "https", "xh":
      return arguments.contains { isHeader(ShellWords.unquoted($0)) }
    default:
      guard name.hasSuffix(".py") || name.hasPrefix("impacket-") else { return false }
      return arguments.contains { isLogin(ShellWords.unquoted($0)) }
    }
  }

  /// Whether `text` is a header such as `X-Api-Key: …` with a value.
  private static func isHeader(_ text: Word) -> Bool {
    guard let colon = text.firstIndex(of: 0x3A), colon + 1 < text.endIndex,
      text[colon + 1] == 0x20, let name = SecretName(text[..<colon], isParameter: false)
    else { return false }
    return name.takes(text[(colon + 2)...])
  }

  /// Whether `text` is a login such as `domain/ann:hunter2@host`.
  private static func isLogin(_ text: Word) -> Bool {
    guard let at = text.lastIndex(of: 0x40), at + 1 < text.endIndex,
      let colon = text[..<at].firstIndex(of: 0x3A), colon > text.startIndex,
      !text[..<colon].contains(0x40)
    else { return false }
    return SecretName.password.takes(text[(colon + 1)..<at])
  }

  /// Whether a command reads a password from its standard input.
  private static func readsPassword(_ command: [Word]) -> Bool {
    let words = command.map { String(decoding: $0, as: UTF8.self) }
    if words.contains("--password-stdin") { return true }
    switch words.first.map({ $0.split(separator: "/").last.map(String.init) ?? $0 }) {
    case "sudo":
      let flags = words.dropFirst().prefix { $0.hasPrefix("-") }
      return flags.contains { !$0.hasPrefix("--") && $0.contains("S") || $0 == "--stdin" }
        || words.contains("chpasswd")
    case "chpasswd": return true
    case "passwd", "cryptsetup": return words.contains("--stdin") || words.contains("-")
    default: return false
    }
  }
}
