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
    journalctl -u qacd -n 6 --no-pager 2>/dev/null | sed 's/^/     /'
    exit 1
  fi
}
# refused WHAT TEXT COMMAND...: the command must fail, and say TEXT.
refused() {
  local what=$1
  shift
  check "$what" fails_with "$@"
}
fails_with() {
  local text=$1
  shift
  ! "$@" >/tmp/said 2>&1 || return 1
  grep -qF -- "$text" /tmp/said || { cat /tmp/said; return 1; }
}
# says WHAT TEXT COMMAND...: the command must succeed, and say TEXT.
says() {
  local what=$1
  shift
  check "$what" ends_with "$@"
}
ends_with() {
  local text=$1
  shift
  if "$@" >/tmp/said 2>&1 && grep -qF -- "$text" /tmp/said; then return 0; fi
  cat /tmp/said
  return 1
}
# soon WHAT COMMAND...: the command must succeed within twenty seconds.
soon() {
  local what=$1
  shift
  check "$what" tries "$@"
}
tries() {
  local i
  for i in $(seq 200); do ! "$@" || return 0; sleep 0.1; done
  return 1
}
# runs USER PROGRAM: whether a process of that name runs as that user.
runs() {
  local process
  for process in /proc/[0-9]*; do
    [ "$(stat -c %U "$process" 2>/dev/null)" = "$1" ] && [ "$(cat "$process/comm" 2>/dev/null)" = "$2" ] && return 0
  done
  return 1
}
rests() { ! runs "$@"; }
absent() { [ ! -e "$1" ]; }
# as USER COMMAND...: the command as that user, with the user's service manager if there is one.
as() {
  local user=$1
  shift
  setpriv --reuid "$user" --regid "$user" --init-groups env -i PATH=/usr/bin:/bin HOME="$(getent passwd "$user" | cut -d: -f6)" \
    USER="$user" SHELL=/bin/bash XDG_RUNTIME_DIR="/run/user/$(id -u "$user")" LANG=C.UTF-8 "$@"
}
