"""Python's queue.Queue, one item at a time: a tuple of four numbers.

python3 queue_bench.py PRODUCERS CONSUMERS SLOTS ITEMS
"""

import queue
import sys
import threading
import time


def main():
    if len(sys.argv) != 5:
        sys.exit("usage: queue_bench.py PRODUCERS CONSUMERS SLOTS ITEMS")
    producers, consumers, slots, items = map(int, sys.argv[1:])
    items = items // (producers * consumers) * (producers * consumers)
    jobs = queue.Queue(slots)
    sums = [0] * consumers

    def produce():
        for number in range(1, items // producers + 1):
            jobs.put((number, 0, 0, 0))

    def consume(index):
        total = 0
        for _ in range(items // consumers):
            total += jobs.get()[0]
        sums[index] = total

    threads = [threading.Thread(target=produce) for _ in range(producers)]
    threads += [threading.Thread(target=consume, args=(index,)) for index in range(consumers)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start

    each = items // producers
    if sum(sums) != producers * each * (each + 1) // 2:
        sys.exit("WRONG SUM")
    print('{"items_per_second": %.0f}' % (items / seconds))


main()
