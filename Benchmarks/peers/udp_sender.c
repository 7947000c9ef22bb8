// Sends text jobs over UDP in an open loop, as bursts every millisecond.
// cc -O2 udp_sender.c -o udp_sender && ./udp_sender ADDRESS PORT COUNT DEVICES [JOBS_PER_SECOND] [SKIP]
//
// Job i is for device i mod DEVICES + 1 and takes 1 + i mod 9 seconds. A rate of 0 sends as fast as
// the machine can. SKIP jobs are left out at the start, so that a run can be sent in two parts.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64 };

int main(int count, char **arguments) {
    if (count < 5 || count > 7)
        return fprintf(stderr, "usage: udp_sender ADDRESS PORT COUNT DEVICES [JOBS_PER_SECOND] [SKIP]\n"), 2;
    long jobs = atol(arguments[3]), devices = atol(arguments[4]);
    long rate = count > 5 ? atol(arguments[5]) : 0, next = count > 6 ? atol(arguments[6]) : 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2]))};
    if (inet_pton(AF_INET, arguments[1], &address.sin_addr) != 1 || devices < 1) return 2;
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (connect(sock, (struct sockaddr *)&address, sizeof address) != 0) return perror("connect"), 1;

    static char texts[BATCH][32];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        parts[i].iov_base = texts[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    struct timespec tick;
    clock_gettime(CLOCK_MONOTONIC, &tick);
    long allowed = rate > 0 ? next : jobs;
    double credit = (double)next;
    while (next < jobs) {
        if (rate > 0 && next >= allowed) {
            tick.tv_nsec += 1000000;
            if (tick.tv_nsec >= 1000000000) tick.tv_sec++, tick.tv_nsec -= 1000000000;
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &tick, NULL);
            credit += (double)rate / 1000;
            allowed = credit < (double)jobs ? (long)credit : jobs;
            continue;
        }
        int batch = 0;
        for (; batch < BATCH && next + batch < allowed; batch++) {
            long job = next + batch;
            parts[batch].iov_len = (size_t)snprintf(
                texts[batch], sizeof texts[batch], "%ld:%ld", job % devices + 1, 1 + job % 9);
        }
        int sent = sendmmsg(sock, messages, (unsigned)batch, 0);
        if (sent > 0) next += sent;
        else if (errno != ENOBUFS && errno != EINTR) return perror("sendmmsg"), 1;
    }
    return 0;
}
