@testable import Core

/// Job lists with the results that textbooks and their programs print for them.
///
/// Sources:
/// - OSTEP: R. H. and A. C. Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*, ch. 7, figures
///   7.1 to 7.7, and its homework `cpu-sched/scheduler.py` (github.com/remzi-arpacidusseau/
///   ostep-homework): the example in its README, questions 1 to 3, and seed 0. As there, all jobs
///   arrive at 0 in the order of the list, and a job whose quantum is over goes to the end of the
///   queue.
/// - SGG: A. Silberschatz, P. B. Galvin and G. Gagne, *Operating System Concepts*, 10th ed., §5.3.1
///   (first-come, first-served), §5.3.2 (shortest job first), §5.3.3 (round robin), §5.3.4
///   (priority).
struct PublishedSchedule: CustomStringConvertible {
    let source: String
    let policy: String
    let seconds: [Double]
    /// Of the jobs, in the order of the list; none where the order alone decides.
    var priorities: [Int] = []
    let response: [Double]
    let waiting: [Double]
    let turnaround: [Double]
    /// As printed, to two decimals, where the source prints means.
    var meanResponse: Double?
    var meanWaiting: Double?
    var meanTurnaround: Double?

    var description: String { "\(source), \(policy)" }

    /// A schedule in which every job is executed in one go waits as long as it takes to respond.
    init(
        _ source: String,
        _ policy: String,
        _ seconds: [Double],
        priorities: [Int] = [],
        waiting: [Double],
        turnaround: [Double],
        means: (response: Double?, waiting: Double?, turnaround: Double?)
    ) {
        self.init(
            source,
            policy,
            seconds,
            priorities: priorities,
            response: waiting,
            waiting: waiting,
            turnaround: turnaround,
            means: means
        )
    }

    init(
        _ source: String,
        _ policy: String,
        _ seconds: [Double],
        priorities: [Int] = [],
        response: [Double],
        waiting: [Double],
        turnaround: [Double],
        means: (response: Double?, waiting: Double?, turnaround: Double?)
    ) {
        self.source = source
        self.policy = policy
        self.seconds = seconds
        self.priorities = priorities
        self.response = response
        self.waiting = waiting
        self.turnaround = turnaround
        (meanResponse, meanWaiting, meanTurnaround) = means
    }

