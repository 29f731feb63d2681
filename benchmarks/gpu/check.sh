#!/usr/bin/env bash
# Checks engine torch on this machine, as benchmarks/gpu/make.sh packed it: the tests of engines, golden numbers, resuming across devices, limits
# on memory, the speed beside PyTorch, and a training from JPEG records. Goes on behind what fails; exit code 1 if anything did.
#
#   check.sh [DEVICE] [quick]                 gpu:0 without one; quick takes few steps and small batches
#
# What it found is in results/ beside it: summary.txt in short, a log of each part.
set -uo pipefail
cd "$(dirname "$0")"
device=${1:-gpu:0}
quick=${2:-}
export JAVA_HOME=$PWD/runtime
# As the launcher says it: OpenMP's threads are not to take the time of those that they wait for.
export GOMP_SPINCOUNT=2000
results=$PWD/results
work=$PWD/work
failed=0
rm -rf "$results" "$work"
mkdir -p "$results" "$work"
if [ -n "$quick" ]; then steps=4 seconds=.2 batches="yolo-v1-tiny:1 pilotnet:8 digits-cnn:16"; else
  steps=200 seconds=10 batches="yolo-v1-tiny:64 pilotnet:256 digits-cnn:256"; fi

say() {
  echo "$*" | tee -a "$results/summary.txt"
}

# A part and what it came to; its log is results/PART.log.
verdict() { # 0 if it is well, PART, what to say
  if [ "$1" = 0 ]; then say "ok      $2: $3"; else
    failed=1
    say "FAILED  $2: $3 (results/$2.log)"
  fi
}

batchmill() {
  ./batchmill "$@" </dev/null
}

last() { # a log's last line
  sed -n '$p' "$1"
}

say "batchmill on $device, $(uname -srm), $(nproc) processors"
command -v nvidia-smi >/dev/null &&
  say "$(nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total --format=csv,noheader)"

# 1. What the machine has.
batchmill doctor --engine torch >"$results/doctor.log" 2>&1
verdict $? doctor "$(grep -i torch "$results/doctor.log" | sed -n 1p)"

# 2. The tests that every engine passes, on the device: contract, layers in both layouts, golden numbers, resuming, random numbers.
tests() {
  local selected=() test
  for test in "$@"; do selected+=(--select-class "org.batchmill.engine.torch.$test"); done
  runtime/bin/java -Xmx4g "-Dbatchmill.test.device=$device" \
    -Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.maxphysicalbytes=0 --add-opens=java.base/java.nio=ALL-UNNAMED \
    -cp "tests/engine-torch:tests/train-core:tests/testkit:lib/*:lib/engine-torch-gpu/*:lib/engine-torch/*:tests/*" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors --details=summary "${selected[@]}"
}
for test in TorchContractTest TorchLayerTest TorchGoldenTest TorchResumeTest; do
  tests $test >"$results/$test.log" 2>&1
  verdict $? $test "$(sed -n 's/^\[ *\([0-9]* tests \(successful\|failed\)\) *\]$/\1/p' "$results/$test.log" | tr '\n' ' ')"
done

