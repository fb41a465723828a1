#!/usr/bin/env bash
# CPU time per request of hyper servers over loopback, HTTP/1.1 keep-alive: the layer beside a bare
# server, A B A B. The server has core 0, wrk core 1.
#
#     benches/loopback.sh [PAIRS [SECONDS [OTHER...]]]     5 pairs of 5 seconds without arguments
#
# OTHER is nginx or lighttpd, which answer 405 and 501 to PURGE of a file, beside a bare server.
# Needs wrk (Debian: apt-get install wrk), and nginx-light or lighttpd for OTHER.
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin
cd "$(dirname "$0")"

pairs=${1:-5}
seconds=${2:-5}
others=("${@:3}")
for tool in wrk taskset curl "${others[@]}"; do
    type -P "$tool" >/dev/null || { echo "loopback.sh: $tool is missing" >&2; exit 2; }
done

scratch=$(mktemp -d)
server=
trap 'stop; rm -rf "$scratch"' EXIT

built=$(cargo build --release --message-format=json) || exit 2
program=$(sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' <<<"$built")

# Starts the server $1, and leaves its port in $port.
start() {
    case $1 in
        nginx) start_other nginx -p "$scratch" -c "$scratch/configuration" ;;
        lighttpd) start_other lighttpd -D -f "$scratch/configuration" ;;
        *) start_own "$1" ;;
    esac
    curl --silent --output /dev/null --retry 20 --retry-connrefused --retry-delay 1 "127.0.0.1:$port/"
}

start_own() {
    : >"$scratch/port"
    taskset -c 0 "$program" "$1" >"$scratch/port" &
    server=$!
    until port=$(<"$scratch/port") && [ -n "$port" ]; do sleep 0.05; done
}

start_other() {
    port=18501
    echo hello >"$scratch/index.html"
    "$1_configuration" >"$scratch/configuration"
    taskset -c 0 "$@" 2>"$scratch/errors" &
    server=$!
}

stop() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; } || true
    server=
}

nginx_configuration() {
    cat <<CONF
daemon off; master_process off; pid $scratch/nginx.pid; error_log /dev/null;
events {}
http {
    access_log off; keepalive_requests 1000000000;
    client_body_temp_path $scratch; proxy_temp_path $scratch; fastcgi_temp_path $scratch;
    uwsgi_temp_path $scratch; scgi_temp_path $scratch;
    server { listen 127.0.0.1:$port; root $scratch; }
}
CONF
}

lighttpd_configuration() {
    cat <<CONF
server.bind = "127.0.0.1"
server.port = $port
server.document-root = "$scratch"
server.errorlog = "/dev/null"
server.max-keep-alive-requests = 0
index-file.names = ( "index.html" )
CONF
}

# Clock ticks that the server has run: utime and stime, after the name in parentheses.
ticks() {
    local stat
    stat=$(<"/proc/$server/stat")
    set -- ${stat##*) }
    echo $((${12} + ${13}))
}

# Leaves in $spent the microseconds of CPU that the server $1 takes for a request of method $2.
cost() {
    start "$1"
    local before requests refused
    before=$(ticks)
    echo "wrk.method = '$2'" >"$scratch/method.lua"
    taskset -c 1 wrk -t 1 -c 16 -d "${seconds}s" -s "$scratch/method.lua" "http://127.0.0.1:$port/" >"$scratch/wrk"
    requests=$(awk '/requests in/ { print $1 }' "$scratch/wrk")
    refused=$(awk '/Non-2xx/ { print $NF }' "$scratch/wrk")
    case $2 in
        GET) [ -z "$refused" ] ;;
        PURGE) [ "${refused:-0}" -gt 0 ] ;;
    esac || { echo "loopback.sh: $1 answered $2 wrongly" >&2; cat "$scratch/wrk" >&2; exit 1; }
    spent=$(awk -v ticks=$(($(ticks) - before)) -v rate="$(getconf CLK_TCK)" -v requests="$requests" \
        'BEGIN { printf "%.3f", ticks / rate * 1e6 / requests }')
    stop
}

# The ratios of server $2 to server $1, both asked $3: minimum, median and maximum, and the goal $4.
compare() {
    local a b
    : >"$scratch/ratios"
    for ((pair = 1; pair <= pairs; pair++)); do
        cost "$1" "$3"; a=$spent
        cost "$2" "$3"; b=$spent
        awk -v a="$a" -v b="$b" 'BEGIN { print b / a, a, b }' | tee -a "$scratch/ratios" >&2
    done
    sort -n "$scratch/ratios" | awk -v what="$3, \`$2\` to \`$1\`" -v goal="$4" '
        { ratio[NR] = $1; cost[NR] = $2 }
        END {
            median = (ratio[int((NR + 1) / 2)] + ratio[int(NR / 2) + 1]) / 2
            met = goal == "" ? "" : median <= goal ? "met" : "**not met**"
            printf "| %s | %.3f | %.3f | %.3f | %s | %s |\n", what, ratio[1], median, ratio[NR], goal, met
        }'
}

echo "| CPU time per request | min | median | max | goal | |"
echo "|---|--:|--:|--:|--:|---|"
compare bare layer GET 1.01
compare refusing layer PURGE 1.05
for other in "${others[@]}"; do
    compare bare "$other" GET ""
    compare refusing "$other" PURGE ""
done
