#!/usr/bin/env bash
# Soaks the hyper example on loopback for SECONDS (60): `tests/soak.sh [SECONDS]`.
#
# Four clients at once: wrk with supported methods, wrk with refused ones (with and without content), h2load with refused
# ones over HTTP/2, and raw sockets with hostile requests. Then 10,000 refused requests at once whose content does not come: the example's
# timer ends each after five seconds.
# Fails if a request meets an error that its client did not cause, if one of those 10,000 is not answered within fifteen
# seconds, if they hold 8 kB more each than supported ones,
# if the resident memory of the server grows by more than $growth_kb after the first quarter of the time (median of the
# last quarter against median of the second), or if the server, with an idle connection left, does not end on SIGINT with
# status 0 within five seconds.
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin
cd "$(dirname "$0")/.."

seconds=${1:-60}
ulimit -n "$(ulimit -H -n)" # two descriptors for each of 10,000 connections
growth_kb=2048
[ "$seconds" -ge 12 ] || { echo "soak: needs 12 seconds or more"; exit 2; }

.ci/install-debian wrk nghttp2-client python3 >/dev/null

work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

fail() {
    echo "soak: FAILED: $*"
    tail -n 5 "$work"/server.err
    exit 1
}

# Every request in turn, and a count of the answers' statuses. HEAD is left to the raw sockets: wrk waits for its content.
cat >"$work/common.lua" <<'LUA'
local threads, turn = {}, 0
requests, statuses = {}, {}
function setup(thread) table.insert(threads, thread) end
function request()
    turn = turn % #requests + 1
    return requests[turn]
end
function response(status)
    statuses[status] = (statuses[status] or 0) + 1
end
function done(summary)
    local errors = summary.errors
    local lost = errors.connect + errors.read + errors.write + errors.timeout
    io.write(string.format("lost=%d", lost))
    for _, thread in ipairs(threads) do
        for status, count in pairs(thread:get("statuses")) do io.write(string.format(" %d=%d", status, count)) end
    end
    io.write("\n")
end
LUA

cat >"$work/supported.lua" <<'LUA'
require("common")
function init()
    requests = {
        wrk.format("GET", "/"),
        wrk.format("POST", "/", nil, string.rep("p", 1000)),
        wrk.format("PURGE", "/cached"),
        wrk.format("OPTIONS", "/"),
    }
end
LUA

cat >"$work/refused.lua" <<'LUA'
require("common")
function init()
    requests = {
        -- wrk looks at the first and stops if it does not know the method.
        wrk.format("DELETE", "/", nil, string.rep("d", 1000)),
        wrk.format("FOO", "/"),
        wrk.format("PROPFIND", "/", nil, string.rep("x", 100000)),
        wrk.format("get", "/"),
        wrk.format(string.rep("M", 1000), "/"),
        "PUT / HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "FOO / HTTP/1.1\r\nHost: soak\r\nContent-Type: application/grpc\r\n\r\n",
    }
end
LUA

cat >"$work/hostile.py" <<'PYTHON'
import re, socket, struct, sys, threading, time

address, seconds = ("127.0.0.1", int(sys.argv[1])), int(sys.argv[2])
ANYTHING = None


def request(method, fields="", content=b""):
    return f"{method} / HTTP/1.1\r\nHost: soak\r\n{fields}\r\n".encode() + content


def declares(length):
    return f"Content-Length: {length}\r\n"


