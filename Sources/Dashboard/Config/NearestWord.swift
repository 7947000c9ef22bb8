/// The word that somebody who wrote this most likely meant.
///
/// - Parameters:
///   - text: What was written.
///   - words: What could have been meant.
/// - Returns: The first of those with the fewest changed letters; `nil` when too much would change.
func nearestWord(to text: String, among words: [String]) -> String? {
    let longest = 64
    guard text.count <= longest else { return nil }
    let distances = words.map { (word: $0, changes: changedLetters(text, $0)) }
    guard let best = distances.min(by: { $0.changes < $1.changes }) else { return nil }
    return best.changes <= max(2, text.count / 3) ? best.word : nil
}

/// How many letters must be put, taken or replaced to make one word of the other.
///
/// Source: R. A. Wagner and M. J. Fischer, *The String-to-String Correction Problem*, Journal of the
/// ACM 21 (1974).
/// - Complexity: O(n·m) for words of n and m letters.
private func changedLetters(_ first: String, _ second: String) -> Int {
    let letters = Array(second)
    var row = Array(0...letters.count)
    for (index, letter) in first.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for place in letters.indices {
            let replaced = diagonal + (letters[place] == letter ? 0 : 1)
            diagonal = row[place + 1]
            row[place + 1] = min(replaced, diagonal + 1, row[place] + 1)
        }
    }
    return row[letters.count]
}
