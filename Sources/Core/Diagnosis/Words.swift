/// Lists and numbers as people write them.
enum Words {
    /// "P1", "P1 and P2", "P1, P2 and P3", "P1, P2, P3 and 4 others".
    static func list(_ names: [String]) -> String {
        switch names.count {
        case 0: return "nobody"
        case 1: return names[0]
        case 2, 3:
            return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
        default:
            let rest = names.count - 3
            return names.prefix(3).joined(separator: ", ")
                + " and \(rest) \(rest == 1 ? "other" : "others")"
        }
    }

    /// "line 3", "lines 3 and 4"; lines count from 0 here, and from 1 for people.
    static func lines(_ lines: [Int]) -> String {
        "\(lines.count == 1 ? "line" : "lines") \(list(lines.map { "\($0 + 1)" }))"
    }

    static func lines(_ range: ClosedRange<Int>) -> String {
        range.count == 1
            ? lines([range.lowerBound]) : "lines \(range.lowerBound + 1) to \(range.upperBound + 1)"
    }

    /// "1 job", "3 jobs".
    static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// "2.1 s"; at least a tenth, because it is not over yet.
    static func seconds(_ span: Microseconds) -> String {
        let tenths = max(1, (span.count + 50_000) / 100_000)
        return "\(Microseconds(tenths * 100_000)) s"
    }

    /// "4 s", in whole seconds, so that it stays still.
    static func wholeSeconds(_ span: Microseconds) -> String {
        "\(span.count / 1_000_000) s"
    }
}
