#!/usr/bin/env bash
# Two ranks over a network of so many Mbit/s, with sums that follow the pass and with sums beside it, in turns.
#
#   benchmarks/gang/network.sh MBITS ROUNDS TRAIN_ARGUMENTS...
#   benchmarks/gang/network.sh 1000 5 digits --data sample:digits --model digits-cnn --batch 64 --steps 60
#
# The network is a pair of virtual interfaces between two network namespaces, each with a token bucket (tc tbf): so it wants root and Linux.
# Each rank has a core to itself. Prints, of each turn, images a second over the later half of the steps, and the ratio of the medians.
set -euo pipefail
cd "$(dirname "$0")/../.."
mbits=$1 rounds=$2
shift 2
batchmill=${BATCHMILL:-./batchmill}
folder=$(mktemp -d)
spaces=("batchmill-$$-0" "batchmill-$$-1")
trap 'for space in "${spaces[@]}"; do ip netns delete "$space" 2>/dev/null || true; done; rm -rf "$folder"' EXIT
for space in "${spaces[@]}"; do
    ip netns add "$space"
    ip -n "$space" link set lo up
done
ip link add name gang0 netns "${spaces[0]}" type veth peer name gang1 netns "${spaces[1]}"
for rank in 0 1; do
    ip -n "${spaces[rank]}" address add "10.109.0.$((rank + 1))/24" dev "gang$rank"
    ip -n "${spaces[rank]}" link set "gang$rank" up
    tc -n "${spaces[rank]}" qdisc add dev "gang$rank" root tbf rate "${mbits}mbit" burst 256kb latency 50ms
done

rank() { # NUMBER RUN ARGUMENTS...
    local number=$1 run=$2
    shift 2
    ip netns exec "${spaces[number]}" env RANK="$number" WORLD_SIZE=2 MASTER_ADDR=10.109.0.1 MASTER_PORT=29500 \
        taskset -c "$number" "$batchmill" train "$@" --ranks env --run "$run" --threads 1 --workers 1 >"$run.$number.log" 2>&1
}

# Of metrics.csv: images a second over the later half of the steps.
speed() {
    awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        { step[NR] = $column["step"]; rate[NR] = $column["images_per_second"]; last = NR }
        END { for (i = int(last / 2) + 1; i <= last; i++) if (rate[i] != "") { sum += 1 / rate[i]; n++ } print n / sum }' "$1/metrics.csv"
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
    for how in after beside; do
        run=$folder/$how-$round
        more=()
        [ "$how" = after ] || more=(--overlap-sums)
        rank 1 "$run" "$@" "${more[@]}" &
        rank 0 "$run" "$@" "${more[@]}" || { cat "$run".?.log >&2; exit 1; }
        wait
        speed "$run" | tee -a "$folder/$how" | sed "s/^/$how /"
    done
done
after=$(median <"$folder/after")
beside=$(median <"$folder/beside")
awk -v after="$after" -v beside="$beside" 'BEGIN { printf "median %.1f and %.1f images/s: %.2f times\n", after, beside, beside / after }'
