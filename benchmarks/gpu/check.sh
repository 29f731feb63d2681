#!/bin/sh
# What a machine with an NVIDIA GPU shows of the engine cudnn, in one go. Such a machine needs neither a JDK nor Maven nor a network:
# what runs there is gathered beforehand.
#
#   benchmarks/gpu/check.sh bundle DIR    where the JDK is: builds, and gathers a Java runtime, jars and this script in DIR
#   DIR/check.sh run                      where the GPU is: a line for each thing checked; keep its output
#
# run ends with 0 if all is well, 1 if something computes wrong, 3 if a part is missing. NVIDIA's libraries are looked for as
# docs/gpu.md says, first in the site-packages of the python3 on the path.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

fail() { # exit code, message
  echo "check.sh: $2" >&2
  exit "$1"
}

bundle() { # the folder, which is made
  root=$(cd "$here/../.." && pwd)
  [ -f "$root/pom.xml" ] || fail 2 "bundle works in a checkout; $root is none"
  [ ! -e "$1" ] || fail 2 "$1 exists"
  jlink=$(command -v jlink || echo "${JAVA_HOME:-/usr}/bin/jlink")
  [ -x "$jlink" ] || fail 3 "no jlink: set JAVA_HOME to a JDK 17 or newer"
  mkdir -p "$1/lib"
  bundled=$(cd "$1" && pwd)
  (cd "$root" && mvn -B -q -Dbatchmill.dist -Dmaven.test.skip=true -Pcudnn -pl train/engine-cudnn -am \
    package dependency:copy-dependencies -DincludeArtifactIds=javacpp,cuda,batchmill-train,batchmill-records \
    -DincludeScope=runtime -DoutputDirectory="$bundled/lib") || fail 3 "the build failed, see above"
  cp "$root"/train/engine-cudnn/target/engine/batchmill-engine-cudnn-*.jar "$bundled/lib"
  cp "$root/docs/gpu.md" "$here/check.sh" "$bundled"
  # JavaCPP names its caches with java.logging's and java.management's help.
  "$jlink" --add-modules java.base,java.logging,java.management,jdk.unsupported \
    --strip-debug --no-header-files --no-man-pages --compress=2 --output "$bundled/runtime"
  echo "check.sh: $(du -sm "$bundled" | cut -f 1) MiB in $bundled; carry it to the GPU and start $1/check.sh run there"
}

run() {
  java=$here/runtime/bin/java
  [ -x "$java" ] || java=$(command -v java || true)
  [ -n "$java" ] && [ -d "$here/lib" ] || fail 2 "run works in a folder that bundle made; $here is none"
  date -u '+date    %FT%TZ'
  echo "kernel  $(uname -sr)"
  gpu=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null || true)
  echo "device  ${gpu:-nvidia-smi finds none}"
  torch=$(python3 -c 'import torch; print(torch.__version__, torch.version.cuda, torch.backends.cudnn.version())' 2>/dev/null || true)
  echo "torch   ${torch:-not here}"
  packages=$(python3 -c 'import nvidia, os; print(os.path.dirname(list(nvidia.__path__)[0]))' 2>/dev/null || true)
  status=0
  "$java" ${packages:+"-Dbatchmill.cuda.libraries=$packages"} -cp "$here/lib/*" org.batchmill.engine.cudnn.GpuCheck || status=$?
  echo "not built yet:"
  sed -n '/^## What is missing/,/^## /{/^- /s/^- /     /p;}' "$here/gpu.md"
  exit "$status"
}

case ${1:-} in
  bundle) [ -n "${2:-}" ] || fail 2 "bundle needs a folder"; bundle "$2" ;;
  run) run ;;
  *) fail 2 "bundle DIR, or run" ;;
esac
