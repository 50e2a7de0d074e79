import HTTP
import Testing

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
private func post(_ length: Int, _ body: String = "", _ more: String = "") -> String {
    "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\(more)\r\n\(body)"
}

@Suite struct ConnectionMachineTests {
    @Test func `a request starts its handler and its answer keeps the connection`() {
        var driver = MachineDriver()
        driver.receive(get)
        #expect(driver.takeLog() == ["start GET /", "end"])
        driver.respond(.ok, "hi")
        #expect(driver.takeSent() == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 2\r\n\r\nhi")
        #expect(driver.takeLog() == ["finished 200 true 0 2"])
        driver.receive(get)
        #expect(driver.takeLog() == ["start GET /", "end"])
    }

    @Test func `a pipelined request waits for the answer before it`() {
        var driver = MachineDriver()
        driver.receive(get + post(2, "ab"))
        #expect(driver.takeLog() == ["start GET /", "end"])
        driver.respond()
        #expect(driver.takeLog() == ["finished 200 true 0 0", "start POST /p", "body ab", "end"])
    }

    @Test func `reading stops while too much is sent ahead or the handler is behind`() {
        var driver = MachineDriver { $0.pipelineBytes = 100 }
        driver.receive(get)
        #expect(driver.machine.wantsRead)
        driver.receive(String(repeating: get, count: 5))
        #expect(!driver.machine.wantsRead)
        driver = MachineDriver()
        driver.receive(post(10, "abc"))
        driver.machine.bodyUnwanted(now: driver.now)
        #expect(!driver.machine.wantsRead)
        driver.want()
        #expect(driver.machine.wantsRead)
    }

    @Test func `a pipelining client that does not read gets no further answers`() {
        var driver = MachineDriver { $0.outputHighWater = 100 }
        driver.takesOutput = false
        driver.receive(get + get)
        driver.respond(.ok, String(repeating: "x", count: 200))
        #expect(driver.takeLog() == ["start GET /", "end", "finished 200 true 0 200"])
        driver.flush()
        #expect(driver.takeLog() == ["start GET /", "end"])
    }

    @Test func `100 Continue is sent when the body is asked for`() {
        var driver = MachineDriver()
        driver.receive(post(3, "", "Expect: 100-continue\r\n"))
        #expect(driver.takeSent() == "" && driver.machine.deadline == nil)
        driver.want()
        #expect(driver.takeSent() == "HTTP/1.1 100 Continue\r\n\r\n")
        driver.want()
        #expect(driver.takeSent() == "")
        driver.receive("abc")
        driver.respond()
        #expect(driver.takeLog() == ["start POST /p", "body abc", "end", "finished 200 true 3 0"])
    }

    @Test func `100 Continue is not sent to a client that went ahead`() {
        var driver = MachineDriver()
        driver.receive(post(3, "a", "Expect: 100-continue\r\n"))
        driver.want()
        #expect(driver.takeSent() == "")
    }

    @Test func `an answer without reading the expected body closes`() {
        var driver = MachineDriver()
        driver.receive(post(3, "", "Expect: 100-continue\r\n"))
        driver.respond(.forbidden)
        #expect(driver.takeSent().contains("Connection: close"))
        #expect(driver.takeLog() == ["start POST /p", "finished 403 true 0 0", "shutdown"])
    }

    @Test func `an early answer reads over a short rest and keeps the connection`() {
        var driver = MachineDriver()
        driver.receive(post(10, "abc"))
        driver.respond(.notFound)
        #expect(!driver.takeSent().contains("Connection"))
        #expect(driver.takeLog() == ["start POST /p", "body abc"])
        driver.receive("defghij" + get)
        #expect(driver.takeLog() == ["finished 404 true 10 0", "start GET /", "end"])
    }

    @Test func `an early answer to a large upload closes after a bounded linger`() {
        var driver = MachineDriver {
            $0.discardBytes = 100
            $0.lingerBytes = 50
        }
        driver.receive(post(1000, "abc"))
        driver.respond(.contentTooLarge)
        #expect(driver.takeSent().contains("Connection: close"))
        #expect(driver.takeLog() == ["start POST /p", "body abc", "finished 413 true 3 0", "shutdown"])
        driver.receive(String(repeating: "x", count: 49))
        #expect(driver.takeLog() == [] && driver.machine.wantsRead)
        driver.receive("x")
        #expect(driver.takeLog() == ["close"])
    }

    @Test func `the linger ends with the client or after its time`() {
        for usesClock in [false, true] {
            var driver = MachineDriver()
            driver.receive("GET / HTTP/1.0\r\n\r\n")
            driver.respond()
            #expect(driver.takeLog().last == "shutdown")
            if usesClock { driver.wait(.seconds(5)) } else { driver.end() }
            #expect(driver.takeLog() == ["close"] && driver.machine.isClosed)
        }
    }

