"""Measures signalbox beside others, in turns; script/bench builds our side and calls it.

python3 Benchmarks/bench.py [engine|udp|tcp|dashboard|record|rewind|watch|quotas]... [--json] [--rounds N] [--quick]

How each figure is taken stands in README.md beside this file.
"""

import argparse
import fcntl
import glob
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

import quotas

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
PEERS = os.path.join(HERE, "peers")
BUILT = os.path.join(HERE, ".build", "peers")
SIGNALBOX = os.path.join(TOP, ".build", "release", "signalbox")
ENGINE_BENCH = os.path.join(HERE, ".build", "release", "engine-bench")
TCP_BENCH = os.path.join(HERE, ".build", "release", "tcp-bench")
REWIND_BENCH = os.path.join(HERE, ".build", "release", "rewind-bench")

# Producers, consumers, slots, busy processes beside them.
SHAPES = [(n, n, slots, 0) for slots in (15, 1024) for n in (1, 2, 4)] + [(4, 4, 15, 2)]
RECORDING_SHAPES = [(1, 1, 15, 0), (4, 4, 1024, 0)]
DASHBOARD_SHAPES = [(1, 1, 15, 0), (4, 4, 15, 0)]
HISTORY = 1 << 20
WATCH_SHAPE = (1, 1, 15, 0)
WATCHERS = 50
WATCHED = ["--recording", "off", "--observe", "30"]

SERVER = ["serve", "127.0.0.1", "0", "--headless", "--execute", "account", "--rate", "max",
          "--reply", "none", "--log-format", "none"]
# A buffer that is not the bottleneck; redis' list has no bound either.
CALL_SERVER = ["serve", "127.0.0.1", "0", "--headless", "--execute", "account", "--rate", "max",
               "--log-format", "none", "--capacity", "1024"]
# Connections, calls under way on each.
CALL_SHAPES = [(1, 1), (1, 16), (50, 1), (50, 16)]
# A room: jobs take a millisecond, two consumers are busy for 40 % of the time.
ROOM_SERVER = ["serve", "127.0.0.1", "0", "--headless", "--consumers", "2", "--log-format", "none"]
QUOTAS = ["--datagram-rate", "50", "--datagram-burst", "100", "--queued-jobs", "64"]
DEVICES = 10
JOBS_PER_SECOND = 200_000

SCREEN = ["--execute", "account", "--rate", "max", "--reply", "none", "--fps", "10"]
FRAMES_PER_SECOND = 10
JOBS_PER_FRAME = 4


class Failure(Exception):
    """A candidate that did not deliver a figure."""


class Report:
    """Prints rows as they come: a table for people, and JSON lines when asked for."""

    def __init__(self, as_json):
        self.as_json = as_json
        self.people = sys.stderr if as_json else sys.stdout
        self.bench = None

    def say(self, text):
        print(text, file=self.people, flush=True)

    def row(self, bench, shape, peer, ours, theirs, unit, higher_is_better):
        our_median, their_median = statistics.median(ours), statistics.median(theirs)
        parts = (our_median, their_median) if higher_is_better else (their_median, our_median)
        # No byte at all would divide by nothing: below one counts as one.
        ratio = max(parts[0], 1) / max(parts[1], 1)
        if bench != self.bench:
            self.bench = bench
            self.say(f"\n{bench:<10}{'shape':<18}{'peer':<16}"
                     f"{'ours (min…max)':>26}{'theirs (min…max)':>26}  {'unit':<10}{'ratio':>8}")
        self.say(f"{'':<10}{shape:<18}{peer:<16}{spread(ours):>26}{spread(theirs):>26}"
                 f"  {unit:<10}{ratio:>8.2f}")
        if self.as_json:
            print(json.dumps({
                "bench": bench, "shape": shape, "peer": peer, "ours": round(our_median, 3),
                "theirs": round(their_median, 3), "unit": unit,
                "ratio": round(ratio, 3),
                "ours_range": [round(min(ours), 3), round(max(ours), 3)],
                "theirs_range": [round(min(theirs), 3), round(max(theirs), 3)],
                "rounds": len(ours),
            }), flush=True)

    def figure(self, bench, shape, values, unit, limit):
        """A figure without a peer; the limit is what was promised."""
        promise = f", promised: at most {limit} {unit}" if limit else ""
        self.say(f"{'':<10}{shape:<18}{min(values):.2f}…{max(values):.2f}, median "
                 f"{statistics.median(values):.2f} {unit}{promise}")
        if self.as_json:
            print(json.dumps({
                "bench": bench, "shape": shape, "ours": round(statistics.median(values), 3),
                "unit": unit, "ours_range": [round(min(values), 3), round(max(values), 3)],
                "limit": limit, "rounds": len(values),
            }), flush=True)


