/// Writes metrics in Prometheus' text format, version 0.0.4.
///
/// Source: Prometheus documentation, *Exposition formats*.
package struct PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var text = ""

    package init() {}

    /// One number of a metric.
    package struct Sample {
        let labels: [(String, String)]
        let value: String

        package init(_ labels: [(String, String)] = [], _ value: some FixedWidthInteger) {
            self.labels = labels
            self.value = "\(value)"
        }

        package init(_ labels: [(String, String)] = [], _ time: Microseconds) {
            self.labels = labels
            value = "\(time)"
        }
    }

    /// What only rises; the name ends in `_total`.
    package mutating func counter(_ name: String, help: String, _ samples: [Sample]) {
        precondition(name.hasSuffix("_total"), "a counter's name ends in _total, unlike \(name)")
        metric(name, "counter", help, samples)
    }

    /// What rises and falls.
    package mutating func gauge(_ name: String, help: String, _ samples: [Sample]) {
        metric(name, "gauge", help, samples)
    }

    /// How often something took how long.
    package struct Distribution {
        let labels: [(String, String)]
        let buckets: [(bound: Microseconds, count: UInt64)]
        let sum: Microseconds
        let count: UInt64

        /// - Parameters:
        ///   - labels: Whose times they are.
        ///   - buckets: Upper bounds, rising, each with how many were at most that long.
        ///   - sum: All of them together.
        ///   - count: How many there were.
        package init(
            _ labels: [(String, String)],
            buckets: [(bound: Microseconds, count: UInt64)],
            sum: Microseconds,
            count: UInt64
        ) {
            (self.labels, self.buckets, self.sum, self.count) = (labels, buckets, sum, count)
        }
    }

    /// How often something took how long; the name ends in `_seconds`.
    package mutating func histogram(_ name: String, help: String, _ all: [Distribution]) {
        head(name, "histogram", help)
        for times in all {
            for bucket in times.buckets {
                let labels = times.labels + [("le", "\(bucket.bound)")]
                line("\(name)_bucket", labels, "\(bucket.count)")
            }
            line("\(name)_bucket", times.labels + [("le", "+Inf")], "\(times.count)")
            line("\(name)_sum", times.labels, "\(times.sum)")
            line("\(name)_count", times.labels, "\(times.count)")
        }
    }

    private mutating func metric(
        _ name: String,
        _ type: String,
        _ help: String,
        _ samples: [Sample]
    ) {
        head(name, type, help)
        for sample in samples { line(name, sample.labels, sample.value) }
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            let parts = labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
            text += "{\(parts.joined(separator: ","))}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quotes: escaped.append(contentsOf: "\\\"".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
