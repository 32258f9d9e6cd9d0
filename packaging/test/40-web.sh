# The HTTP door and the Python client.
. /mnt/test/lib.sh

check "both are installed" apt-get install -y -qq --no-install-recommends "./new/qacd-web_${VERSION}_amd64.deb" \
  "./new/python3-qacd_${VERSION}_all.deb"
refused "the door is closed until it is enabled" "inactive" systemctl is-active qac-web.socket
check "it is opened" systemctl enable --now qac-web.socket
says "a page is answered" "running" python3 -c "
import urllib.request
print(urllib.request.urlopen('http://127.0.0.1:8181/complete?q=ru', timeout=20).read().decode())"
check "as the user qacd" runs qacd qac-web
says "Python completes" "running" python3 -c "
import qacd
with qacd.Client('/run/qacd/qacd.sock') as client:
    print([s.text for s in client.complete('ru').suggestions])"
