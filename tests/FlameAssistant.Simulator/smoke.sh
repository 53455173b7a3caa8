#!/bin/sh
# Against a running simulator: signs every Meta fixture and compares with signatures_meta.json.
# Usage: smoke.sh FIXTURES [URL]
set -eu
fixtures=$1
url=${2:-http://localhost:5090}
list=$fixtures/signatures_meta.json
secret=$(sed -n 's/.*"app_secret": "\(.*\)".*/\1/p' "$list")
channel=$url/simulator/channels/smoke
curl -sf -o /dev/null -X PUT -H 'Content-Type: application/json' "$channel" \
  -d "{\"name\":\"Smoke\",\"access_token\":\"t\",\"app_secret\":\"$secret\",\"display_phone_number\":\"1000000\"}"
checked=0
for line in $(sed -n 's/.*"\(.*\.json\)": "\(sha256=.*\)".*/\1|\2/p' "$list"); do
  file=${line%%|*}
  got=$(curl -sf --data-binary "@$fixtures/$file" "$channel/webhooks" | sed 's/.*"signature":"\([^"]*\)".*/\1/')
  [ "$got" = "${line##*|}" ] || { echo "$file: $got" >&2; exit 1; }
  checked=$((checked + 1))
done
[ "$checked" -gt 0 ] || { echo "no signatures in $list" >&2; exit 1; }
echo "$checked signatures agree"
