// Secrets of known shapes are found and left out; a text that only resembles one is learned.

import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct KnownSecretsTests {
  private func isSecret(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { TextFault.hasKnownSecret($0) }
  }

  /// Letters and digits that look random; they are made here, so that no file holds a text of a
  /// key's shape.
  private static func drawn(_ count: Int, upper: Bool = false) -> String {
    var random = SplitMix64(seed: UInt64(count))
    let alphabet = Array(
      "ABCDEFGHJKLMNPQRSTUVWXYZ23456789" + (upper ? "" : "abcdefghkmnpqrstuvwxyz"))
    return "7" + String((1..<count).map { _ in alphabet[random.below(alphabet.count)] })
  }

  @Test(arguments: [
    "AKIA" + drawn(16, upper: true), "aws configure set x ASIA" + drawn(16, upper: true),
    "ghp_" + drawn(36), "git clone https://gho_" + drawn(36) + "@example.org/x",
    "github_pat_" + drawn(40), "glpat-" + drawn(20), "xoxb-" + drawn(24), "xoxp-12-34-" + drawn(20),
    "AIza" + drawn(35), "sk_live_" + drawn(24), "rk_test_" + drawn(24), "sk-" + drawn(48),
    "sk-proj-" + drawn(40), "npm_" + drawn(36), "hf_" + drawn(34),
    "SG." + drawn(22) + "." + drawn(43), "curl -d key=x https://hooks.slack.com/services/T0/B0/abc",
    "eyJ" + drawn(20) + ".eyJ" + drawn(30) + "." + drawn(30),
    "echo '-----BEGIN RSA PRIVATE KEY-----'", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----",
  ])
  func keysOfKnownIssuersAreFound(_ text: String) {
    #expect(isSecret(text), "\(text)")
    #expect(isSecret("say \(text) twice"), "\(text)")
  }

  @Test(arguments: [
    "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "GITHUB_TOKEN=0123456789abcdef make release", "DB_PASSWORD=hunter2 ./run", "PGPASSWORD=x1 psql",
    "MYSQL_PWD=hunter2 mysql", "export API_KEY='abcd1234'", "apikey=abcd1234efgh",
    "mysql --password=hunter2", "mysql --password hunter2 -u root", "tool --token abcd1234",
    "tool --token YWJjZGVmZw==",
    "tool --client-secret=abcd1234", "tool --api-key abcd1234",
    "java -Dspring.db.password=hunter2 App", "tool clientSecret=abcd1234",
    "mount -t cifs -o username=ann,password=hunter2 //host/x /mnt",
    "curl 'https://example.org/?id=7&access_token=abcd1234'",
    "curl https://example.org?pass=hunter2",
    #"curl -d '{"user": "ann", "password": "hunter2"}' example.org"#,
    "curl -H 'Authorization: Bearer abcd1234efgh' example.org",
    "curl -H \"authorization: Basic YW5uOmh1bnRlcjI=\" example.org",
    "ftp://ann:hunter2@files.example.org/x", "psql postgres://ann:hunter2@localhost/shop",
    "git clone https://ann:p%40ss@example.org/x", "set -gx GITHUB_TOKEN abcd1234",
    "setenv DB_PASSWORD hunter2", "key=9f86d081884c7d659a2feaa0c55ad015",
    "kubectl create secret generic db --from-literal=password=hunter2",
    "sshpass -e SSHPASS=hunter2",
  ])
  func namedSecretsAreFound(_ text: String) {
    #expect(isSecret(text), "\(text)")
  }

  @Test(arguments: [
    "", "x", "running shoes", "password manager", "forgot password", "what is a session token",
    "public key infrastructure", "secret santa ideas", "token ring", "passwd root", "key = value",
    "python sort key=len", "sort --key=2 file", "sort -k 2", "sorted(names, key=str.lower)",
    "PWD=/home/ann make", "export PATH=$PATH:/opt/bin", "export TOKEN=$(cat token)",
    "DB_PASSWORD=$DB_PASSWORD docker run", "--password=\"$PASSWORD\"", "tool --password",
    "mysql -u root --password < dump.sql", "mysql --password | less", "mysql --password -e 'x'",
    "API_KEY=<your key>", "API_KEY=xxxxxxxx", "PASSWORD=***", "TOKEN={{ token }}",
    "--token=%TOKEN%", "tool --token-file=/run/token", "tool --token /run/token",
    "tool --password-stdin", "ansible-playbook --ask-become-pass site.yml",
    "docker build --secret id=npm,src=.npmrc .", "ssh-keygen -t rsa -b 4096", "ssh -i key.pem host",
    "gpg --recv-keys 0xABCD1234", "openssl req -key server.key -new",
    "curl --key client.pem example.org", "max_tokens=4096", "monkey=banana9", "compass=north",
    "bypass=true", "tokens=12345678", "csrf_token=1", "http://example.org/page?id=7",
    "http://user@example.org", "ssh deploy@host", "scp a host:/b", "https://example.org:8080/x@y",
    "time: 12:30", "sk-learn tutorial", "AKIA", "ghp_short", "eyJhbGciOiJIUzI1NiJ9", "set -x",
    "set foo bar", "set -e; make", "let key := map[x]", "-----BEGIN CERTIFICATE-----",
    "curl --auth-type=token run1234 x", "tool --token-type bearer1",
    "Authorization: who may", "authorization: bearer token", "key=red-running-shoes-size",
    "git log --format=%H --author=ann",
  ])
  func otherTextsAreNone(_ text: String) {
    #expect(!isSecret(text), "\(text)")
  }

  @Test func anyBytesAreLookedAt() throws {
    try withEvery("seed", in: UInt64(0)..<2000) { seed in
      var random = SplitMix64(seed: seed)
      let alphabet =
        Array("set -x=:\"'?&@/._key TOKENpassword$<{eyJ.-BEGIN ".utf8) + [0xC3, 0xFF, 0]
      let bytes = (0..<random.below(80)).map { _ in alphabet[random.below(alphabet.count)] }
      bytes.withUnsafeBufferPointer { _ = TextFault.hasKnownSecret($0) }
      bytes.withUnsafeBufferPointer { _ = TextFault.found(in: $0) }
    }
  }

  @Test(arguments: [
    "token=$", "eyJ.", "SG.", "://a:$", "--token $", "authorization: a b ", "-----BEGIN ",
  ])
  func longTextsAreLookedAtOnce(_ piece: String) {
    // If each of the pieces were followed to the end, this would take minutes.
    #expect(!isSecret(String(repeating: piece, count: 60_000 / piece.utf8.count)))
  }

  private let log = """
    a\t1\tls
    a\t1000\texport API_TOKEN=abcd1234
    a\t2000\tmake
    b\t2001\tmake
    b\t2002\tmysql --password=hunter2
    """

  @Test func secretsAreLeftOutAsIfNobodyHadSubmittedThem() throws {
    let log = try read(log)
    // But the session goes on, because less than the gap is before and after each of them.
    #expect(words(log) == ["- > ls", "ls > make", "- > make"])
    #expect(log.report.secrets == 2 && log.report.badLines == 0)
    #expect(log.report.description.contains("2 lines left out for a secret"))
    #expect(!log.report.description.contains("hunter2"))
    #expect(log.queries.normalized.allSatisfy { !$0.contains(subsequence: "token") })
  }

  @Test func secretsAreKeptWhereAskedFor() throws {
    let log = try read(log, LogReadOptions(keepsSecrets: true))
    #expect(log.observations.count == 5 && log.report.secrets == 0)
  }

  @Test func pairsWithASecretAreLeftOutOrBeginAnew() throws {
    let log = try read("a\tb\t1\nTOKEN=abcd1234\tc\t2\nc\tTOKEN=abcd1234\t3\n")
    #expect(words(log) == ["a > b", "- > c x2"])
    #expect(log.report.secrets == 1)
  }
}

extension [UInt8] {
  /// Whether `text` is part of these bytes.
  fileprivate func contains(subsequence text: String) -> Bool {
    indices.contains { self[$0...].starts(with: text.utf8) }
  }
}