# 3. A run that one device begins goes on with the other, and learns what it would have learnt.
learn() { # DEVICE STEPS RUN more
  batchmill train digits --data sample:digits --batch 16 --lr 1e-4 --schedule constant --engine torch --device "$1" --steps "$2" \
    --run "$work/$3" "${@:4}" >>"$results/resume.log" 2>&1
}
loss() { # of the last step of a run
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "loss") at = i } NR > 1 && $at != "" { loss = $at } END { print loss }' \
    "$work/$1/metrics.csv"
}
learn cpu 8 whole
for way in "cpu $device" "$device cpu"; do
  read -r from to <<<"$way"
  run=from-${from//:/}-to-${to//:/}
  [ -d "$work/$run" ] && continue # where the device is the CPU, both ways are one
  learn "$from" 4 "$run" && learn "$to" 8 "$run" --resume &&
    awk -v one="$(loss whole)" -v other="$(loss "$run")" 'BEGIN { d = one - other; exit !(other != "" && d * d < 1e-6 * one * one) }'
  verdict $? resume "from $from to $to: the loss of step 8 is $(loss "$run"), of a run that was left alone $(loss whole)"
done

# 4. A limit on the GPU's memory is kept, and told in one line; what was learnt before is whole.
limited() { # EXPECTED CODES, BATCH, LIMIT
  batchmill train yolo --data sample:shapes --model yolo-v1-mini --engine torch --device "$device" --batch "$2" --gpu-memory "$3" --steps 2 \
    --run "$work/limit-$2-$3" >"$results/memory.log" 2>&1
  local code=$? line
  line=$(last "$results/memory.log")
  case " $1 " in *" $code "*) verdict 0 memory "--gpu-memory $3, batch $2: exit code $code: $line" ;;
    *) verdict 1 memory "--gpu-memory $3, batch $2: exit code $code: $line" ;; esac
}
if [ "$device" = cpu ]; then
  limited 2 8 1g
else
  limited 0 8 80%
  limited "1 2" 512 1g
  limited 2 4096 500m
fi

# 5. A step beside PyTorch's: each in turn, the same batch from the host, the same update.
say "ms a step, batchmill | PyTorch"
ours() { # MODEL BATCH PRECISION
  batchmill bench train --engine torch --device "$device" --model "$1" --batch "$2" --precision "$3" --seconds "$seconds" 2>>"$results/speed.log" |
    tee -a "$results/speed.log" | sed -n 's/.*: \([0-9.]*\) ms a step.*/\1/p'
}
python=$(command -v python3 || true)
if [ -n "$python" ] && ! "$python" -c 'import torch' 2>/dev/null; then python=; fi
[ -n "$python" ] || say "        no PyTorch here: its steps are left out"
for row in $batches; do
  model=${row%:*} batch=${row#*:} line="$row:"
  precisions="float32"
  [ "$device" = cpu ] || precisions="float32 tf32 bfloat16"
  for precision in $precisions; do
    millis=$(ours "$model" "$batch" "$precision")
    line="$line $precision ${millis:-failed}"
  done
  [ -z "$python" ] || line="$line | $("$python" speed.py "$model" "$batch" "$device" "$seconds" 2>>"$results/speed.log" | tr '\n' ' ')"
  case $line in *failed*) verdict 1 speed "$line" ;; *) verdict 0 speed "$line" ;; esac
done

# 6. From JPEG records to weights, with the share of the time in which the GPU was busy.
count=6000 batch=64
[ -z "$quick" ] || { count=60 batch=4; }
{
  batchmill sample shapes "$work/shapes" --count "$count" &&
    batchmill pack images "$work/shapes" --split lists --out "$work/records/shapes"
} >"$results/records.log" 2>&1
watcher=
if [ "$device" != cpu ] && command -v nvidia-smi >/dev/null; then
  nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits -lms 200 >"$results/busy.txt" &
  watcher=$!
fi
batchmill train yolo --data "$work/records/shapes-train-*.tfrecord" --model yolo-v1-mini --engine torch --device "$device" --batch "$batch" \
  --steps "$steps" --run "$work/records-run" --trace "$results/trace.json" >>"$results/records.log" 2>&1
code=$?
[ -z "$watcher" ] || kill "$watcher"
busy=$(awk '{ sum += $1 } END { if (NR) printf "; the GPU was busy %.0f %% of the time, start and end included", sum / NR }' \
  "$results/busy.txt" 2>/dev/null)
verdict $code records "$steps steps of $batch: $(grep -o '[0-9.,]* images/s[^;]*' "$results/records.log" | sed -n '$p')$busy"

say "$([ $failed = 0 ] && echo "all is well" || echo "something failed"); results/summary.txt"
exit $failed
