// Passwords in the flags of well-known programs are found; the same flags of others are not.

import QACLogs
import QACText
import Testing

struct ClientSecretsTests {
  private func isSecret(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { TextFault.hasKnownSecret($0) }
  }

  @Test(arguments: [
    "mysql -u root -phunter2 shop", "sudo mysqldump -uroot -p'hunter 2' shop > x.sql",
    "mariadb -phunter2", "/usr/bin/mysqladmin -phunter2 status", "7z a -phunter2 x.7z dir",
    "sshpass -p hunter2 ssh ann@host", "sshpass -phunter2 ssh ann@host", "mongosh -p hunter2",
    "mongodump -u ann -p \"hunter2\" -d shop", "docker login -u ann -p hunter2 registry",
    "cd x && docker login -p hunter2", "redis-cli -a hunter2 ping", "redis-cli -h h -ahunter2",
    "ldapsearch -x -D cn=admin -w hunter2", "zip -r -P hunter2 x.zip dir", "unzip -P hunter2 x.zip",
    "sqlcmd -S host -U sa -P hunter2", "mosquitto_pub -t t -m m -u ann -P hunter2",
    "curl -u ann:hunter2 https://example.org", "curl --user ann:hunter2 x", "curl --user=ann:pw x",
    "curl -uann:hunter2 x", "http -a ann:hunter2 GET x", "lftp -u ann,hunter2 host",
    "smbclient //host/share -U ann%hunter2", "smbclient -U 'ann%hunter2' -L host",
    "curl -H 'X-Api-Key: abcd1234' x", "curl -H \"PRIVATE-TOKEN: abcd1234\" x",
    "openssl rsa -in k.pem -passin pass:hunter2", "htpasswd -bc .htpasswd ann hunter2",
    "keytool -list -storepass hunter2", "echo hunter2 | sudo -S ls", "echo 'ann:hunter2'|chpasswd",
    "echo ann:hunter2 | sudo chpasswd", "echo hunter2 | docker login -u ann --password-stdin",
    "aws configure set aws_secret_access_key wJalrXUtnFEMIK7MDENG",
    "nmcli device wifi connect home password hunter2", "nmcli d wifi connect a-b password hunter2",
    "psexec.py corp/ann:hunter2@10.0.0.1", "impacket-smbexec ann:hunter2@host",
    "xfreerdp /v:host /u:ann /p:hunter2", "for i in 1; do mysql -phunter2; done",
    "MYSQL=1 mysql -phunter2", "crackmapexec smb 10.0.0.1 -u ann -p hunter2",
  ])
  func passwordsOfProgramsAreFound(_ text: String) {
    #expect(isSecret(text), "\(text)")
  }

  @Test(arguments: [
    "mysql -p", "mysql -u root -p shop", "mysql -p$PASS", "mysql -P 3306", "ssh -p 2222 host",
    "ssh -p2222 host", "docker run -p 80:80 nginx", "docker ps -a", "docker login -p $TOKEN",
    "mkdir -p dir", "cp -p a b", "nmap -p 1-1000 host", "nmap -p- host", "curl -u ann x",
    "curl -u ann: x", "curl -u $USER:$PASS x", "curl -H 'Accept: text/html' x", "zip -r x.zip dir",
    "redis-cli -p 6379", "openssl rsa -passin pass:$PASS", "openssl rsa -passin file:x",
    "htpasswd -c .htpasswd ann", "keytool -list", "echo hi | sudo tee x", "echo x | passwd",
    "echo $PASS | sudo -S ls", "aws configure list", "nmcli device wifi list", "script.py -p 80",
    "script.py a@b.example", "python x.py http://host:80/", "smbclient -L host -U ann",
    "smbclient -N -L host", "git commit -m 'mysql -p'", "echo mysql -p", "netstat -anp",
    "tar -cpf x.tar dir", "hydra -l ann -P words.txt host ssh", "unzip -p x.zip file",
    "curl -X POST -d a=b x", "sudo -u ann ls", "ps -u ann", "lftp -u ann host",
    "curl -o x https://example.org/a:b", "sort -u a:b", "xfreerdp /v:host /port:3389",
  ])
  func otherFlagsAreNone(_ text: String) {
    #expect(!isSecret(text), "\(text)")
  }

  /// A history with secrets of twenty and more kinds between harmless commands.
  @Test func noPlantedSecretIsLeftInAHistory() throws {
    let planted = [
      "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/PLANTED", "GITHUB_TOKEN=PLANTED1234 make",
      "git clone https://ann:PLANTED1@example.org/x", "psql postgres://ann:PLANTED1@localhost/x",
      "curl -H 'Authorization: Bearer PLANTED1234' x", "curl 'https://x.org/?token=PLANTED12'",
      "tool --password PLANTED1", "tool --api-key=PLANTED1234", "mysql -pPLANTED1 shop",
      "sshpass -p PLANTED1 ssh host", "curl -u ann:PLANTED1 x", "docker login -p PLANTED1",
      "redis-cli -a PLANTED1", "ldapsearch -w PLANTED1", "zip -P PLANTED1 x.zip y",
      "smbclient -U ann%PLANTED1 //h/s", "openssl rsa -passin pass:PLANTED1",
      "htpasswd -b f ann PLANTED1", "echo PLANTED1 | sudo -S ls", "echo 'ann:PLANTED1' | chpasswd",
      "PGPASSWORD=PLANTED1 psql", "set -gx API_TOKEN PLANTED1234",
      "curl -d '{\"password\": \"PLANTED1\"}' x",
      "cat <<END > k\n-----BEGIN RSA PRIVATE KEY-----\nPLANTED\n-----END RSA PRIVATE KEY-----\nEND",
    ]
    let harmless = ["ls -la", "git status", "make test", "cd /tmp", "docker run -p 80:80 nginx"]
    var history = ""
    for (i, command) in planted.enumerated() {
      history += "#\(1_767_225_600 + 2 * i)\n\(harmless[i % harmless.count])\n"
      history += "#\(1_767_225_601 + 2 * i)\n\(command)\n"
    }
    let log = try read(history, LogReadOptions(profile: .verbatim))
    #expect(log.report.files.first?.format == .bash)
    #expect(planted.count >= 20 && log.report.secrets == planted.count)
    let kept = log.queries.surface.map { String(decoding: $0, as: UTF8.self) }
    #expect(kept.sorted() == harmless.sorted())
  }
}
