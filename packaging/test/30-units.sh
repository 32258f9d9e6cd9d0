# The units as systemd sees them.
. /mnt/test/lib.sh

check "system units are valid" systemd-analyze --man=no verify /lib/systemd/system/qac*.service /lib/systemd/system/qac*.socket \
  /lib/systemd/system/qac*.timer
check "without a remark" test ! -s /tmp/out
check "user units are valid" env XDG_RUNTIME_DIR=/run systemd-analyze --man=no --user verify /usr/lib/systemd/user/qacd*
for unit in qacd.service qac-rebuild.service; do
  score=$(systemd-analyze security --no-pager "$unit" | sed -nE 's/.*Overall exposure level for .*: ([0-9.]+).*/\1/p')
  check "$unit is exposed by $score of 10, at most 2" bash -c "awk 'BEGIN { exit !($score <= 2) }'"
done
qac-index init site --out /etc/qacd/rebuild.toml --dir /var/lib/qacd \
  --database /var/lib/qacd/sessions.sqlite --socket /run/qacd/qacd.sock >/dev/null
check "the machine's rebuild runs, hardened" systemctl start qac-rebuild.service
