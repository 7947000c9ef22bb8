import Core
import Testing

@testable import DeviceClient

@Suite("Pages as text")
struct PageTextTests {
    private func html(_ text: String) -> Page {
        Page(
            status: 200,
            reason: "OK",
            fields: [Page.Field(name: "content-type", value: "text/html; charset=utf-8")],
            body: Array(text.utf8)
        )
    }

    @Test("HTML is read for its text, in lines")
    func lines() {
        let page = html(
            """
            <!DOCTYPE html><html><head><title> A  &amp;\n B </title><style>p{}</style></head>
            <body><!-- <p>no --><h1>One</h1><p>two <b>three</b>, four<br>five
            six</p><script>if (a < b) {}</script><ul><li>x<li>y</ul>1 &lt; 2 &#x41;&bogus; <
            </body></html>
            """
        )

        #expect(PageText.title(page) == "A & B")
        #expect(
            PageText.body(page) == [
                "One", "two three, four", "five six", "x", "y", "1 < 2 A&bogus; <",
            ]
        )
    }

    @Test(
        "unfinished and hostile marks end with the page",
        arguments: [
            "<", "<a", "<!--", "<!-- <p>", "<script>", "<title>", "</", "&", "&#", "&#x110000;",
            "&#xd800;", "<title></title", "<<<<>>>>", "&#99999999999999;", "<script></scrip>",
        ]
    )
    func hostile(text: String) {
        let page = html("x" + text)

        #expect(PageText.body(page).first?.hasPrefix("x") == true)
        _ = PageText.title(page)
    }

    @Test("nothing in a page reaches the terminal as a control character")
    func controls() {
        var page = html(
            "<title>\u{1B}]0;pwn\u{7}t&#27;x&#155;&#x202e;</title>a\u{1B}[2Jb&#x1b;c\u{9B}d\tz\n<p>e"
        )
        page.reason = "O\u{1B}K"
        page.fields.append(Page.Field(name: "Server", value: "s\u{1B}[31m\u{202E}"))

        let texts =
            PageText.head(page) + PageText.body(page) + PageText.rawBody(page)
            + [PageText.title(page) ?? ""]

        #expect(PageText.title(page) == "]0;pwntx")
        #expect(PageText.body(page) == ["a[2Jbcd z", "e"])
        for text in texts { #expect(text == Sanitizer.sanitize(text), "\(text.debugDescription)") }
    }

    @Test("a raw body keeps its lines; what is no text is only counted")
    func kinds() {
        var page = html("a\r\n\n<b>\tc\n")
        #expect(PageText.rawBody(page) == ["a", "", "<b>    c"])

        page.fields = [Page.Field(name: "Content-Type", value: "text/plain")]
        #expect(PageText.body(page) == ["a", "", "<b>    c"])

        page.fields = [Page.Field(name: "Content-Type", value: "image/png")]
        #expect(PageText.body(page) == ["(10 bytes that are no text)"])
        #expect(PageText.title(page) == nil)
    }
}
