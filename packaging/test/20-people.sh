# Who may connect, and the daemon of a person.
. /mnt/test/lib.sh

id ann >/dev/null 2>&1 || useradd --create-home --shell /bin/bash ann
refused "a person has no daemon yet" "no daemon answers at /run/user/" as ann qac-cli status
refused "and may not use the machine's" "belongs to another user" as ann qac-cli status --socket /run/qacd/qacd.sock

uid=$(id -u www-data)
check "the front end joins the group" usermod --append --groups qacd www-data
check "and the configuration" sed -i "s/^#allow-uid = .*/allow-uid = [$uid]/" /etc/qacd/qacd.toml
check "which takes a restart" systemctl restart qacd.service
says "then the front end completes" "running" as www-data qac-cli complete --session web ru
check "the change stays in an upgrade" apt-get install -y -qq --reinstall "./new/qacd_${VERSION}_amd64.deb"
check "as it was" grep -q "^allow-uid = \[$uid\]" /etc/qacd/qacd.toml

check "the person's service manager starts" loginctl enable-linger ann
soon "and answers" as ann systemctl --user is-active --quiet default.target
printf 'git status\ngit commit\nmake test\nmake test\n' >/home/ann/.bash_history
chown ann:ann /home/ann/.bash_history
says "the first run imports the history" "command" as ann qac-cli setup
check "it enabled the units" as ann systemctl --user is-enabled --quiet qacd.socket qacd-rebuild.timer
soon "the person's daemon answers" as ann qac-cli complete --session ann git
says "from the person's history" "git" as ann qac-cli complete --session ann gi
check "it runs as the person" runs ann qacd
check "the rebuild runs as a unit" as ann systemctl --user start qacd-rebuild.service
says "the doctor finds the daemon" "answers: version $PROGRAM" bash -c ". /mnt/test/lib.sh; as ann qac-cli doctor || true"
check "the person's queries are the person's" bash -c "! qac-cli history --session ann | grep -q git"
