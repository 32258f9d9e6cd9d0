# Three commands: install, index a log, complete.
. /mnt/test/lib.sh

for compiler in swift swiftc gcc cc clang; do check "there is no $compiler" bash -c "! command -v $compiler"; done
check "the packages are installed by apt from their files" \
  apt-get install -y -qq --no-install-recommends "./new/qacd_${VERSION}_amd64.deb"
check "they depend on nothing else" bash -c "! dpkg -s qacd | grep ^Depends: | tr ',' '\n' |
  sed 's/^Depends://; s/^ *//; s/ .*//' | grep -vxE 'libc6|libstdc\+\+6|libgcc-s1|zlib1g|libzstd1|libsqlite3-0|init-system-helpers|systemd'"
check "there is a user qacd" id qacd
check "the data are the user's alone" test "$(stat -c '%U %a' /var/lib/qacd)" = "qacd 700"
soon "the daemon runs" systemctl is-active --quiet qacd.service
check "the socket is open" systemctl is-active --quiet qacd.socket
check "both start with the machine" systemctl is-enabled --quiet qacd.socket qacd.service
says "it has no index yet" none qac-cli status
says "a version is told" "$PROGRAM" qacd --version

check "an index is built" qac-index build --quiet --log test/shop-simulated.events.tsv.gz --out /var/lib/qacd/current.qaci
soon "the daemon takes it" bash -c "qac-cli complete --limit 3 ru | grep -q running"
says "a query is completed" "running shoes" qac-cli complete --limit 3 ru
check "a query is recorded" qac-cli record --session ada "running shoes"
says "the next completion follows from it" "running socks" qac-cli complete --session ada --limit 3 ru
check "the daemon restarts" systemctl restart qacd.service
says "and knows the query" "running shoes" qac-cli history --session ada
check "it is killed" systemctl kill --signal KILL qacd.service
soon "and is started again" bash -c "qac-cli history --session ada | grep -q 'running shoes'"
check "it reloads" systemctl reload qacd.service
check "its database is private" test "$(stat -c '%U %a' /var/lib/qacd/sessions.sqlite)" = "qacd 600"
check "its configuration is right" bash -c "! qacd --check --config /etc/qacd/qacd.toml | grep '^wrong'"
