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
 *   ./client HOST PORT udp|tcp register NAME ADDRESS LEASE_S      (ADDRESS: h1.h2.h3.h4.p1.p2)
 *   ./client HOST PORT udp|tcp renew LEASE LEASE_S
 *   ./client HOST PORT udp|tcp cancel LEASE
 *   ./client HOST PORT udp|tcp lookup [NAME]
 *   ./client HOST PORT udp|tcp put MAILBOX DEVICE SECONDS BODY WAIT_MS
 *   ./client HOST PORT udp|tcp get MAILBOX WAIT_MS
 *   ./client HOST PORT udp|tcp mailboxes
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
    fprintf(stderr,
            "usage: client HOST PORT udp|tcp null|submit|take|status|register|renew|cancel|lookup|"
            "put|get|mailboxes ...\n");
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

static sbx_submit job_of(char **words) {
    sbx_submit submit = {
        .job = {
            .device = words[0],
            .seconds = strtoul(words[1], NULL, 10),
            .body = {.sbx_body_len = strlen(words[2]), .sbx_body_val = words[2]},
        },
        .wait_ms = strtoul(words[3], NULL, 10),
    };
    return submit;
}

static int print_receipt(const char *call, sbx_receipt *receipt, CLIENT *client) {
    if (receipt == NULL) return no_result(client);
    printf("%s: code %d id %llu depth %u capacity %u\n", call, receipt->code,
           (unsigned long long)receipt->id, receipt->depth, receipt->capacity);
    return receipt->code == SBX_OK ? 0 : 3;
}

static int print_taking(const char *call, sbx_taking *taking, CLIENT *client) {
    if (taking == NULL) return no_result(client);
    if (taking->code != SBX_OK) {
        printf("%s: code %d\n", call, taking->code);
        return 3;
    }
    sbx_taken *taken = &taking->sbx_taking_u.taken;
    printf("%s: id %llu device %s seconds %u body %.*s\n", call, (unsigned long long)taken->id,
           taken->job.device, taken->job.seconds, (int)taken->job.body.sbx_body_len,
           taken->job.body.sbx_body_val);
    return 0;
}

static int print_lease(const char *call, sbx_lease *lease, CLIENT *client) {
    if (lease == NULL) return no_result(client);
    printf("%s: code %d lease %llu for %u s\n", call, lease->code,
           (unsigned long long)lease->lease, lease->lease_s);
    return lease->code == SBX_OK ? 0 : 3;
}

static int lookup(char *name, CLIENT *client) {
    sbx_hits *hits = sbx_lookup_1(name, client);
    if (hits == NULL) return no_result(client);
    printf("lookup: code %d\n", hits->code);
    for (u_int place = 0; place < hits->services.services_len; place++) {
        sbx_service *service = &hits->services.services_val[place];
        printf("  %s %s\n", service->name, service->address);
    }
    return hits->code == SBX_OK ? 0 : 3;
}

static int mailboxes(CLIENT *client) {
    static const char *kinds[] = {"process", "port", "socket", "group"};
    sbx_mailboxes *list = sbx_mailboxes_1(client);
    if (list == NULL) return no_result(client);
    for (u_int place = 0; place < list->mailboxes.mailboxes_len; place++) {
        sbx_mailbox *mailbox = &list->mailboxes.mailboxes_val[place];
        printf("mailbox %s: depth %u capacity %u\n", mailbox->name, mailbox->counts.depth,
               mailbox->counts.capacity);
        for (u_int number = 0; number < mailbox->destinations.destinations_len; number++) {
            sbx_destination *destination = &mailbox->destinations.destinations_val[number];
            printf("  %s %s\n", kinds[destination->kind], destination->text);
        }
    }
    return 0;
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
    if (strcmp(call, "submit") == 0 && count == 9)
        return print_receipt(call, sbx_submit_1(job_of(words + 5), client), client);
    if (strcmp(call, "take") == 0 && count == 6) {
        sbx_take take = {.wait_ms = strtoul(words[5], NULL, 10)};
        return print_taking(call, sbx_take_1(take, client), client);
    }
    if (strcmp(call, "put") == 0 && count == 10) {
        sbx_put put = {.mailbox = words[5], .submit = job_of(words + 6)};
        return print_receipt(call, sbx_put_1(put, client), client);
    }
    if (strcmp(call, "get") == 0 && count == 7) {
        sbx_get get = {.mailbox = words[5], .wait_ms = strtoul(words[6], NULL, 10)};
        return print_taking(call, sbx_get_1(get, client), client);
    }
    if (strcmp(call, "mailboxes") == 0) return mailboxes(client);
    if (strcmp(call, "register") == 0 && count == 8) {
        sbx_register entry = {
            .service = {.name = words[5], .address = words[6]},
            .lease_s = strtoul(words[7], NULL, 10),
        };
        return print_lease(call, sbx_register_1(entry, client), client);
    }
    if (strcmp(call, "renew") == 0 && count == 7) {
        sbx_renew renewal = {
            .lease = strtoull(words[5], NULL, 10),
            .lease_s = strtoul(words[6], NULL, 10),
        };
        return print_lease(call, sbx_renew_1(renewal, client), client);
    }
    if (strcmp(call, "cancel") == 0 && count == 6) {
        sbx_code *code = sbx_cancel_1(strtoull(words[5], NULL, 10), client);
        if (code == NULL) return no_result(client);
        printf("cancel: code %d\n", *code);
        return *code == SBX_OK ? 0 : 3;
    }
    if (strcmp(call, "lookup") == 0 && count <= 6) return lookup(count == 6 ? words[5] : "", client);
    return usage();
}
