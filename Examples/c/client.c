/*
 * A client of signalbox in C, on rpcgen and libtirpc:
 *
 *   rpcgen -N -C -h signalbox.x > signalbox.h
 *   rpcgen -N -C -c signalbox.x > signalbox_xdr.c
 *   rpcgen -N -C -l signalbox.x > signalbox_clnt.c
 *   gcc -w client.c signalbox_clnt.c signalbox_xdr.c $(pkg-config --cflags --libs libtirpc) -o client
 *
 *   ./client HOST PORT udp|tcp null
 *   ./client HOST PORT udp|tcp submit DEVICE SECONDS BODY WAIT_MS
 *   ./client HOST PORT udp|tcp take WAIT_MS
 *   ./client HOST PORT udp|tcp status
 *
 * Exit status: 0 done, 1 no result, 2 wrong arguments, 3 a result that is not OK.
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "signalbox.h"

static int usage(void) {
    fprintf(stderr, "usage: client HOST PORT udp|tcp null|submit|take|status ...\n");
    return 2;
}

/* A handle for the port itself: no rpcbind is asked. */
static CLIENT *connect_to(const char *host, const char *port, const char *transport) {
    int is_tcp = strcmp(transport, "tcp") == 0;
    struct addrinfo hints = {
        .ai_family = AF_INET,
        .ai_socktype = is_tcp ? SOCK_STREAM : SOCK_DGRAM,
    };
    struct addrinfo *found;
    if (getaddrinfo(host, port, &hints, &found) != 0) return NULL;
    struct sockaddr_in address;
    memcpy(&address, found->ai_addr, sizeof address);
    freeaddrinfo(found);
    int descriptor = RPC_ANYSOCK;
    if (is_tcp) return clnttcp_create(&address, SBX_PROGRAM, SBX_V1, &descriptor, 0, 0);
    /* UDP repeats a call each second until its reply comes; the server executes it once. */
    struct timeval repetition = {1, 0};
    return clntudp_create(&address, SBX_PROGRAM, SBX_V1, repetition, &descriptor);
}

static int no_result(CLIENT *client) {
    clnt_perror(client, "no result");
    return 1;
}

int main(int count, char **words) {
    if (count < 5) return usage();
    const char *call = words[4];
    CLIENT *client = connect_to(words[1], words[2], words[3]);
    if (client == NULL) {
        clnt_pcreateerror("no server");
        return 1;
    }
    struct timeval patience = {25, 0};
    clnt_control(client, CLSET_TIMEOUT, (char *)&patience);

    if (strcmp(call, "null") == 0) {
        if (sbx_null_1(client) == NULL) return no_result(client);
        printf("null: yes\n");
        return 0;
    }
    if (strcmp(call, "status") == 0) {
        sbx_counts *counts = sbx_status_1(client);
        if (counts == NULL) return no_result(client);
        printf("status: produced %llu consumed %llu depth %u capacity %u waiting %u %u\n",
               (unsigned long long)counts->produced, (unsigned long long)counts->consumed,
               counts->depth, counts->capacity, counts->waiting_put, counts->waiting_take);
        return 0;
    }
    if (strcmp(call, "submit") == 0 && count == 9) {
        sbx_submit submit = {
            .job = {
                .device = words[5],
                .seconds = strtoul(words[6], NULL, 10),
                .body = {.sbx_body_len = strlen(words[7]), .sbx_body_val = words[7]},
            },
            .wait_ms = strtoul(words[8], NULL, 10),
        };
        sbx_receipt *receipt = sbx_submit_1(submit, client);
        if (receipt == NULL) return no_result(client);
        printf("submit: code %d id %llu depth %u capacity %u\n", receipt->code,
               (unsigned long long)receipt->id, receipt->depth, receipt->capacity);
        return receipt->code == SBX_OK ? 0 : 3;
    }
    if (strcmp(call, "take") == 0 && count == 6) {
        sbx_take take = {.wait_ms = strtoul(words[5], NULL, 10)};
        sbx_taking *taking = sbx_take_1(take, client);
        if (taking == NULL) return no_result(client);
        if (taking->code != SBX_OK) {
            printf("take: code %d\n", taking->code);
            return 3;
        }
        sbx_taken *taken = &taking->sbx_taking_u.taken;
        printf("take: id %llu device %s seconds %u body %.*s\n", (unsigned long long)taken->id,
               taken->job.device, taken->job.seconds, (int)taken->job.body.sbx_body_len,
               taken->job.body.sbx_body_val);
        return 0;
    }
    return usage();
}
