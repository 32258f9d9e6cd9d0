# The tarball, for the machine and for a person.
. /mnt/test/lib.sh

rm -rf /tmp/tar && mkdir /tmp/tar && tar -C /tmp/tar -xzf "new/qacd-$PROGRAM-linux-x86_64.tar.gz"
dir=/tmp/tar/qacd-$PROGRAM-linux-x86_64
check "the libraries are there" apt-get install -y -qq --no-install-recommends libsqlite3-0 libzstd1 zlib1g
find / -xdev -path /proc -prune -o -path /tmp -prune -o -path /mnt -prune -o -path /run -prune -o -type f -print | sort >/tmp/before
check "it is installed below a prefix" "$dir/install.sh" --prefix /opt/qacd
says "it works there" "$PROGRAM" /opt/qacd/bin/qacd --version
check "an index is built" /opt/qacd/bin/qac-index build --quiet --log test/shop-simulated.events.tsv.gz --out /tmp/shop.qaci
check "it is removed" /opt/qacd/lib/qacd/uninstall.sh
check "without a trace" absent /opt/qacd

id ann >/dev/null 2>&1 || useradd --create-home --shell /bin/bash ann
chmod -R a+rX /tmp/tar
mkdir -p /home/ann/.local/state/qacd && echo kept >/home/ann/.local/state/qacd/kept
chown -R ann:ann /home/ann/.local
check "a person installs it" as ann "$dir/install.sh" --user
says "and uses it" "$PROGRAM" as ann /home/ann/.local/bin/qac-cli --version
check "the units name it" grep -q /home/ann/.local/bin/qacd /home/ann/.local/share/systemd/user/qacd.service
check "they are valid" as ann env XDG_RUNTIME_DIR=/tmp systemd-analyze --man=no --user verify /home/ann/.local/share/systemd/user/qacd.service
check "it is removed" as ann /home/ann/.local/lib/qacd/uninstall.sh
check "without a program" absent /home/ann/.local/bin/qacd
check "the person's data stay" test -e /home/ann/.local/state/qacd/kept
find / -xdev -path /proc -prune -o -path /tmp -prune -o -path /mnt -prune -o -path /run -prune -o -type f -print | sort >/tmp/after
check "nothing else is left" bash -c "! comm -13 /tmp/before /tmp/after | grep -v '^/home/ann\|^/var/log\|^/var/lib/apt\|^/var/cache' | grep ."
