# What a version cannot read it refuses, and says what to do.
. /mnt/test/lib.sh

run() { timeout 20 setpriv --reuid qacd --regid qacd --clear-groups qacd --config /etc/qacd/qacd.toml --socket /tmp/q/q.sock; }
export -f run
systemctl stop qacd.socket qacd.service
python3 - <<'P'
import sqlite3
db = sqlite3.connect("/var/lib/qacd/sessions.sqlite")
db.execute("INSERT INTO grdb_migrations VALUES ('99 of a later version')")
db.commit()
P
chown qacd:qacd /var/lib/qacd/*
refused "a newer database" "was written by a newer version" bash -c run
mkdir -p /tmp/aside && mv /var/lib/qacd/* /tmp/aside/
xxd -r -p test/v1.qaci.hex /var/lib/qacd/current.qaci 2>/dev/null ||
  python3 -c "
text = open('/mnt/test/v1.qaci.hex').read().split()
open('/var/lib/qacd/current.qaci', 'wb').write(bytes.fromhex(''.join(text)))"
chown qacd:qacd /var/lib/qacd/*
refused "an index of an old format, with the command to run" "qac-index build --log" bash -c run
rm /var/lib/qacd/*
mv /tmp/aside/* /var/lib/qacd/
sleep 0.1
python3 -c "
import sqlite3
db = sqlite3.connect('/var/lib/qacd/sessions.sqlite')
db.execute(\"DELETE FROM grdb_migrations WHERE identifier LIKE '99%'\")
db.commit()"
chown qacd:qacd /var/lib/qacd/*
systemctl reset-failed qacd.service 2>/dev/null || true
check "the rest is as it was" systemctl start qacd.socket qacd.service