def short(value):
    for limit, divisor, letter in ((1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if value >= limit:
            return f"{value / divisor:.2f}{letter}"
    return f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def spread(values):
    return f"{short(statistics.median(values))} ({short(min(values))}…{short(max(values))})"


def interleaved(candidates, rounds, measure):
    """Calls measure(candidate) for each in turn, round after round; returns lists by name."""
    results = {name: [] for name in candidates}
    for number in range(rounds):
        names = list(candidates)
        # Who goes first changes, because a processor may be slower after a busy neighbour.
        for name in names[number % len(names):] + names[:number % len(names)]:
            results[name].append(measure(candidates[name]))
    return results


def compile_peers(report):
    """Compiles what compilers are installed for; returns the candidates of each bench."""
    os.makedirs(BUILT, exist_ok=True)

    def source(name):
        return os.path.join(PEERS, name)

    def built(name):
        return os.path.join(BUILT, name)

    def attempt(peer, tools, command):
        missing = [tool for tool in tools if not shutil.which(tool)]
        if missing:
            report.say(f"skipped {peer}: {missing[0]} is not installed (script/bootstrap --bench)")
            return False
        if command:
            subprocess.run(command, check=True, stdout=sys.stderr)
        return True

    engine, udp = {}, {}
    cc = [shutil.which("gcc") or "cc", "-O2", "-pthread", "-o"]
    if attempt("c-textbook", ["cc"], cc + [built("textbook"), source("textbook.c")]):
        engine["c-textbook"] = [built("textbook")]
    if attempt("go-channel", ["go"], ["go", "build", "-o", built("channel"), source("channel.go")]):
        engine["go-channel"] = [built("channel")]
    if attempt("java-abq", ["javac", "java"], ["javac", "-d", BUILT, source("QueueBench.java")]):
        engine["java-abq"] = ["java", "-cp", BUILT, "QueueBench"]
    engine["python-queue"] = [sys.executable, source("queue_bench.py")]
    if attempt("c-recvfrom", ["cc"], cc + [built("recvfrom"), source("recvfrom.c")]):
        subprocess.run(cc + [built("udp_sender"), source("udp_sender.c")], check=True)
        udp["c-recvfrom"] = [built("recvfrom")]
        udp["python-recvfrom"] = [sys.executable, source("recvfrom.py")]
    return engine, udp


# --- engine -------------------------------------------------------------------------------------

def name_of(shape):
    producers, consumers, slots, busy = shape
    return f"{producers}P{consumers}C/{slots}{'+busy' if busy else ''}"


def items_per_second(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: exit status {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout.strip().splitlines()[-1])["items_per_second"]


def peer_command(command):
    def with_items(shape, items):
        return command + [str(number) for number in shape[:3]] + [str(items)]
    return with_items


def our_command(*options):
    def with_items(shape, items):
        producers, consumers, slots, _ = shape
        return [ENGINE_BENCH, "--producers", str(producers), "--consumers", str(consumers),
                "--capacity", str(slots), "--items", str(items), *options]
    return with_items


def measure_engine(candidates, shape, settings):
    """Items/s of each candidate; each has run twice before anything counts."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(shape[3])]
    try:
        sized = {}
        for name, command in candidates.items():
            first = items_per_second(command(shape, 48_000))
            warm = items_per_second(command(shape, items_for(first, settings.seconds / 3)))
            sized[name] = command(shape, items_for(warm, settings.seconds))
        return interleaved(sized, settings.rounds, items_per_second)
    finally:
        for process in busy:
            process.kill()
            process.wait()


def items_for(rate, seconds):
    return max(48_000, int(rate * seconds) // 16 * 16)


def bench_engine(report, settings, peers):
    candidates = {"ours": our_command(*WATCHED)}
    candidates.update({name: peer_command(command) for name, command in peers.items()})
    for shape in SHAPES:
        results = measure_engine(candidates, shape, settings)
        for peer in peers:
            report.row("engine", name_of(shape), peer, results["ours"], results[peer],
                       "items/s", higher_is_better=True)
    pair = {"full": our_command("--recording", "full", "--observe", "30"),
            "off": our_command(*WATCHED)}
    for shape in RECORDING_SHAPES:
        results = measure_engine(pair, shape, settings)
        report.row("engine", name_of(shape) + " recording", "recording-off", results["full"],
                   results["off"], "items/s", higher_is_better=True)


# --- record -------------------------------------------------------------------------------------

def bench_record(report, settings, _):
    with tempfile.TemporaryDirectory() as folder:
        candidates = {
            "neither": our_command(*WATCHED),
            "history": our_command(*WATCHED, "--history", str(HISTORY)),
            "record": our_command(*WATCHED, "--record", os.path.join(folder, "run.jsonl")),
        }
        for shape in RECORDING_SHAPES:
            results = measure_engine(candidates, shape, settings)
            for name in ("history", "record"):
                report.row("record", f"{name_of(shape)} {name}", "neither", results[name],
                           results["neither"], "items/s", higher_is_better=True)


# --- watch --------------------------------------------------------------------------------------

def bench_watch(report, settings, _):
    """Fifty watchers, one of which never reads, beside none: the engine and the screen here."""
    def run(command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}: exit status {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout.strip().splitlines()[-1])

    base = our_command(*WATCHED, "--dashboard")
    first = items_per_second(base(WATCH_SHAPE, 4_000_000))
    # The one that never reads stalls when some 130 kB are on their way to it, ten frames a second.
    items = items_for(first, max(5.0, 6 * settings.seconds))
    pair = {name: base(WATCH_SHAPE, items) + ["--watchers", str(count)]
            for name, count in (("watched", WATCHERS), ("alone", 0))}
    results = interleaved(pair, 2 * settings.rounds, run)

    def values(name, key):
        return [result[key] for result in results[name]]

    shape = f"{name_of(WATCH_SHAPE)} {WATCHERS} watch"
    report.row("watch", shape, "none-watches", values("watched", "items_per_second"),
               values("alone", "items_per_second"), "items/s", higher_is_better=True)
    for key, text in (("frame_ms", "frame"), ("slowest_frame_ms", "frame, 99 %")):
        report.row("watch", text, "none-watches", values("watched", key), values("alone", key), "ms",
                   higher_is_better=False)
    frames = [result["watch_frames"] / result["seconds"] for result in results["watched"]]
    skipped = values("watched", "watch_frames_skipped")
    megabytes = [result["watch_bytes"] / result["seconds"] / 1e6 for result in results["watched"]]
    stalled = sum(count > 0 for count in skipped)
    report.say(f"{'':<10}frames for watchers a second: {spread(frames)}, {spread(megabytes)} MB/s")
    report.say(f"{'':<10}the watcher that never reads stalled in {stalled} of {len(skipped)} runs; frames that "
               f"it did not get: {spread(skipped)} a run")


# --- rewind -------------------------------------------------------------------------------------

def bench_rewind(report, settings, _):
    runs = []
    for number in range(settings.rounds):
        done = subprocess.run([REWIND_BENCH, "--seed", str(number + 1)], capture_output=True,
                              text=True, timeout=600)
        if done.returncode != 0:
            raise Failure(f"rewind-bench: exit status {done.returncode}: {done.stderr.strip()}")
        runs.append(json.loads(done.stdout))
    report.say(f"\nrewind    {runs[0]['events']} events, {runs[0]['bytes'] / 1e6:.1f} MB")
    for key, text, limit in (("load_ms", "load", None), ("live_ms", "live timeline", None), ("p50_ms", "jump p50", None),
                             ("p99_ms", "jump p99", None), ("max_ms", "jump max", 200)):
        report.figure("rewind", text, [run[key] for run in runs], "ms", limit)


# --- udp ----------------------------------------------------------------------------------------

def cpu_of_run(receiver, jobs):
    """Starts a receiver, sends it the jobs; returns its CPU nanoseconds from start to exit.

    Returns None when the receiver did not get all of them.
    """
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(receiver(jobs), stdout=output, stdin=subprocess.DEVNULL)
        try:
            port = listening_port(output, process)
            sender = [os.path.join(BUILT, "udp_sender"), "127.0.0.1", str(port), str(jobs),
                      str(DEVICES), str(JOBS_PER_SECOND)]
            subprocess.run(sender, check=True)
            status, usage = wait_with_usage(process, seconds=5)
        except BaseException:
            if process.returncode is None:
                process.kill()
                process.wait()
            raise
        output.seek(0)
        text = output.read()
    if status is None:
        return None
    if status == 1 or "WRONG SUM" in text:
        raise Failure(f"{receiver(jobs)[0]}: wrong sum")
    if status != 0:
        return None
    check_summary(text, jobs)
    return (usage.ru_utime + usage.ru_stime) * 1e9


def listening_port(output, process):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        output.seek(0)
        found = re.match(r"listening on 127\.0\.0\.1 (\d+) ", output.readline())
        if found:
            return int(found[1])
        if process.poll() is not None:
            raise Failure(f"{process.args[0]} ended with status {process.returncode}")
        time.sleep(0.02)
    raise Failure(f"{process.args[0]} does not say where it listens")


def wait_with_usage(process, seconds):
    """Returns (exit status, rusage); kills a process that takes longer and returns None for it."""
    end = time.monotonic() + seconds
    while True:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage
        if time.monotonic() > end:
            process.kill()
            process.wait()
            return None, None
        time.sleep(0.01)


def check_summary(text, jobs):
    """Our server's sums must be those of udp_sender; the peers check themselves."""
    found = dict(re.findall(r"^Device (\d+) consumed (\d+) seconds of CPU time$", text, re.M))
    if not found:
        return
    expected = {}
    for number in range(jobs):
        device = str(number % DEVICES + 1)
        expected[device] = expected.get(device, 0) + 1 + number % 9
    if {device: int(seconds) for device, seconds in found.items()} != expected:
        raise Failure("signalbox: wrong sum")


def bench_udp(report, settings, peers):
    if not peers:
        return
    candidates = {"ours": lambda jobs: [SIGNALBOX, *SERVER, "--exit-after", str(jobs)]}
    for name, command in peers.items():
        candidates[name] = lambda jobs, command=command: [*command, "0", str(jobs), str(DEVICES)]
    lossy = []

    def per_job(receiver):
        for _ in range(5):
            # Starting and ending cost the same with one job; what is left belongs to the others.
            start_up, whole = cpu_of_run(receiver, 1), cpu_of_run(receiver, settings.jobs)
            if start_up is not None and whole is not None:
                return (whole - start_up) / (settings.jobs - 1)
            lossy.append(receiver(1)[0])
        raise Failure(f"{receiver(1)[0]} lost datagrams in five runs at {JOBS_PER_SECOND} jobs/s")

    for receiver in candidates.values():
        cpu_of_run(receiver, settings.jobs // 4)
    results = interleaved(candidates, settings.rounds, per_job)
    for peer in peers:
        report.row("udp", f"{JOBS_PER_SECOND // 1000}k jobs/s", peer, results["ours"],
                   results[peer], "ns/job", higher_is_better=False)
    for name in sorted(set(lossy)):
        report.say(f"{'':<10}{lossy.count(name)} runs of {os.path.basename(name)} lost datagrams "
                   "and were repeated")


# --- dashboard ----------------------------------------------------------------------------------

# --- quotas -------------------------------------------------------------------------------------


def bench_quotas(report, settings, _):
    servers = {}
    ports = {}
    for name, flags in {"guarded": QUOTAS, "unguarded": []}.items():
        output = tempfile.TemporaryFile("w+")
        servers[name] = subprocess.Popen([SIGNALBOX, *ROOM_SERVER, *flags], stdout=output)
        ports[name] = listening_port(output, servers[name])
    try:
        results = interleaved(
            {"quiet": ("guarded", False), "flooded": ("guarded", True),
             "without quotas": ("unguarded", True)},
            settings.rounds, lambda run: quotas.measure(ports[run[0]], settings.phase, run[1]))
    finally:
        for server in servers.values():
            server.send_signal(signal.SIGTERM)
            server.wait()
    report.say(f"\nquotas: {quotas.DEVICES} devices wait for replies, another one sends "
               f"{quotas.FLOOD_PER_SECOND} jobs a second")
    for name, figures in results.items():
        for place, what in enumerate(("median", "99 %")):
            report.figure("quotas", f"{name}, {what}", [figure[place] for figure in figures], "ms", None)
        report.say(f"{'':<10}{name}: {sum(figure[2] for figure in figures)} replies did not come")
    for place, what in enumerate(("median", "99 %")):
        ratios = [flooded[place] / quiet[place]
                  for quiet, flooded in zip(results["quiet"], results["flooded"])]
        report.figure("quotas", f"ratio, {what}", ratios, "times", 2)


# --- tcp ----------------------------------------------------------------------------------------


def free_tcp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """redis-server without a disk, on a port of its own."""

    def __init__(self):
        self.port = free_tcp_port()
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.command(b"PING")

    def command(self, text):
        deadline = time.monotonic() + 10
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                    connection.sendall(text + b"\r\n")
                    return connection.recv(100)
            except OSError:
                if time.monotonic() > deadline:
                    raise Failure("redis-server does not answer")
                time.sleep(0.05)

    def close(self):
        self.process.terminate()
        self.process.wait()


def bench_tcp(report, settings, _):
    if not shutil.which("redis-server"):
        report.say("skipped tcp: redis-server is not installed (script/bootstrap --bench)")
        return
    output = tempfile.TemporaryFile("w+")
    server = subprocess.Popen([SIGNALBOX, *CALL_SERVER], stdout=output)
    redis = Redis()
    try:
        ports = {"rpc": listening_port(output, server), "redis": redis.port}
        for connections, depth in CALL_SHAPES:
            def calls_per_second(peer):
                output = subprocess.run(
                    [TCP_BENCH, peer, str(ports[peer]), "--connections", str(connections),
                     "--depth", str(depth), "--seconds", str(settings.seconds)],
                    check=True, stdout=subprocess.PIPE, text=True).stdout
                # The list must not grow for ever.
                redis.command(b"FLUSHALL")
                return float(output)

            results = interleaved({"rpc": "rpc", "redis": "redis"}, settings.rounds,
                                  calls_per_second)
            report.row("tcp", f"{connections} conn x {depth}", "redis LPUSH", results["rpc"],
                       results["redis"], "calls/s", True)
    finally:
        redis.close()
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
        output.seek(0)
        text = output.read()
        output.close()
    if "Nothing lost, nothing doubled" not in text:
        raise Failure("WRONG SUM: " + text)


class Screen:
    """A program in a pseudo-terminal of 80x24, whose output is read and counted."""

    SILENCE = 0.02  # seconds without a byte that end a frame

    def __init__(self, command, home):
        environment = {**os.environ, "TERM": "xterm-256color", "HOME": home, "LC_ALL": "C.UTF-8"}
        environment.pop("NO_COLOR", None)
        self.command = command
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            os.execvpe(command[0], command, environment)

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def cpu(self):
        """CPU nanoseconds so far, of all threads and of the main thread."""
        every = main = 0
        for path in glob.glob(f"/proc/{self.pid}/task/*/schedstat"):
            try:
                with open(path, encoding="ascii") as file:
                    used = int(file.read().split()[0])
            except (OSError, IndexError):
                continue  # the thread ended meanwhile
            every += used
            if path.split("/")[4] == str(self.pid):
                main = used
        return every, main

    def watch(self, seconds, tick=None):
        """Reads for so long and calls tick ten times a second.

        Returns bytes, frames, CPU of all threads and of the main thread, each for this time.
        """
        count = frames = 0
        before = self.cpu()
        start = now = time.monotonic()
        last_byte, next_tick = 0.0, start
        while now < start + seconds:
            if now >= next_tick:
                if tick:
                    tick()
                next_tick += 1 / FRAMES_PER_SECOND
            timeout = min(next_tick, start + seconds) - now
            if select.select([self.terminal], [], [], max(timeout, 0))[0]:
                try:
                    data = os.read(self.terminal, 65536)
                except OSError:
                    raise Failure(f"{self.command[0]} ended by itself") from None
                arrived = time.monotonic()
                frames += arrived - last_byte > Screen.SILENCE
                last_byte = arrived
                count += len(data)
            now = time.monotonic()
        after = self.cpu()
        return count, frames, after[0] - before[0], after[1] - before[1]

    def close(self):
        # The dashboard is given the chance to end by its own key; htop would save its settings.
        if os.path.basename(self.command[0]) != "htop":
            try:
                self.press("q")
            except OSError:
                pass
            end = time.monotonic() + 2
            while time.monotonic() < end:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.terminal)
                    return
                if select.select([self.terminal], [], [], 0.05)[0]:
                    try:
                        os.read(self.terminal, 65536)
                    except OSError:
                        pass
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def watch_ours(settings, home):
    port = free_port()
    screen = Screen([SIGNALBOX, "serve", "127.0.0.1", str(port), *SCREEN], home)
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        def send_jobs():
            nonlocal sent
            for _ in range(JOBS_PER_FRAME):
                sender.sendto(b"%d:%d" % (sent % DEVICES + 1, 1 + sent % 9), ("127.0.0.1", port))
                sent += 1

        try:
            screen.watch(1.5)
            screen.watch(1.5, send_jobs)
            moving = screen.watch(settings.phase, send_jobs)
            screen.press("f")
            screen.watch(1.0, send_jobs)
            frozen = screen.watch(settings.phase, send_jobs)
            screen.press("f")
            screen.watch(2.5)
            idle = screen.watch(settings.phase)
            return {"moving": moving, "frozen": frozen, "idle": idle}
        finally:
            screen.close()


def watch_htop(settings, home):
    screen = Screen(["htop", "-d", "1"], home)
    try:
        screen.watch(1.5)
        moving = screen.watch(settings.phase)
        screen.press("Z")
        screen.watch(1.0)
        paused = screen.watch(settings.phase)
        return {"moving": moving, "frozen": paused, "idle": moving}
    finally:
        screen.close()


def bench_dashboard(report, settings, _):
    if shutil.which("htop"):
        with tempfile.TemporaryDirectory() as home:
            candidates = {"ours": watch_ours, "htop": watch_htop}
            results = interleaved(candidates, settings.rounds,
                                  lambda watch: watch(settings, home))
        report_screens(report, results, settings.phase)
    else:
        report.say("skipped htop: htop is not installed (script/bootstrap --bench)")
    pair = {"with": our_command(*WATCHED, "--dashboard"), "without": our_command(*WATCHED)}
    for shape in DASHBOARD_SHAPES:
        results = measure_engine(pair, shape, settings)
        report.row("dashboard", name_of(shape) + " engine", "no-dashboard", results["with"],
                   results["without"], "items/s", higher_is_better=True)


def report_screens(report, results, seconds):
    def values(name, phase, value):
        return [value(*run[phase]) for run in results[name]]

    def compare(shape, phase, unit, value):
        report.row("dashboard", shape, "htop", values("ours", phase, value),
                   values("htop", phase, value), unit, higher_is_better=False)

    # Both refresh ten times a second. htop writes nothing when nothing changed, so counting what
    # was written would flatter us.
    refreshes = FRAMES_PER_SECOND * seconds
    compare("moving", "moving", "us/frame", lambda count, frames, cpu, main: cpu / 1e3 / refreshes)
    compare("moving bytes", "moving", "B/frame", lambda count, frames, cpu, main: count / refreshes)
    for phase in ("frozen", "idle"):
        compare(phase, phase, "us/s", lambda count, frames, cpu, main: cpu / 1e3 / seconds)
        compare(phase + " bytes", phase, "B/s", lambda count, frames, cpu, main: count / seconds)
    frames = values("ours", "moving", lambda count, frames, cpu, main: frames / seconds)
    drawing = values("ours", "moving", lambda count, frames, cpu, main: main / 1e3 / refreshes)
    theirs = values("htop", "moving", lambda count, frames, cpu, main: frames / seconds)
    report.say(f"{'':<10}frames written a second: ours {spread(frames)}, htop {spread(theirs)}; "
               f"our main thread alone: {spread(drawing)} us/frame")


# --- command line -------------------------------------------------------------------------------

BENCHES = {"engine": bench_engine, "udp": bench_udp, "tcp": bench_tcp, "dashboard": bench_dashboard,
           "record": bench_record, "rewind": bench_rewind, "watch": bench_watch,
           "quotas": bench_quotas}


def main():
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures signalbox beside others.")
    parser.add_argument("benches", nargs="*", metavar="engine|udp|tcp|dashboard|record|rewind|watch|quotas", help="all when none is named")
    parser.add_argument("--json", action="store_true", help="one JSON object per row on stdout")
    parser.add_argument("--rounds", type=int, metavar="N", help="5, with --quick 3")
    parser.add_argument("--quick", action="store_true", help="shorter runs: more noise, a minute instead of ten")
    settings = parser.parse_args()
    for name in settings.benches:
        if name not in BENCHES:
            parser.error(f"no bench named {name}: {', '.join(BENCHES)}")
    if settings.rounds is not None and settings.rounds < 1:
        parser.error("--rounds is at least 1")
    settings.rounds = settings.rounds or (3 if settings.quick else 5)
    settings.seconds = 0.3 if settings.quick else 1.0
    settings.jobs = 200_000 if settings.quick else 1_000_000
    settings.phase = 3.0 if settings.quick else 6.0

    report = Report(settings.json)
    report.say(f"{os.cpu_count()} processors, {settings.rounds} rounds in turns, medians; "
               f"ratio > 1: we are better; load before: {os.getloadavg()[0]:.2f}")
    engine, udp = compile_peers(report)
    status = 0
    for name in settings.benches or BENCHES:
        try:
            BENCHES[name](report, settings, {"engine": engine, "udp": udp}.get(name))
        except (Failure, OSError, subprocess.SubprocessError) as failure:
            print(f"bench {name}: {failure}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
