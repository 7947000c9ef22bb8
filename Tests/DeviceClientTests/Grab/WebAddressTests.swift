import Testing

@testable import DeviceClient

@Suite("Web addresses")
struct WebAddressTests {
    @Test(
        "a URL is taken apart",
        arguments: [
            ("http://a.b", "http", "a.b", 80, "/"),
            ("  HTTPS://A-1.b:444/x?y=/../z#f\n", "https", "A-1.b", 444, "/x?y=/../z"),
            ("http://[::1]:8000?q", "http", "::1", 8000, "/?q"),
            ("http://127.0.0.1:/a%20b/../c", "http", "127.0.0.1", 80, "/a%20b/../c"),
            ("http://h/ä", "http", "h", 80, "/%C3%A4"),
        ]
    )
    func parts(text: String, scheme: String, host: String, port: Int, path: String) throws {
        let address = try WebAddress(text)

        #expect(address.scheme.rawValue == scheme)
        #expect(address.host == host)
        #expect(Int(address.port) == port)
        #expect(address.path == path)
        #expect(try WebAddress(address.description) == address)
    }

    @Test(
        "what is no URL of a page is refused in a sentence",
        arguments: [
            "", " ", "x", "//h", "http:", "http:h", "http://", "http:///x", "http://:80",
            "http://h:0", "http://h:65536", "http://h:x", "http://u@h", "http://u:p@h/",
            "http://[::1", "http://[x]", "http://[::1]x", "http://h h", "http://h/a b",
            "http://h/\u{1B}", "http://ä/", "file:///etc/passwd", "ftp://h", "javascript:x",
            "http://h/" + String(repeating: "x", count: 8000), "1http://h", ":",
        ]
    )
    func refused(text: String) {
        #expect(throws: GrabError.self) { try WebAddress(text) }
    }

    @Test("a file is named as what is not fetched")
    func file() {
        #expect(throws: GrabError.scheme("file")) { try WebAddress("file:///etc/passwd") }
    }

    /// The examples of RFC 3986, §5.4.
    @Test(
        "references are resolved as the standard's examples are",
        arguments: [
            ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"),
            ("?y", "/b/c/d;p?y"), ("g?y", "/b/c/g?y"), ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"),
            (";x", "/b/c/;x"), ("", "/b/c/d;p?q"), (".", "/b/c/"), ("./", "/b/c/"),
            ("..", "/b/"), ("../", "/b/"), ("../g", "/b/g"), ("../..", "/"), ("../../", "/"),
            ("../../g", "/g"), ("../../../g", "/g"), ("../../../../g", "/g"), ("/./g", "/g"),
            ("/../g", "/g"), ("g.", "/b/c/g."), (".g", "/b/c/.g"), ("g..", "/b/c/g.."),
            ("..g", "/b/c/..g"), ("./../g", "/b/g"), ("./g/.", "/b/c/g/"),
            ("g/./h", "/b/c/g/h"), ("g/../h", "/b/c/h"), ("g;x=1/./y", "/b/c/g;x=1/y"),
            ("g;x=1/../y", "/b/c/y"), ("g?y/./x", "/b/c/g?y/./x"), ("g?y/../x", "/b/c/g?y/../x"),
        ]
    )
    func references(reference: String, path: String) throws {
        let base = try WebAddress("http://a/b/c/d;p?q")

        #expect(try base.resolving(reference).description == "http://a" + path)
    }

    @Test("a reference can name another host and scheme, and no other kind of thing")
    func elsewhere() throws {
        let base = try WebAddress("http://a/b")

        #expect(try base.resolving("//c:8/d").description == "http://c:8/d")
        #expect(try base.resolving("https://c").description == "https://c/")
        #expect(throws: GrabError.scheme("file")) { try base.resolving("file:///etc/passwd") }
        #expect(throws: GrabError.scheme("g")) { try base.resolving("g:h") }
        #expect(throws: GrabError.self) { try base.resolving("/a\r\nX: y") }
    }
}
