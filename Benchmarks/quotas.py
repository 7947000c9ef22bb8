"""The reply times of 79 devices, while another one floods the server and while it does not.

Called by bench.py. Each device has an address of its own in 127.0.0.0/8, because quotas count by
address. They send a job each tenth of a second and wait for the reply; the flooder sends 10 000 a
second and waits for nothing.
"""

import heapq
import multiprocessing
import select
import socket
import statistics
import time

DEVICES = 79
PAUSE = 0.1
FLOOD_PER_SECOND = 10_000
FLOOD_BATCH = 10


def own_socket(address, port):
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind((address, 0))
    opened.connect(("127.0.0.1", port))
    opened.setblocking(False)
    return opened


def flood(port, stop):
    """Sends at its rate until told to stop, and never falls behind for good."""
    flooder = own_socket("127.0.0.9", port)
    due = time.monotonic()
    while not stop.is_set():
        for _ in range(FLOOD_BATCH):
            try:
                flooder.send(b"flooder:0.001")
            except OSError:
                pass
        due = max(due + FLOOD_BATCH / FLOOD_PER_SECOND, time.monotonic() - 0.1)
        time.sleep(max(0, due - time.monotonic()))


def reply_times(port, seconds):
    """All devices for so many seconds: the reply times, and how many replies never came."""
    devices = [own_socket(f"127.0.1.{number + 1}", port) for number in range(DEVICES)]
    by_descriptor = {device.fileno(): number for number, device in enumerate(devices)}
    poll = select.epoll()
    for device in devices:
        poll.register(device, select.EPOLLIN)
    start = time.perf_counter()
    due = [(start + PAUSE * number / DEVICES, number) for number in range(DEVICES)]
    heapq.heapify(due)
    sent, times, end = {}, [], start + seconds
    while time.perf_counter() < end + 0.5 and (due or sent):
        now = time.perf_counter()
        while due and due[0][0] <= now:
            planned, number = heapq.heappop(due)
            if planned >= end:
                continue
            sent[number] = time.perf_counter()
            devices[number].send(b"%d:0.001" % number)
        wait = due[0][0] - time.perf_counter() if due else 0.05
        for descriptor, _ in poll.poll(max(0, wait)):
            number = by_descriptor[descriptor]
            devices[number].recv(100)
            if number in sent:
                times.append(time.perf_counter() - sent.pop(number))
                heapq.heappush(due, (max(time.perf_counter(), now + PAUSE), number))
    for device in devices:
        device.close()
    return times, len(sent)


def measure(port, seconds, floods):
    """The median and the 99th percentile of the reply times in ms, and the replies that are missing."""
    stop = multiprocessing.Event()
    flooder = multiprocessing.Process(target=flood, args=(port, stop), daemon=True)
    if floods:
        flooder.start()
        time.sleep(0.3)
    try:
        times, missing = reply_times(port, seconds)
    finally:
        stop.set()
        if floods:
            flooder.join(2)
            flooder.kill()
    if not times:
        # They all still wait: the time is at least as long as we waited.
        return seconds * 1000, seconds * 1000, missing
    return (statistics.median(times) * 1000,
            statistics.quantiles(times, n=100)[98] * 1000 if len(times) > 100 else max(times) * 1000,
            missing)
