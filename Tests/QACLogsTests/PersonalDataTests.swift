// Which texts look like personal data, and which do not.

import QACLogs
import Testing

struct PersonalDataTests {
  private func fault(_ text: String) -> TextFault {
    var text = text
    return text.withUTF8 { TextFault.found(in: $0) }
  }

  @Test(arguments: [
    ("ann@example.org", TextFault.email), ("mail to ann.lee+x@mail.example.co.uk please", .email),
    ("contact ann@example.org.", .email), ("jörg@müller.de", .email),
    ("mailto:ann@example.org", .email), ("git config user.email ann@example.org", .email),
    ("ssh-keygen -C ann@example.org", .email), ("write to ann@example.org: hello", .email),
    ("git commit --author 'Ann <ann@example.org>'", .email), ("sshd ann@example.org", .email),
    ("GITHUB_TOKEN=abcd1234 make", .secret),
    ("ftp://ann:pw@files.example.org/x", .secret), ("https://example.org/?id=7&token=abc", .secret),
    ("example.org/login;session=19ab", .secret), ("mysql --password=hunter2", .secret),
    ("5551234567", .digits), ("call +44 20 7946 0958", .digits), ("06 12 34 56 78", .digits),
    ("555 123 4567", .digits), ("1 555 123 4567", .digits), ("(555) 123 4567", .digits),
    ("4111 1111 1111 1111", .digits), ("123-45-6789", .digits), ("030/1234567", .digits),
    ("9f86d081884c7d659a2feaa0c55ad015", .entropy),
    ("550e8400-e29b-41d4-a716-4466a5b40c00", .entropy),
    ("key AKxq7Zp29LmT4vB8sWc1RdYh", .entropy),
  ])
  func isFound(_ text: String, _ expected: TextFault) {
    #expect(fault(text) == expected, "\(text)")
  }

  @Test(arguments: [
    "running shoes", "user@host", "@home", "ssh root@server", "macbook @ best buy", "a@b",
    "http://example.org/page?id=7", "password manager", "what is a session token", "key = value",
    "python sort key=len", "1984", "calendar 2019 2020 2021 2022", "2026-01-05 18:30",
    "2026-01-05", "1920x1080 monitor 2560x1440", "iphone 12 13 14 15 16", "3.1415926",
    "lego 10243 10246", "10 000 000 steps", "windows 10.0.19045", "192.168.1.1",
    "wh1000xm4headphones",
    "rtx 4090 24gb ddr5 6000", "supercalifragilisticexpialidocious",
    "donaudampfschifffahrtsgesellschaft",
    "h264videoconverter2019", "IMG_20190304_123456", "size 8 9 10 11 12 13",
    "covid-19-symptoms-2020", "ssh deploy@host", "ssh deploy@host.example.org",
    "ssh -p 22 deploy@host.example.org uptime", "sudo /usr/bin/ssh deploy@host.example.org",
    "scp a.txt deploy@host.example.org:", "rsync -a x/ deploy@host.example.org:/srv",
    "git clone git@example.org:team/project.git", "git clone ssh://git@example.org/x",
    "sshfs deploy@host.example.org:~/data mnt", "ssh-copy-id -i k.pub deploy@host.example.org",
  ])
  func isNoneOfIt(_ text: String) {
    #expect(fault(text) == .none, "\(text)")
  }

  @Test func anyBytesAreLookedAt() {
    var bytes: [UInt8] = []
    for i in 0..<4096 {
      bytes.append(UInt8(truncatingIfNeeded: i &* 167 ^ i >> 3))
      if bytes.count > 60 { bytes.removeFirst(20) }
      _ = bytes.withUnsafeBufferPointer { TextFault.found(in: $0) }
    }
  }
}
