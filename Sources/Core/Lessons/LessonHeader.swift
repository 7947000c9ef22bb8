/// What a lesson says before its first chapter: title, summary, and the engine's settings.
struct LessonHeader {
    private(set) var title = ""
    private(set) var summary = ""
    private(set) var settings = EngineSettings()
    private var seen: Set<String> = []
    private var programName: (text: String, line: Int)?
    private var policyLine: Int?
    private var priority: (text: String, line: Int)?
    private var quantum: (time: Microseconds, line: Int)?
    private var texts: [Program.Role: (statements: [(line: Int, text: String)], line: Int)] = [:]

    /// In the order in which the description has them.
    static let fields = [
        "title", "summary", "capacity", "producers", "consumers", "program", "policy", "priority",
        "quantum", "service", "rate", "seed", "producer", "consumer",
    ]

    static let capacities = 0...64
    static let threads = 0...8

    init(_ entries: ArraySlice<LessonEntry>) throws(LessonError) {
        settings.startsPaused = true
        for entry in entries { try read(entry) }
        for field in ["title", "summary"] where !seen.contains(field) {
            throw LessonError(.missing("\"\(field):\""), line: nil)
        }
        try choosePriority()
        try choosePrograms()
        let (programs, policy) = (settings.kernel.programs, settings.kernel.policy)
        guard settings.kernel.allows(programs) else {
            guard !settings.kernel.isRendezvous else {
                throw LessonError(
                    .missing("\"program: rendezvous\" with \"policy: fifo\", for \"capacity: 0\""),
                    line: programName?.line ?? policyLine
                )
            }
            throw LessonError(
                .needsOrderOfArrival(program: programs.name, policy: policy.name),
                line: policyLine
            )
        }
    }

    /// The program of this name that the lesson can change to.
    func program(named name: String) -> ProgramPair? {
        settings.kernel.library.first { $0.name == name }
    }

    private mutating func read(_ entry: LessonEntry) throws(LessonError) {
        let field = String(entry.word.dropLast())
        guard entry.word.last == ":", Self.fields.contains(field) else {
            throw LessonError(
                .unknownWord(
                    entry.word,
                    field: "setting",
                    allowed: Self.fields.map { "\($0):" } + ["chapter"]
                ),
                line: entry.line
            )
        }
        guard seen.insert(field).inserted else {
            throw LessonError(.twice("\"\(field):\""), line: entry.line)
        }
        let isProgram = field == "producer" || field == "consumer"
        if !isProgram, let first = entry.block.first {
            throw LessonError(.unexpectedBlock(after: entry.word), line: first.line)
        }
        guard isProgram || !entry.rest.isEmpty else {
            throw LessonError(.missing("a value for \"\(field):\""), line: entry.line)
        }
        try set(field, entry)
    }

    private mutating func set(_ field: String, _ entry: LessonEntry) throws(LessonError) {
        switch field {
        case "title": title = entry.rest
        case "summary": summary = entry.rest
        case "capacity": settings.kernel.capacity = try entry.number(field, Self.capacities)
        case "producers": settings.producers = try entry.number(field, Self.threads)
        case "consumers": settings.consumers = try entry.number(field, Self.threads)
        case "program": programName = (entry.rest, entry.line)
        case "policy": try setPolicy(entry)
        case "priority": priority = (entry.rest, entry.line)
        case "quantum": quantum = (try quantum(entry), entry.line)
        case "service": settings.kernel.service = try entry.choice(field)
        case "rate": settings.kernel.rate = try entry.rate()
        case "seed": settings.seed = UInt64(try entry.number(field, 0...1_000_000_000))
        case "producer": texts[.producer] = (try entry.statements(), entry.line)
        case "consumer": texts[.consumer] = (try entry.statements(), entry.line)
        default: break  // `fields` has no other.
        }
    }

    private mutating func setPolicy(_ entry: LessonEntry) throws(LessonError) {
        guard let policy = PolicyCatalog.policy(named: entry.rest) else {
            let names = PolicyCatalog.all.map(\.name)
            throw LessonError(
                .unknownWord(entry.rest, field: "policy", allowed: names),
                line: entry.line
            )
        }
        settings.kernel.policy = policy
        policyLine = entry.line
    }