FOO, GET = request("FOO"), request("GET")
# What is sent, the statuses of the answers (ANYTHING: also none), whether the server must close.
CASES = {
    "HEAD": (request("HEAD") + GET, [200, 200], False),
    "pipelined": ((FOO + GET) * 20, [501, 200] * 20, False),
    "content, then another": (request("FOO", declares(5), b"GET /") + GET, [501, 200], False),
    "a method of 8,000 characters": (request("M" * 8000), [501], False),
    "a method of 1,000,000 characters": (request("M" * 1000000), ANYTHING, True),
    "200 fields": (request("FOO", "A: b\r\n" * 200), [431], True),
    "no HTTP": (b"\x16\x03\x01\x02\x00" * 100 + b"\r\n\r\n", ANYTHING, True),
    "an HTTP/2 preface, then no frame": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 100, ANYTHING, True),
    "10 MB declared and withheld": (request("FOO", declares(10**7)), [501], True),
    "10 MB declared, a little sent": (request("FOO", declares(10**7), b"x" * 1000), [501], True),
    "Expect": (request("FOO", declares(9) + "Expect: 100-continue\r\n"), [501], True),
    "a broken chunk": (request("FOO", "Transfer-Encoding: chunked\r\n", b"nonsense\r\n" + GET), [501], True),
    "CONNECT, then a hidden request": (b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n" + GET, [501], True),
}
# What is sent before the client goes away.
ABANDONED = {
    "half a request": FOO[:9],
    "withheld content": request("FOO", declares(1000), b"x"),
    "an unfinished chunk": request("FOO", "Transfer-Encoding: chunked\r\n", b"10\r\nabc"),
    "a request, not waiting": FOO,
}


def converse(sent, statuses, closes):
    answer, lost = b"", ""
    with socket.create_connection(address, 10) as connection:
        try:
            connection.sendall(sent)
            while closes or answer.count(b"HTTP/1.1 ") < len(statuses):
                part = connection.recv(65536)
                if not part:
                    break
                answer += part
        except OSError as error:
            lost = str(error)
    found = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", answer)]
    timed_out = "timed out" in lost
    ok = not timed_out if statuses is ANYTHING else not lost and found == statuses
    return "" if ok else f"{found} {lost}"


def abandon(sent, hold, reset):
    with socket.create_connection(address, 10) as connection:
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(sent)
        time.sleep(hold)
    return ""


def rounds(worker, until, counts, failures):
    turn = 0
    while time.monotonic() < until:
        turn += 1
        for name, case in CASES.items():
            counts[worker] += 1
            if wrong := converse(*case):
                failures.append(f"{name}: {wrong}")
        for sent in ABANDONED.values():
            counts[worker] += 1
            abandon(sent, 0.2 if turn % 20 == 0 else 0, turn % 2)


until, counts, failures = time.monotonic() + seconds, [0] * 4, []
workers = [threading.Thread(target=rounds, args=(n, until, counts, failures)) for n in range(len(counts))]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(f"hostile={sum(counts)} wrong={len(failures)}", *sorted(set(failures)), sep="\n  ")
PYTHON

cat >"$work/waiting.py" <<'PYTHON'
import pathlib, re, resource, socket, sys, time

address, server, count = ("127.0.0.1", int(sys.argv[1])), sys.argv[2], 10_000
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
HEAD = " / HTTP/1.1\r\nHost: soak\r\n"


def memory():
    return int(re.search(r"VmRSS:\s*(\d+)", pathlib.Path(f"/proc/{server}/status").read_text())[1])


def at_once(request):
    """So many connections with this request, and the server's memory once it has them all."""
    connections = []
    for _ in range(count):
        connections.append(socket.create_connection(address, 10))
        connections[-1].sendall(request.encode())
    with socket.create_connection(address, 10) as last:  # served after all others were accepted
        last.sendall(f"GET{HEAD}Connection: close\r\n\r\n".encode())
        while last.recv(65536):
            pass
    return connections, memory()


def statuses(connections):
    return {connection.recv(65536).split(b" ")[1] for connection in connections}


supported, idle = at_once(f"GET{HEAD}\r\n")
assert statuses(supported) == {b"200"}
for connection in supported:
    connection.close()
started = time.monotonic()
refused, waiting = at_once(f"FOO{HEAD}Content-Length: 1000\r\n\r\n")
assert statuses(refused) == {b"501"}
took = time.monotonic() - started
assert 1 < took < 15, f"the waits ended after {took:.1f} s"
print(f"{count} supported {idle} kB, {count} waiting refusals {waiting} kB, all answered after {took:.1f} s")
sys.exit(waiting > idle + 8 * count)
PYTHON

rss() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; }

