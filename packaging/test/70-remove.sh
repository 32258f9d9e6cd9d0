# Remove stops the daemon; purge leaves what people submitted.
. /mnt/test/lib.sh

check "a query is there" qac-cli record --session eva "garden hose"
check "the package is removed" apt-get remove -y -qq qacd
check "no daemon runs" rests qacd qacd
check "the socket is gone" absent /run/qacd/qacd.sock
check "the configuration stays" test -e /etc/qacd/qacd.toml
check "the data stay" test -s /var/lib/qacd/sessions.sqlite
says "purging says where the data are" "/var/lib/qacd" apt-get purge -y -qq qacd
check "the configuration is gone" absent /etc/qacd/qacd.toml
check "the units are gone" bash -c "! systemctl cat qacd.service"
check "the data still stay" test -s /var/lib/qacd/sessions.sqlite
check "so do the others" dpkg --purge qacd-web python3-qacd
check "nothing else is left" bash -c '[ -z "$(find /usr/bin /usr/lib /usr/share /lib/systemd -path "*qac*" -print -quit)" ]'
check "installed again" apt-get install -y -qq "./new/qacd_${VERSION}_amd64.deb"
says "it serves them" "garden hose" qac-cli history --session eva
check "and leaves again" apt-get purge -y -qq qacd
