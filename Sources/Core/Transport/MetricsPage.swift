/// `/metrics`: what the server counts, for Prometheus.
enum MetricsPage {
    static func text(_ report: ServerReport) -> String {
        var page = PrometheusText()
        writeBuffers(report.mailboxes, &page)
        writeSemaphores(report.mailboxes, &page)
        writeJobs(report, &page)
        writeNetwork(report, &page)
        return page.text
    }

    private static func writeBuffers(
        _ mailboxes: [ServerReport.Mailbox],
        _ page: inout PrometheusText
    ) {
        page.gauge(
            "signalbox_buffer_depth",
            help: "Jobs in the buffer.",
            mailboxes.map { .init([("buffer", $0.name)], $0.counts.depth) }
        )
        page.gauge(
            "signalbox_buffer_capacity_items",
            help: "Jobs for which the buffer has room.",
            mailboxes.map { .init([("buffer", $0.name)], $0.counts.capacity) }
        )
        page.counter(
            "signalbox_items_total",
            help: "Jobs put into the buffer and taken out of it.",
            mailboxes.flatMap { mailbox in
                [("put", mailbox.counts.produced), ("take", mailbox.counts.consumed)].map {
                    .init([("buffer", mailbox.name), ("op", $0.0)], $0.1)
                }
            }
        )
    }

    private static func writeSemaphores(
        _ mailboxes: [ServerReport.Mailbox],
        _ page: inout PrometheusText
    ) {
        let semaphores = mailboxes.flatMap { mailbox in
            mailbox.semaphores.map { semaphore in
                (labels: [("buffer", mailbox.name), ("semaphore", semaphore.name)], semaphore)
            }
        }
        page.gauge(
            "signalbox_semaphore_value",
            help: "The value of a semaphore.",
            semaphores.map { .init($0.labels, $0.1.value) }
        )
        page.gauge(
            "signalbox_semaphore_waiters",
            help: "Threads and remote clients that wait for a semaphore.",
            semaphores.map { .init($0.labels, $0.1.waiting) }
        )
    }

    private static func writeJobs(_ report: ServerReport, _ page: inout PrometheusText) {
        page.counter(
            "signalbox_jobs_total",
            help: "Jobs by what became of them.",
            report.jobs.map { .init([("outcome", $0.name)], $0.count) }
        )
        page.counter(
            "signalbox_device_cpu_seconds_total",
            help: "CPU time of a device's jobs.",
            report.labelledDevices.map { .init([("device", $0.name)], $0.cpuTime) }
        )
        page.histogram(
            "signalbox_wait_seconds",
            help: "How long jobs waited, execution left out.",
            report.mailboxes.map { mailbox in
                let waits = mailbox.waits()
                return .init(
                    [("buffer", mailbox.name)],
                    buckets: waits.buckets,
                    sum: waits.sum,
                    count: waits.count
                )
            }
        )
    }

    private static func writeNetwork(_ report: ServerReport, _ page: inout PrometheusText) {
        page.counter(
            "signalbox_dropped_datagrams_total",
            help: "Datagrams that were refused or dropped.",
            report.droppedDatagrams.map { .init([("reason", $0.name)], $0.count) }
        )
        // Without the peers: anybody can make up as many as there are addresses.
        page.counter(
            "signalbox_refusals_total",
            help: "Datagrams, jobs, calls and connections that were refused.",
            report.refusals.map { .init([("reason", $0.name)], $0.count) }
        )
        page.counter(
            "signalbox_network_events_total",
            help: "What connections did and which limits they hit.",
            report.networkEvents.map { .init([("event", $0.name)], $0.count) }
        )
        page.gauge(
            "signalbox_watchers",
            help: "Dashboards on other terminals that follow this server.",
            [.init([], report.watching.watchers)]
        )
        page.counter(
            "signalbox_watch_frames_total",
            help: "Frames for watchers by what became of them.",
            report.watching.frames.map { .init([("outcome", $0.name)], $0.count) }
        )
    }
}