    static let inOneGo = [
        PublishedSchedule(
            "OSTEP scheduler.py -l 200,200,200 (question 1)",
            "fifo",
            [200, 200, 200],
            waiting: [0, 200, 400],
            turnaround: [200, 400, 600],
            means: (200, 200, 400)
        ),
        PublishedSchedule(
            "OSTEP scheduler.py -l 200,200,200 (question 1)",
            "sjf",
            [200, 200, 200],
            waiting: [0, 200, 400],
            turnaround: [200, 400, 600],
            means: (200, 200, 400)
        ),
        PublishedSchedule(
            "OSTEP scheduler.py -l 100,200,300 (question 2)",
            "fifo",
            [100, 200, 300],
            waiting: [0, 100, 300],
            turnaround: [100, 300, 600],
            means: (133.33, 133.33, 333.33)
        ),
        PublishedSchedule(
            "OSTEP scheduler.py -l 100,200,300 (question 2)",
            "sjf",
            [100, 200, 300],
            waiting: [0, 100, 300],
            turnaround: [100, 300, 600],
            means: (133.33, 133.33, 333.33)
        ),
        PublishedSchedule(
            "OSTEP scheduler.py, seed 0: 9, 8, 5",
            "fifo",
            [9, 8, 5],
            waiting: [0, 9, 17],
            turnaround: [9, 17, 22],
            means: (8.67, 8.67, 16)
        ),
        PublishedSchedule(
            "OSTEP scheduler.py, seed 0: 9, 8, 5",
            "sjf",
            [9, 8, 5],
            waiting: [13, 5, 0],
            turnaround: [22, 13, 5],
            means: (6, 6, 13.33)
        ),
        PublishedSchedule(
            "OSTEP cpu-sched/README, seed 100: 1, 4, 7",
            "fifo",
            [1, 4, 7],
            waiting: [0, 1, 5],
            turnaround: [1, 5, 12],
            means: (2, 2, 6)
        ),
        PublishedSchedule(
            "OSTEP figure 7.1: 10, 10, 10",
            "fifo",
            [10, 10, 10],
            waiting: [0, 10, 20],
            turnaround: [10, 20, 30],
            means: (nil, nil, 20)
        ),
        PublishedSchedule(
            "OSTEP figure 7.2: 100, 10, 10",
            "fifo",
            [100, 10, 10],
            waiting: [0, 100, 110],
            turnaround: [100, 110, 120],
            means: (nil, nil, 110)
        ),
        PublishedSchedule(
            "OSTEP figure 7.3: 100, 10, 10",
            "sjf",
            [100, 10, 10],
            waiting: [20, 0, 10],
            turnaround: [120, 10, 20],
            means: (nil, nil, 50)
        ),
        PublishedSchedule(
            "OSTEP figure 7.6: 5, 5, 5",
            "sjf",
            [5, 5, 5],
            waiting: [0, 5, 10],
            turnaround: [5, 10, 15],
            means: (5, nil, nil)
        ),
        PublishedSchedule(
            "SGG §5.3.1: 24, 3, 3",
            "fifo",
            [24, 3, 3],
            waiting: [0, 24, 27],
            turnaround: [24, 27, 30],
            means: (nil, 17, nil)
        ),
        PublishedSchedule(
            "SGG §5.3.1: 3, 3, 24",
            "fifo",
            [3, 3, 24],
            waiting: [0, 3, 6],
            turnaround: [3, 6, 30],
            means: (nil, 3, nil)
        ),
        PublishedSchedule(
            "SGG §5.3.2: 6, 8, 7, 3",
            "sjf",
            [6, 8, 7, 3],
            waiting: [3, 16, 9, 0],
            turnaround: [9, 24, 16, 3],
            means: (nil, 7, nil)
        ),
        PublishedSchedule(
            "SGG §5.3.2: 6, 8, 7, 3",
            "fifo",
            [6, 8, 7, 3],
            waiting: [0, 6, 14, 21],
            turnaround: [6, 14, 21, 24],
            means: (nil, 10.25, nil)
        ),
    ]

    static let priority = [
        PublishedSchedule(
            "SGG §5.3.4: 10, 1, 2, 1, 5 with priorities 3, 1, 4, 5, 2",
            "priority",
            [10, 1, 2, 1, 5],
            priorities: [3, 1, 4, 5, 2],
            waiting: [6, 0, 16, 18, 1],
            turnaround: [16, 1, 18, 19, 6],
            means: (nil, 8.2, nil)
        )
    ]

    static let roundRobin = [
        PublishedSchedule(
            "OSTEP scheduler.py -l 200,200,200 -p RR -q 1, its loop done by hand",
            "rr:1",
            [200, 200, 200],
            response: [0, 1, 2],
            waiting: [398, 399, 400],
            turnaround: [598, 599, 600],
            means: (1, 399, 599)
        ),
        PublishedSchedule(
            "OSTEP scheduler.py -l 100,200,300 (question 3)",
            "rr:1",
            [100, 200, 300],
            response: [0, 1, 2],
            waiting: [198, 299, 300],
            turnaround: [298, 499, 600],
            means: (1, 265.67, 465.67)
        ),
        PublishedSchedule(
            "OSTEP scheduler.py, seed 0: 9, 8, 5",
            "rr:1",
            [9, 8, 5],
            response: [0, 1, 2],
            waiting: [13, 13, 10],
            turnaround: [22, 21, 15],
            means: (1, 12, 19.33)
        ),
        PublishedSchedule(
            "OSTEP figure 7.7: 5, 5, 5",
            "rr:1",
            [5, 5, 5],
            response: [0, 1, 2],
            waiting: [8, 9, 10],
            turnaround: [13, 14, 15],
            means: (1, nil, 14)
        ),
        PublishedSchedule(
            "SGG §5.3.3: 24, 3, 3",
            "rr:4",
            [24, 3, 3],
            response: [0, 4, 7],
            waiting: [6, 4, 7],
            turnaround: [30, 7, 10],
            means: (nil, 5.67, nil)
        ),
    ]
}
