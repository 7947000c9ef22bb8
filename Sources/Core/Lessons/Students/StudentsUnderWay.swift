/// Which job is which student's, from the document's writing to its judgement.
///
/// A slot of the buffer shows a job's device and CPU time and nothing of its sender's. So no two
/// students under way share both: the later one's time is longer by as many microseconds as it takes.
struct StudentsUnderWay {
    private struct Shape: Hashable {
        let device: DeviceID
        var cpuTime: Microseconds
    }

    private var numbers: [Shape: Int] = [:]
    private var shapes: [Int: Shape] = [:]

    /// - Parameters:
    ///   - job: The student's, with the time that it is to take.
    ///   - number: The student's.
    /// - Returns: The job, with a time that tells it from the others.
    mutating func add(_ job: Job, _ number: Int) -> Job {
        var shape = Shape(device: job.device, cpuTime: job.cpuTime)
        while numbers[shape] != nil { shape.cpuTime += Microseconds(1) }
        numbers[shape] = number
        shapes[number] = shape
        return Job(device: shape.device, cpuTime: shape.cpuTime)
    }

    mutating func remove(_ number: Int) {
        guard let shape = shapes.removeValue(forKey: number) else { return }
        numbers[shape] = nil
    }

    func number(of job: Job) -> Int? {
        numbers[Shape(device: job.device, cpuTime: job.cpuTime)]
    }
}
