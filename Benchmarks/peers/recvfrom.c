// The least a UDP job server can do: receive, parse ID:SECONDS, add to the device's sum.
// cc -O2 recvfrom.c -o recvfrom && ./recvfrom PORT COUNT DEVICES      port 0: the system chooses
//
// Ends after COUNT jobs, on a datagram END, or after two idle seconds. The sums must be those of
// udp_sender (job i: device i mod DEVICES + 1, 1 + i mod 9 seconds) when nothing was lost.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST_DEVICE = 10000 };
static uint64_t sums[LARGEST_DEVICE + 1], expected[LARGEST_DEVICE + 1];

static double cpu_nanoseconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e9
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3;
}

// Returns 0 for text that is no job.
static int parse(const char *text, ssize_t length, unsigned *device, unsigned *seconds) {
    unsigned values[2] = {0, 0};
    int part = 0, digits = 0;
    for (ssize_t i = 0; i < length; i++) {
        if (text[i] == ':' && part == 0 && digits > 0) {
            part = 1;
            digits = 0;
        } else if (text[i] >= '0' && text[i] <= '9' && ++digits <= 9) {
            values[part] = values[part] * 10 + (unsigned)(text[i] - '0');
        } else {
            return 0;
        }
    }
    *device = values[0];
    *seconds = values[1];
    return part == 1 && digits > 0 && values[0] <= LARGEST_DEVICE;
}

int main(int count, char **arguments) {
    if (count != 4) return fprintf(stderr, "usage: recvfrom PORT COUNT DEVICES\n"), 2;
    long wanted = atol(arguments[2]), devices = atol(arguments[3]), jobs = 0, refused = 0;
    int sock = socket(AF_INET, SOCK_DGRAM, 0), bytes = 4 << 20;
    setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    struct timeval idle = {.tv_sec = 30};
    setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(sock, (struct sockaddr *)&address, size) != 0) return perror("bind"), 2;
    getsockname(sock, (struct sockaddr *)&address, &size);
    printf("listening on 127.0.0.1 %d udp\n", ntohs(address.sin_port));
    fflush(stdout);

    double start = 0;
    char text[2048];
    while (jobs < wanted) {
        struct sockaddr_in sender;
        socklen_t sender_size = sizeof sender;
        ssize_t length = recvfrom(sock, text, sizeof text, 0, (struct sockaddr *)&sender, &sender_size);
        if (length < 0 || (length == 3 && memcmp(text, "END", 3) == 0)) break;
        if (jobs == 0) {
            start = cpu_nanoseconds();
            idle.tv_sec = 2;
            setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
        }
        unsigned device, seconds;
        if (!parse(text, length, &device, &seconds)) {
            refused++;
            continue;
        }
        sums[device] += seconds;
        jobs++;
    }
    double each = jobs > 0 ? (cpu_nanoseconds() - start) / (double)jobs : 0;

    for (long i = 0; i < wanted; i++) expected[i % devices + 1] += (uint64_t)(1 + i % 9);
    if (jobs == wanted && memcmp(sums, expected, sizeof sums) != 0) return fprintf(stderr, "WRONG SUM\n"), 1;
    printf("{\"jobs\": %ld, \"lost\": %ld, \"refused\": %ld, \"cpu_ns_per_job\": %.1f}\n",
        jobs, wanted - jobs, refused, each);
    return jobs == wanted ? 0 : 3;
}
