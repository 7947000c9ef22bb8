import Testing

@testable import Core

@Suite("Tokens", .timeLimit(.minutes(5)))
struct TokenTests {
    @Test("the code is HMAC-SHA256, as another program computes it")
    func code() throws {
        let token = try Token(Array("Jefe-Jefe-Jefe-Jefe".utf8))

        #expect(
            hex(token.code(for: Array("what do ya want for nothing?".utf8)))
                .filter { $0 != " " }
                == "3d130ab485fcadc54cf6d4101d0bd5eaa913b7f5d29559e205ee52a0d586f4ec"
        )
    }

    @Test("a code is compared to its last byte, and fewer than eight bytes are none")
    func comparison() throws {
        let token = try SealedFixtures.token()
        let message: [UInt8] = [1, 2, 3]
        let code = token.code(for: message)

        #expect(token.isCode(code, of: message))
        #expect(token.isCode(code.prefix(8), of: message))
        #expect(!token.isCode(code.prefix(7), of: message))
        #expect(!token.isCode(code + [0], of: message))
        for place in code.indices {
            var wrong = code
            wrong[place] ^= 1
            #expect(!token.isCode(wrong, of: message), "byte \(place)")
        }
    }

    @Test("the token is shown by itself only, not by its beginning nor with more behind")
    func shown() throws {
        let token = try SealedFixtures.token()
        let text = SealedFixtures.secret

        #expect(token.isShown(by: text.utf8))
        for wrong in ["", String(text.dropLast()), text + "x", text.uppercased()] {
            #expect(!token.isShown(by: wrong.utf8))
        }
    }

    @Test("too short, too long, spaces and other characters are no token")
    func limits() {
        func error(_ text: String) -> TokenError? {
            do {
                _ = try Token(Array(text.utf8))
                return nil
            } catch {
                return error
            }
        }

        #expect(error(String(repeating: "x", count: 15)) == .length(15))
        #expect(error(String(repeating: "x", count: 257)) == .length(257))
        #expect(error(String(repeating: "x", count: 16)) == nil)
        #expect(error(String(repeating: "x", count: 256)) == nil)
        #expect(error("0123456789abcde f") == .notPrintable)
        #expect(error("0123456789abcdeé") == .notPrintable)
        #expect(error("0123456789abcde\n") == .notPrintable)
    }
}