    @Test func `closing waits until the output has left`() {
        var driver = MachineDriver()
        driver.takesOutput = false
        driver.receive(get)
        driver.respond(.ok, "body", closing: true)
        #expect(driver.takeLog() == ["start GET /", "end", "finished 200 true 0 4"])
        driver.flush(10)
        #expect(driver.takeLog() == [])
        driver.flush()
        #expect(driver.takeLog() == ["shutdown"])
    }

    @Test func `streams are chunked in 1.1 and end with the connection in 1.0`() {
        var driver = MachineDriver()
        driver.receive(get)
        driver.stream(length: nil)
        #expect(driver.machine.wantsStream)
        #expect(driver.write("abc") == true)
        #expect(driver.write("") == true)
        driver.endStream()
        #expect(driver.takeSent().hasSuffix("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
        #expect(driver.takeLog() == ["start GET /", "end", "finished 200 true 0 3"])
        driver.receive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        driver.stream(length: nil)
        #expect(driver.write("abc") == true)
        driver.endStream()
        #expect(driver.takeSent().hasSuffix("Connection: close\r\n\r\nabc"))
        #expect(driver.takeLog().last == "shutdown")
    }

    @Test func `a stream that breaks its promised length is cut`() {
        var driver = MachineDriver()
        driver.receive(get)
        driver.stream(length: 4)
        #expect(driver.write("abc") == true)
        #expect(driver.write("de") == false)
        driver.endStream()
        #expect(driver.takeLog().suffix(3) == ["cancel", "finished 200 false 0 3", "close"])
    }

    @Test func `HEAD gets no body from bytes or streams`() {
        var driver = MachineDriver()
        driver.receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        driver.respond(.ok, "body")
        #expect(driver.takeSent().hasSuffix("Content-Length: 4\r\n\r\n"))
        driver.receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        driver.stream(length: nil)
        #expect(!driver.machine.wantsStream)
        #expect(driver.takeLog().last == "finished 200 true 0 0")
    }

    @Test func `a refused request is answered and ends the connection`() {
        var driver = MachineDriver()
        driver.receive("GET / HTTP/1.1\r\n\r\n" + get)
        #expect(driver.takeLog() == ["refuse 400"])
        driver.respond(.badRequest, "why")
        #expect(driver.takeSent().hasSuffix("Connection: close\r\n\r\nwhy"))
        #expect(driver.takeLog() == ["finished 400 true 0 3", "shutdown"])
    }

    @Test func `a broken chunk fails the body and the answer closes`() {
        var driver = MachineDriver()
        driver.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabX")
        #expect(driver.takeLog() == ["start POST /", "body ab", "failed malformed"])
        driver.respond(.badRequest)
        #expect(driver.takeSent().contains("Connection: close"))
    }

    @Test func `the client's end within a body fails it, within an answer cancels the handler`() {
        var driver = MachineDriver()
        driver.receive(post(5, "ab"))
        driver.end()
        #expect(driver.takeLog() == ["start POST /p", "body ab", "failed disconnected", "cancel"])
        driver = MachineDriver()
        driver.receive(get)
        driver.end()
        #expect(driver.takeLog() == ["start GET /", "end", "cancel"] && !driver.machine.wantsRead)
        driver.respond(.ok, "still")
        #expect(driver.takeSent().hasSuffix("still"))
        #expect(driver.takeLog().last == "close")
    }

    @Test func `a reset ends everything and later answers are ignored`() {
        var driver = MachineDriver()
        driver.receive(post(5, "ab"))
        driver.fail()
        #expect(
            driver.takeLog() == [
                "start POST /p", "body ab", "failed disconnected", "cancel", "finished - false 2 0", "close",
            ])
        driver.respond()
        driver.receive(get)
        driver.end()
        driver.want()
        driver.drain()
        driver.wait(.seconds(1000))
        #expect(driver.takeLog() == [] && driver.takeSent() == "" && driver.machine.deadline == nil)
    }

    @Test func `draining closes idle connections at once and busy ones after their answer`() {
        var driver = MachineDriver()
        driver.drain()
        #expect(driver.takeLog() == ["close"])
        driver = MachineDriver()
        driver.receive(get + get)
        driver.drain()
        driver.respond()
        #expect(driver.takeSent().contains("Connection: close"))
        #expect(driver.takeLog() == ["start GET /", "end", "finished 200 true 0 0", "shutdown"])
    }

    @Test func `a connection over the limit is answered before it asks`() {
        var driver = MachineDriver()
        let now = driver.now
        let actions = driver.machine.turnAway(RequestRefusal(.serviceUnavailable, "full"), now: now)
        guard case .refuse(let refusal, _)? = actions.first else {
            Issue.record("no refusal")
            return
        }
        #expect(refusal.status == .serviceUnavailable)
    }
}
