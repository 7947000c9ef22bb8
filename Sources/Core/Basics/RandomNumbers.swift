/// A stream of random numbers that the same seed repeats, on every machine.
///
/// Source: S. Vigna, splitmix64 (public domain), after Steele, Lea and Flood, *Fast Splittable
/// Pseudorandom Number Generators*, OOPSLA 2014.
package struct RandomNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A stream of its own for one of many users of a seed, such as each device's.
    package func stream(_ number: Int) -> RandomNumbers {
        var copy = RandomNumbers(
            seed: state ^ (UInt64(truncatingIfNeeded: number) &* 0xD6E8_FEB8_6659_FD93)
        )
        return RandomNumbers(seed: copy.next())
    }
}
