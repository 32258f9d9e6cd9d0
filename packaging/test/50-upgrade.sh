# From 0.1 with data in place. The database and the index were written by 0.1; what it answered is recorded.
. /mnt/test/lib.sh

check "python3 is there" apt-get install -y -qq --no-install-recommends python3
for profile in search verbatim; do
  check "$profile: this version leaves" apt-get purge -y -qq qacd qacd-web
  rm -rf /var/lib/qacd /etc/qacd
  check "0.1 is installed" apt-get install -y -qq --no-install-recommends ./old/qacd_0.1.0_amd64.deb
  systemctl stop qacd.socket qacd.service
  rm -f /var/lib/qacd/*
  cp test/0.1/$profile.index /var/lib/qacd/current.qaci
  for suffix in "" -wal; do
    [ ! -e "test/0.1/$profile.database$suffix" ] || cp "test/0.1/$profile.database$suffix" "/var/lib/qacd/sessions.sqlite$suffix"
  done
  chown qacd:qacd /var/lib/qacd/*
  if [ $profile = search ]; then
    # The settings of the daemon that was asked, in the file that the upgrade must keep.
    cp test/0.1/block-list.txt /etc/qacd/block-list.txt
    sed -i 's|^#block-list = |block-list = |' /etc/qacd/qacd.toml
  fi
  check "$profile: the upgrade goes through" apt-get install -y -qq "./new/qacd_${VERSION}_amd64.deb"
  check "$profile: the socket is opened" systemctl start qacd.socket
  check "$profile: the daemon says what 0.1 said" python3 test/recorded.py ask "test/0.1/$profile.conversation"
done
check "an old daemon answers the new client" python3 test/recorded.py serve test/0.1/search.conversation
systemctl start qacd.service
says "a running daemon is restarted by an upgrade" "answers" bash -c '
  before=$(systemctl show -P MainPID qacd.service)
  apt-get install -y -qq --reinstall ./new/qacd_'"$VERSION"'_amd64.deb >/dev/null 2>&1
  [ "$before" != "$(systemctl show -P MainPID qacd.service)" ] && qac-cli status >/dev/null && echo answers'
