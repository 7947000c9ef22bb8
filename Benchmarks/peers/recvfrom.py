"""The UDP job server of a Python course: recvfrom, split, add to the device's sum.

python3 recvfrom.py PORT COUNT DEVICES      ends and checks like recvfrom.c
"""

import json
import socket
import sys
import time


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: recvfrom.py PORT COUNT DEVICES")
    port, wanted, devices = map(int, sys.argv[1:])
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    server.settimeout(30)
    server.bind(("127.0.0.1", port))
    print("listening on 127.0.0.1 %d udp" % server.getsockname()[1], flush=True)

    sums = {}
    jobs = refused = 0
    start = 0.0
    try:
        while jobs < wanted:
            text, _ = server.recvfrom(2048)
            if text == b"END":
                break
            if jobs == 0:
                start = time.process_time()
                server.settimeout(2)
            try:
                device, seconds = text.split(b":")
                sums[device] = sums.get(device, 0) + int(seconds)
                jobs += 1
            except ValueError:
                refused += 1
    except TimeoutError:
        pass
    each = (time.process_time() - start) * 1e9 / jobs if jobs else 0

    if jobs == wanted:
        expected = {}
        for number in range(wanted):
            device = b"%d" % (number % devices + 1)
            expected[device] = expected.get(device, 0) + 1 + number % 9
        if sums != expected:
            sys.exit("WRONG SUM")
    print(json.dumps({"jobs": jobs, "lost": wanted - jobs, "refused": refused,
                      "cpu_ns_per_job": round(each, 1)}))
    return 0 if jobs == wanted else 3


sys.exit(main())
