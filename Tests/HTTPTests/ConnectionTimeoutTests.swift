import HTTP
import Testing

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite struct ConnectionTimeoutTests {
    private func driver() -> MachineDriver {
        MachineDriver {
            $0.idleTimeout = .seconds(60)
            $0.headTimeout = .seconds(10)
            $0.bodyStallTimeout = .seconds(20)
            $0.minimumBodyRate = 100
            $0.bodyGrace = .seconds(5)
            $0.writeStallTimeout = .seconds(30)
        }
    }

    @Test func `a connection that never speaks is closed without an answer`() {
        var driver = driver()
        driver.wait(.seconds(9))
        #expect(driver.takeLog() == [])
        driver.wait(.seconds(1))
        #expect(driver.takeLog() == ["close"])
    }

    @Test func `a head that trickles is answered 408 however steadily it comes`() {
        var driver = driver()
        for byte in get.prefix(9) {
            driver.receive(String(byte))
            driver.wait(.seconds(1))
        }
        #expect(driver.takeLog() == [])
        driver.wait(.seconds(1))
        #expect(driver.takeLog() == ["refuse 408"])
    }

    @Test func `a head that is never finished is refused with the id that it had sent`() {
        var driver = driver()
        driver.receive("GET / HTTP/1.1\r\nX-Request-Id: mine\r\nHo")
        driver.wait(.seconds(60))
        #expect(driver.takeLog() == ["refuse 408 mine"])
    }

    @Test func `a kept connection may idle for longer`() {
        var driver = driver()
        driver.receive(get)
        driver.respond()
        driver.wait(.seconds(59))
        #expect(driver.takeLog().last == "finished 200 true 0 0")
        driver.receive("G")
        driver.wait(.seconds(9))
        #expect(driver.takeLog() == [])
        driver.wait(.seconds(1))
        #expect(driver.takeLog() == ["refuse 408"])
        driver = self.driver()
        driver.receive(get)
        driver.respond()
        driver.wait(.seconds(60))
        #expect(driver.takeLog().last == "close")
    }

    @Test func `a handler may take its time`() {
        var driver = driver()
        driver.receive(get)
        #expect(driver.machine.deadline == nil)
    }

    @Test func `a body that stalls fails`() {
        var driver = driver()
        driver.receive(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n" + String(repeating: "x", count: 5000)
        )
        driver.wait(.seconds(19))
        #expect(driver.takeLog().count == 2)
        driver.wait(.seconds(1))
        #expect(driver.takeLog() == ["failed timedOut"])
        driver.respond(.requestTimeout)
        #expect(driver.takeSent().contains("Connection: close"))
    }

    @Test func `a body slower than the minimum rate fails though it never stalls`() {
        var driver = driver()
        driver.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n")
        var seconds = 0
        while driver.log.last != "failed timedOut" && seconds < 100 {
            driver.receive(String(repeating: "x", count: 50))
            driver.wait(.seconds(1))
            seconds += 1
        }
        #expect(seconds == 5)
    }

    @Test func `a body at the minimum rate goes on`() {
        var driver = driver()
        driver.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n")
        for _ in 0..<50 {
            driver.receive(String(repeating: "x", count: 150))
            driver.wait(.seconds(1))
        }
        #expect(!driver.log.contains("failed timedOut"))
    }

    @Test func `time in which the handler keeps the client waiting does not count`() {
        var driver = driver()
        driver.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nabc")
        driver.machine.bodyUnwanted(now: driver.now)
        driver.wait(.seconds(1000))
        #expect(driver.takeLog().last == "body abc")
        driver.want()
        driver.wait(.seconds(4))
        #expect(driver.takeLog() == [])
        driver.wait(.seconds(1))
        #expect(driver.takeLog() == ["failed timedOut"])
    }

    @Test func `a client that stops reading is cut, one that reads slowly is not`() {
        var driver = driver()
        driver.takesOutput = false
        driver.receive(get)
        driver.respond(.ok, String(repeating: "x", count: 1000))
        for _ in 0..<10 {
            driver.wait(.seconds(29))
            driver.flush(10)
        }
        #expect(driver.takeLog().last == "finished 200 true 0 1000")
        driver.wait(.seconds(30))
        #expect(driver.takeLog() == ["close"])
    }

    @Test func `the idle time begins when the answer has left`() {
        var driver = driver()
        driver.takesOutput = false
        driver.receive(get)
        driver.respond(.ok, String(repeating: "x", count: 1000))
        for _ in 0..<4 {
            driver.wait(.seconds(29))
            driver.flush(10)
        }
        driver.flush()
        driver.wait(.seconds(59))
        #expect(!driver.machine.isClosed)
        driver.wait(.seconds(1))
        #expect(driver.machine.isClosed)
    }
}
