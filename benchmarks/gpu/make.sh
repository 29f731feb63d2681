#!/usr/bin/env bash
# Makes a bundle that checks engine torch on a machine with a GPU and next to nothing else: a Java runtime, the command, the tests and their
# judges. It comes in parts of at most 60 MiB and a script that puts them together.
#
#   benchmarks/gpu/make.sh [FOLDER]            out/gpu-check without one
#
# On the other machine, with all files of the folder in one: bash unpack.sh, then bundle/check.sh gpu:0.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(mkdir -p "${1:-out/gpu-check}" && cd "${1:-out/gpu-check}" && pwd)
bundle=$out/bundle
console=org.junit.platform:junit-platform-console-standalone:1.13.4

# Beside the command: ND4J and oneDNN are not what is checked.
mvn -B -q -Ptorch,torch-gpu -Dbatchmill.dist -Dmaven.test.skip=true -pl cli -am package
mvn -B -q -Ptorch -DskipTests -Dspotless.check.skip=true -pl train/engine-torch -am package
rm -rf "$bundle" "$out"/part-*
mkdir -p "$bundle/lib" "$bundle/tests"
cp cli/target/dist/lib/*.jar "$bundle/lib"
cp -rL cli/target/dist/lib/engine-torch cli/target/dist/lib/engine-torch-gpu "$bundle/lib"
cp batchmill benchmarks/gpu/check.sh benchmarks/gpu/speed.py "$bundle"

# The tests, and of what they need the jars that the command has not.
cp -r train/engine-torch/target/test-classes "$bundle/tests/engine-torch"
cp -r train/core/target/test-classes "$bundle/tests/train-core"
cp -r testkit/target/classes "$bundle/tests/testkit"
mvn -B -q dependency:copy -Dartifact=$console "-DoutputDirectory=$bundle/tests"
for artifact in org.assertj:assertj-core:3.27.3 net.bytebuddy:byte-buddy:1.15.11; do
  mvn -B -q dependency:copy -Dartifact=$artifact "-DoutputDirectory=$bundle/tests"
done

# A runtime without tools; Arrow and JavaCPP want the modules that are not part of Java SE.
home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
"$home/bin/jlink" --add-modules java.se,jdk.unsupported,jdk.zipfs,jdk.management,jdk.crypto.ec,jdk.net,jdk.random,jdk.charsets \
  --strip-debug --no-header-files --no-man-pages --compress=2 --output "$bundle/runtime"

tar -C "$out" -cf - bundle | split -b 60m -d -a 3 - "$out/part-"
(cd "$out" && sha256sum part-*) >"$out/sums"
cat >"$out/unpack.sh" <<'UNPACK'
#!/usr/bin/env bash
# Puts the parts beside it together.
set -euo pipefail
cd "$(dirname "$0")"
sha256sum --quiet -c sums
cat part-* | tar -xf -
echo "unpacked: $PWD/bundle/check.sh gpu:0"
UNPACK
du -sh "$bundle" | cut -f 1
ls "$out" | grep -c '^part-'
