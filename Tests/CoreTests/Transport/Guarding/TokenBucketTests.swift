import Testing

@testable import Core

@Suite("Token bucket", .timeLimit(.minutes(5)))
struct TokenBucketTests {
    private let size = TokenBucket.Size(rate: 50, burst: 100)

    private func take(
        _ bucket: inout TokenBucket,
        _ size: TokenBucket.Size,
        at now: Microseconds
    ) -> Bool {
        bucket.take(size, at: now)
    }

    @Test("a burst, and then one token in exactly a fiftieth of a second")
    func exact() {
        let clock = ManualClock()
        var bucket = TokenBucket(size, at: clock.now)

        for _ in 0..<100 { #expect(take(&bucket, size, at: clock.now)) }
        #expect(!take(&bucket, size, at: clock.now))
        clock.advance(by: .microseconds(19_999))
        #expect(!take(&bucket, size, at: clock.now))
        clock.advance(by: .microseconds(1))
        #expect(take(&bucket, size, at: clock.now))
        #expect(!take(&bucket, size, at: clock.now))
        clock.advance(by: .seconds(3600))
        #expect(bucket.isFull(size, at: clock.now))
        for _ in 0..<100 { #expect(take(&bucket, size, at: clock.now)) }
        #expect(!take(&bucket, size, at: clock.now))
    }

    @Test("asked at any times, it gives what fits and not one more", arguments: 0..<50)
    func random(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        let size = TokenBucket.Size(
            rate: Int.random(in: 1...70, using: &random),
            burst: Int.random(in: 1...20, using: &random)
        )
        var bucket = TokenBucket(size, at: .zero)
        var now = Microseconds.zero
        // In millionths, as exactly as can be.
        var level = UInt64(size.burst) * 1_000_000
        for _ in 0..<500 {
            let step = UInt64.random(in: 0...40_000, using: &random)
            now += Microseconds(step)
            level = min(UInt64(size.burst) * 1_000_000, level + step * UInt64(size.rate))
            let isThere = level >= 1_000_000
            if isThere { level -= 1_000_000 }
            #expect(take(&bucket, size, at: now) == isThere, "seed \(seed)")
        }
    }

    @Test("a clock that was read too early takes nothing away, and no time is too long")
    func oddTimes() {
        var bucket = TokenBucket(size, at: .seconds(10))
        #expect(take(&bucket, size, at: .seconds(9)))
        #expect(take(&bucket, size, at: Microseconds(.max)))
        #expect(bucket.isFull(size, at: Microseconds(.max)) == false)
    }
}
