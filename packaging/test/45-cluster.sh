# The replica's package, beside PostgreSQL of Debian. The packages of a machine have it if its programs
# were built with the cluster; without it this step does nothing.
. /mnt/test/lib.sh

package=./new/qacd-cluster_${VERSION}_amd64.deb
[ -e "$package" ] || { echo "     there is no package qacd-cluster: make deb WITH_CLUSTER=1 makes it"; exit 0; }
socket=/run/qacd-cluster/replica/qacd.sock
cluster=postgresql@15-main.service
# Whether PostgreSQL has the text anywhere; a dump shows bytes as hexadecimal digits.
logged() { runuser -u postgres -- pg_dump qacd | grep -q "$(printf %s "$1" | od -An -tx1 | tr -d ' \n')"; }
unlogged() { ! logged "$1"; }
remembers() { qac-cli history --socket "$socket" --session zoe | grep -q "$1"; }

check "both are installed" apt-get install -y -qq --no-install-recommends "$package" postgresql
refused "the replica waits to be configured" "inactive" systemctl is-active qacd-cluster.service
check "the configuration says where the log is" \
  sed -i 's|^#postgres = .*|postgres = "host=/var/run/postgresql dbname=qacd user=qacd"|' /etc/qacd/qacd-cluster.toml
check "PostgreSQL runs" systemctl start "$cluster"
refused "the check says that there is no such database" "does not exist" \
  runuser -u qacd -- qacd-cluster --check --config /etc/qacd/qacd-cluster.toml
check "a user of the log" runuser -u postgres -- createuser qacd
check "and its database" runuser -u postgres -- createdb --owner qacd qacd
check "then the check finds nothing" runuser -u qacd -- bash -c \
  "! qacd-cluster --check --config /etc/qacd/qacd-cluster.toml | grep ^wrong"
check "the replica starts" systemctl start qacd-cluster.service
refused "in place of the daemon" "inactive" systemctl is-active qacd.service
check "as the user qacd" runs qacd qacd-cluster
soon "it completes" qac-cli complete --socket "$socket" ru
check "it records" qac-cli record --socket "$socket" --session zoe "garden gnome"
check "PostgreSQL has the record" logged "garden gnome"
check "its cache is private" test "$(stat -c '%U %a' /var/lib/qacd/replica.sqlite)" = "qacd 600"
check "it is killed" systemctl kill --signal KILL qacd-cluster.service
soon "and is started again" remembers "garden gnome"
check "its cache is lost" bash -c "systemctl stop qacd-cluster.service && rm /var/lib/qacd/replica.sqlite* &&
  systemctl start qacd-cluster.service"
soon "and comes back from the log" remembers "garden gnome"
check "PostgreSQL goes away" systemctl stop "$cluster"
says "completions go on" "running" qac-cli complete --socket "$socket" ru
refused "a record says so" "log" qac-cli record --socket "$socket" --session zoe "garden fence"
check "and comes back" systemctl start "$cluster"
soon "then records do, too" qac-cli record --socket "$socket" --session zoe "garden fence"
check "a query is forgotten" qac-cli forget --socket "$socket" --session zoe "garden gnome"
check "PostgreSQL has it no more" unlogged gnome
check "nor has the replica" bash -c "! grep -q gnome /var/lib/qacd/replica.sqlite*"
check "the package leaves" apt-get purge -y -qq qacd-cluster
check "its configuration is gone" absent /etc/qacd/qacd-cluster.toml
check "the log stays" logged "garden fence"
check "the daemon takes its place again" systemctl start qacd.socket qacd.service
soon "with its own queries" bash -c "qac-cli history --session ada | grep -q 'running shoes'"
check "PostgreSQL rests" systemctl stop "$cluster"