# FILE FIRST LAST: the median of these lines.
median() { sed -n "$2,$3p" "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# FILE: one sample of the server's memory each second.
watch_memory() {
    local n
    for ((n = 0; n < seconds; n++)); do
        rss >>"$1" || return 0
        sleep 1
    done
}

start_server() {
    cargo build --release --quiet --example hyper
    : >"$work/server.out"
    "$(.ci/target-folder)/release/examples/hyper" 127.0.0.1:0 >"$work/server.out" 2>"$work/server.err" &
    server=$!
    for _ in {1..50}; do
        port=$(sed -n 's|^listening on http://127.0.0.1:||p' "$work/server.out")
        [ -z "$port" ] || return 0
        sleep 0.1
    done
    fail "the server does not listen"
}

run_clients() {
    local at="http://127.0.0.1:$port/" pids=() pid
    (cd "$work" && exec wrk -t1 -c16 -d"$seconds" -s supported.lua "$at") >"$work/supported" & pids+=($!)
    (cd "$work" && exec wrk -t1 -c16 -d"$seconds" -s refused.lua "$at") >"$work/refused" & pids+=($!)
    h2load --duration="$seconds" -c4 -m10 -H ':method: FOO' "$at" >"$work/http2" & pids+=($!)
    python3 "$work/hostile.py" "$port" "$seconds" >"$work/hostile" & pids+=($!)
    watch_memory "$work/memory" & pids+=($!)
    for pid in "${pids[@]}"; do wait "$pid" || fail "a client ended with status $?, see above"; done
}

check_answers() {
    grep -qx 'lost=0 200=[1-9][0-9]*' "$work/supported" || fail "supported: $(grep lost "$work/supported")"
    grep -qx 'lost=0 501=[1-9][0-9]*' "$work/refused" || fail "refused: $(grep lost "$work/refused")"
    grep -q ', 0 errored, 0 timeout$' "$work/http2" || fail "HTTP/2: $(grep requests: "$work/http2")"
    grep -q '^status codes: 0 2xx, 0 3xx, 0 4xx, [1-9][0-9]* 5xx$' "$work/http2" || fail "HTTP/2: $(grep codes "$work/http2")"
    grep -q ' wrong=0$' "$work/hostile" || fail "$(cat "$work/hostile")"
    ! grep panicked "$work/server.err" || fail "a panic"
}

check_memory() {
    local warm=$((seconds / 4)) before after
    before=$(median "$work/memory" $((warm + 1)) $((2 * warm)))
    after=$(median "$work/memory" $((seconds - warm + 1)) "$seconds")
    memory="$before kB after warm-up, $after kB at the end, peak $(sort -n "$work/memory" | tail -n 1) kB"
    [ $((after - before)) -le $growth_kb ] || fail "memory grew: $memory"
}

check_waiting() {
    waiting=$(python3 "$work/waiting.py" "$port" "$server" 2>&1) || fail "$waiting"
}

check_stop() {
    local status since
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET / HTTP/1.1\r\nHost: soak\r\n\r\n' >&3
    read -r _ status _ <&3
    [ "$status" = 200 ] || fail "after the load GET is answered $status"
    since=$EPOCHREALTIME
    kill -INT "$server"
    for _ in {1..50}; do
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    ! kill -0 "$server" 2>/dev/null || fail "the server did not stop within five seconds"
    status=0
    wait "$server" || status=$?
    [ $status -eq 0 ] || fail "the server ended with status $status"
    stop=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $since }")
}

report() {
    echo "supported, HTTP/1.1  $(sed -n 's/^lost=0 200=//p' "$work/supported") answered 200, no socket error"
    echo "refused, HTTP/1.1    $(sed -n 's/^lost=0 501=//p' "$work/refused") answered 501, no socket error"
    echo "refused, HTTP/2      $(sed -n 's/^status codes:.* \([0-9]*\) 5xx$/\1/p' "$work/http2") answered 501, no error"
    echo "hostile              $(sed -n 's/^hostile=\([0-9]*\) .*/\1/p' "$work/hostile") connections, no wrong answer"
    echo "resident memory      $memory"
    echo "at once              $waiting"
    echo "stop                 status 0 after $stop s, with an idle connection left"
    echo "logged by the server, of its hostile clients:"
    sort "$work/server.err" | uniq -c | sort -rn
}

start_server
run_clients
check_answers
check_memory
check_waiting
check_stop
report