    private func quantum(_ entry: LessonEntry) throws(LessonError) -> Microseconds {
        let time = try LessonEntry.seconds(entry.rest, "quantum", line: entry.line)
        guard time > .zero else {
            throw LessonError(
                .badValue(field: "quantum", text: entry.rest, allowed: "more than 0 s"),
                line: entry.line
            )
        }
        return time
    }

    private mutating func choosePriority() throws(LessonError) {
        guard let priority else { return }
        guard settings.kernel.policy is PriorityFirst else {
            throw LessonError(
                .missing("\"policy: priority\", which priorities are for,"),
                line: priority.line
            )
        }
        do throws(PriorityError) {
            settings.kernel.policy = try PriorityFirst(priority.text)
        } catch {
            throw LessonError(.badPriority(error), line: priority.line)
        }
    }

    // MARK: - Programs

    /// Round robin is a policy and a program: together, or not at all.
    private func programsOfPolicy() throws(LessonError) -> [ProgramPair] {
        guard settings.kernel.policy.isInTurns else {
            guard let quantum else { return [] }
            throw LessonError(
                .missing("\"policy: rr\", which a quantum is for,"),
                line: quantum.line
            )
        }
        return [ProgramCatalog.roundRobin(quantum: quantum?.time ?? .seconds(1))]
    }

    /// The catalog's, or the lesson's own under the name that `program:` gives it.
    private mutating func choosePrograms() throws(LessonError) {
        let meeting = settings.kernel.isRendezvous ? [ProgramCatalog.rendezvous] : []
        let special = try programsOfPolicy() + meeting
        settings.kernel.choices = ProgramCatalog.all + special
        let name = programName?.text ?? special.first?.name ?? ProgramCatalog.correct.name
        let known = settings.kernel.choices.first { $0.name == name }
        guard let line = texts.values.map(\.line).min() else {
            guard let known else {
                let names = settings.kernel.choices.map(\.name)
                throw LessonError(
                    .unknownWord(name, field: "program", allowed: names),
                    line: programName?.line
                )
            }
            settings.kernel.programs = known
            return
        }
        guard let programName, known == nil else {
            let need = "\"program:\" with a new name for the lesson's own program"
            throw LessonError(.missing(need), line: programName?.line ?? line)
        }
        settings.kernel.programs = try own(programName.text)
    }

    /// Nobody has proved what the lesson's own program keeps, so it may break everything.
    private func own(_ name: String) throws(LessonError) -> ProgramPair {
        try checkRoles()
        do throws(ProgramError) {
            return try ProgramPair(
                name: name,
                summary: summary,
                producer: statements(.producer),
                consumer: statements(.consumer),
                isCorrect: false,
                misplacesJobs: true
            )
        } catch {
            throw LessonError(.badProgram(error), line: place(of: error))
        }
    }

    /// A lesson may change only one of the two.
    private func statements(_ role: Program.Role) -> [String] {
        texts[role]?.statements.map(\.text)
            ?? ProgramCatalog.correct.program(for: role).statements.map(\.description)
    }

    /// The kernel bears every order of a role's statements, but not those of the other.
    private func checkRoles() throws(LessonError) {
        for (role, entry) in texts.sorted(by: { $0.value.line < $1.value.line }) {
            for (line, text) in entry.statements {
                guard let statement = try? Statement(text), !statement.canBeUsed(by: role) else {
                    continue
                }
                throw LessonError(
                    .badValue(
                        field: "a statement of an own \(role)",
                        text: text,
                        allowed: role == .producer
                            ? "none of remove, execute and their parts"
                            : "none of produce, insert and its parts, execute(… s) and put back"
                    ),
                    line: line
                )
            }
        }
    }

    private func place(of error: ProgramError) -> Int? {
        switch error {
        case .line(let role, let line, _), .jumpOutside(let role, let line, _):
            texts[role].map { $0.statements[line - 1].line }
        case .wrongCount(let role, _): texts[role]?.line
        case .notBegunByProduce: texts[.producer]?.line
        case .partsOfWhole, .correctAndMisplacing: programName?.line
        }
    }
}

extension Statement {
    /// Whether a lesson's own program of this role may have it.
    fileprivate func canBeUsed(by role: Program.Role) -> Bool {
        switch self {
        case .produce, .insert, .insertPart: role == .producer
        case .remove, .execute, .removePart: role == .consumer
        // They need a buffer that hands out jobs in turns and keeps their slots.
        case .executeFor, .putBack: false
        case .wait, .signal, .jumpIf, .jump, .waitCondition, .notify: true
        }
    }
}
