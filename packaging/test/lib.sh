# Sourced by the steps, which run as root in the machine of dev/package-test.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
cd /mnt

# check WHAT COMMAND...: the command must succeed.
check() {
  local what=$1
  shift
  if "$@" >/tmp/out 2>&1; then echo "ok   $what"; else
    echo "FAIL $what"
    echo "     $*"
    sed 's/^/     /' /tmp/out
    journalctl -u qacd -n 20 --no-pager 2>/dev/null | sed 's/^/     /'
    exit 1
  fi
}
# refused WHAT TEXT COMMAND...: the command must fail, and say TEXT.
refused() {
  local what=$1 text=$2
  shift 2
  check "$what" bash -c '! "${@:2}" >/tmp/said 2>&1 || exit 1; grep -qF -- "$1" /tmp/said || { cat /tmp/said; exit 1; }' \
    - "$text" "$@"
}
# says WHAT TEXT COMMAND...: the command must succeed, and say TEXT.
says() {
  local what=$1 text=$2
  shift 2
  check "$what" bash -c '"${@:2}" >/tmp/said 2>&1 && grep -qF -- "$1" /tmp/said || { cat /tmp/said; exit 1; }' \
    - "$text" "$@"
}
# soon WHAT COMMAND...: the command must succeed within ten seconds.
soon() {
  local what=$1
  shift
  check "$what" bash -c 'for _ in $(seq 100); do "$@" && exit 0; sleep 0.1; done; exit 1' - "$@"
}
absent() { [ ! -e "$1" ]; }
# as USER COMMAND...: the command as that user, with the user's service manager if there is one.
as() {
  local user=$1
  shift
  setpriv --reuid "$user" --regid "$user" --init-groups env -i PATH=/usr/bin:/bin HOME="$(getent passwd "$user" | cut -d: -f6)" \
    USER="$user" SHELL=/bin/bash XDG_RUNTIME_DIR="/run/user/$(id -u "$user")" LANG=C.UTF-8 "$@"
}
