#!/bin/sh
# Takes a picture of every gallery page, wide and narrow, light and dark, to be looked at.
# Usage: gallery-shots.sh <folder>        Needs a JDK 25 in JAVA_HOME and Chromium; run it from the repository's root.
set -eu
out=${1:?a folder for the pictures}
chromium=${CHROMIUM:-chromium}
port=${PORT:-8099}
mkdir -p "$out"
./mvnw -q -B -pl server -am test-compile dependency:build-classpath -Dmdep.outputFile="$PWD/server/target/gallery.cp" -Dmdep.includeScope=test
classes=server/target/test-classes:server/target/classes:core/target/classes
"$JAVA_HOME/bin/java" -cp "$classes:$(cat server/target/gallery.cp)" dev.afinador.server.web.gallery.Gallery --server.port="$port" >"$out/gallery.log" 2>&1 &
gallery=$!
profile=$(mktemp -d)
trap 'kill "$gallery" 2>/dev/null; rm -rf "$profile"' EXIT
until grep -q 'Started Gallery' "$out/gallery.log"; do
  kill -0 "$gallery" || { cat "$out/gallery.log"; exit 1; }
  sleep 1
done
pages=$(sed -n 's/^ *"\([a-z-]*\/[a-z0-9-]*\)".*/\1/p' server/src/test/java/dev/afinador/server/web/gallery/GalleryPages.java)
for page in $pages; do
  for theme in 1:light 0:dark; do
    for size in 1280,1400 500,1800; do
      name=$(echo "$page" | tr / -)-${size%,*}-${theme#*:}.png
      "$chromium" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync \
        --user-data-dir="$profile" --hide-scrollbars --virtual-time-budget=2000 --window-size="$size" \
        --blink-settings=preferredColorScheme="${theme%:*}" --lang=es \
        --screenshot="$out/$name" "http://127.0.0.1:$port/gallery/$page" >/dev/null 2>&1
    done
  done
done
ls "$out" | wc -l
