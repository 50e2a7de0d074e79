import Inference
import Kernels
import TestKit
import Testing

/// Equations of every kind against the sum that they stand for.
@Suite struct EinsumTests {
    /// An equation with what its axes are written out as: `...` becomes upper-case letters.
    struct Case: Sendable, CustomTestStringConvertible {
        let equation, plain: String
        let extents: [Character: Int]

        init(_ equation: String, as plain: String? = nil, _ extents: [Character: Int] = [:]) {
            (self.equation, self.plain) = (equation, plain ?? equation)
            self.extents = extents
        }

        var testDescription: String { equation }

        func extent(_ axis: Character) -> Int {
            extents[axis] ?? 2 + Int(axis.asciiValue!) % 4
        }
    }

    static let cases: [Case] = [
        Case("ij->ji"), Case("i->i"), Case("ij->"), Case("ij->j"), Case("ijk->ki"), Case("ii->i"),
        Case("ii", as: "ii->"), Case("iji->ij"), Case("ba", as: "ba->ab"), Case("iii->i"),
        Case("...ii->...i", as: "PQii->PQi"), Case("...ij->...", as: "Pij->P"),
        Case("i...->...i", as: "iPQ->PQi"), Case("i...j->j...", as: "iPj->jP"),
        Case("ij,jk->ik"), Case("ij,jk", as: "ij,jk->ik"), Case(" i j , k j -> k i ", as: "ij,kj->ki"),
        Case("i,i->"), Case("i,i->i"), Case("i,j->ij"), Case("ij,ij->"), Case("ij,ij->ij"), Case("ij,i->ij"),
        Case("ij,i->j"), Case("i,ij->j"), Case("ij,j->i"), Case("bij,bjk->bik"), Case("bi,bi->b"),
        Case("bhid,bhjd->bhij"), Case("bhij,bhjd->bihd"), Case("bchw,bkc->bkhw"), Case("bhwc,hkc->bhwk"),
        Case("bhwc,wkc->bhwk"), Case("nctkv,kvw->nctw"), Case("abc,cd->abd"), Case("abc,dc->dab"),
        Case("abcd,cdef->abef"), Case("abcd,cdef->feba"), Case("ab,cd->abcd"), Case("ab,cd->"),
        Case("ab,cd->ad"), Case("ij,->ij"), Case(",->"), Case("ii,ij->j"), Case("ij,jj->i"),
        Case("ijk,k->ij"), Case("ab,ab,ab->ab"), Case("ab,bc,cd->ad"), Case("ab,bc,ca->"), Case("a,b,c->cba"),
        Case("...ij,...jk->...ik", as: "PQij,PQjk->PQik"), Case("...ij,jk->...ik", as: "PQij,jk->PQik"),
        Case("ij,...jk->...ik", as: "ij,PQjk->PQik"), Case("...ij,...jk", as: "Pij,Pjk->Pik"),
        Case("...ij,...jk->...ik", as: "PQij,Qjk->PQik"), Case("...,...->...", as: "PQ,PQ->PQ"),
        Case("...,...->...", as: "PQ,Q->PQ"), Case("...i,i->...", as: "PQi,i->PQ"),
        Case("b...c,c...d->...bd", as: "bPc,cPd->Pbd"), Case("ij...,jk...->ik...", as: "ijP,jkP->ikP"),
        Case("a...b,...->b...", as: "aPQb,PQ->bPQ"),
        Case("ij,jk->ik", ["i": 0]), Case("ij,jk->ik", ["j": 1]), Case("ij,jk->ik", ["k": 1, "i": 1]),
        Case("ab,bc->ac", ["a": 33, "b": 65, "c": 47]), Case("ij->i", ["i": 0]),
    ]

    private struct Problem {
        let terms: [[Character]]
        let output: [Character]
        let axes: [Character]

        init(_ plain: String) {
            let symbols = Array(plain)
            let arrow = symbols.firstIndex(of: ">")!
            terms = symbols[..<(arrow - 1)].split(separator: ",", omittingEmptySubsequences: false).map {
                Array($0)
            }
            output = Array(symbols[(arrow + 1)...])
            axes = Array(Set(terms.joined())).sorted()
        }
    }

    /// Adds up every product, in double.
    private func expected(_ problem: Problem, _ test: Case, _ operands: [Tensor]) -> [Double] {
        var sums = [Double](repeating: 0, count: problem.output.map(test.extent).reduce(1, *))
        let values = operands.map(\.floats)
        func offset(_ axes: [Character], _ place: [Character: Int]) -> Int {
            axes.reduce(0) { $0 * test.extent($1) + place[$1]! }
        }
        for index in 0..<problem.axes.map(test.extent).reduce(1, *) {
            var (place, rest): ([Character: Int], Int) = ([:], index)
            for axis in problem.axes {
                place[axis] = rest % test.extent(axis)
                rest /= test.extent(axis)
            }
            var term = 1.0
            for (axes, values) in zip(problem.terms, values) { term *= Double(values[offset(axes, place)]) }
            sums[offset(problem.output, place)] += term
        }
        return sums
    }

    private func model(_ equation: String, _ count: Int) -> ONNXWriter {
        var model = ONNXWriter(opset: 12)
        let names = (0..<count).map { "x\($0)" }
        for name in names { model.input(name, nil) }
        model.node("Einsum", names, ["y"], name: "n", [ONNXAttribute.string("equation", equation)])
        model.output("y")
        return model
    }

    @Test(arguments: cases) func `an equation is the sum of products over the axes that it leaves out`(
        test: Case
    ) throws {
        let problem = Problem(test.plain)
        let operands = problem.terms.enumerated().map { index, axes in
            randomTensor(axes.map(test.extent), seed: UInt64(index + 1))
        }
        let sums = expected(problem, test, operands)
        var inputs: [String: Tensor] = [:]
        for (index, operand) in operands.enumerated() { inputs["x\(index)"] = operand }
        for fusion in [true, false] {
            var options = Session.Options()
            options.fusion = fusion
            let found = try #require(
                try run(model(test.equation, operands.count), inputs, options: options)["y"])
            #expect(found.shape == problem.output.map(test.extent))
            for (value, expected) in zip(found.floats, sums) {
                #expect(abs(Double(value) - expected) <= 4e-6 * max(1, abs(expected)))
            }
        }
    }

    /// As a fully connected layer is written.
    @Test func `weights of an equation are folded into a packed product`() throws {
        var options = Session.Options()
        options.profiling = true
        var model = ONNXWriter(opset: 13)
        model.input("x", nil)
        model.random("w", [24, 40], seed: 1)
        model.node("Einsum", ["x", "w"], ["y"], name: "n", [ONNXAttribute.string("equation", "bnc,dc->bnd")])
        model.output("y")
        let session = try Session(model: model.bytes, name: "test", options: options)
        let x = randomTensor([2, 9, 40], seed: 2)
        let found = try #require(try session.run(["x": x])["y"])
        #expect(session.profile().count == 1)
        var product = ONNXWriter(opset: 13)
        product.input("x", nil)
        product.random("w", [24, 40], seed: 1)
        product.node("Transpose", ["w"], ["t"])
        product.node("MatMul", ["x", "t"], ["y"])
        product.output("y")
        #expect(try run(product, ["x": x])["y"]?.floats == found.floats)
    }

    private func reason(_ equation: String, _ shapes: [[Int]]) -> String {
        var inputs: [String: Tensor] = [:]
        for (index, shape) in shapes.enumerated() { inputs["x\(index)"] = randomTensor(shape, seed: 1) }
        guard case .node(let fault) = refusal(model(equation, shapes.count), inputs) else { return "" }
        return "\(fault.attribute ?? ""): \(fault.reason)"
    }

    @Test func `equations that say nothing are refused`() {
        for (equation, part) in [
            ("i1,jk->ik", "\"i1\" names no axes"), ("i..,jk->ik", "names no axes"),
            ("......,jk->ik", "names no axes"), ("ij->ik", "names 1 operands"), ("ij,jk,kl->i", "names 3"),
            ("ij,jk->iz", "output's axes"), ("ij,jk->ii", "output's axes"), ("ij,jk->i...", "output's axes"),
            ("...ij,jk->ik", "axes that have no name"), ("i-j,jk->ik", "names no axes"),
            (String(repeating: "i", count: 40) + ",jk->ik", "too many"),
            (String(repeating: " ", count: 5_000), "letters"),
        ] {
            let found = reason(equation, [[2, 3], [3, 2]])
            #expect(found.hasPrefix("equation: ") && found.contains(part), "\(equation): \(found)")
        }
    }

    @Test func `operands that an equation does not fit are refused`() {
        #expect(reason("ij,jk->ik", [[2, 3], [2, 3, 4]]).contains("names 2 axes of an operand of 3"))
        #expect(reason("...ij,jk->...ik", [[2], [3, 4]]).contains("names 2 axes of an operand of 1"))
        #expect(reason("ij,jk->ik", [[2, 3], [4, 5]]).contains("do not fit together"))
        #expect(reason("ii->i", [[2, 3]]).contains("no diagonal"))
        #expect(reason("ij,ij->ij", [[2, 3], [2, 4]]).contains("do not fit together"))
    }

    @Test func `nodes that are composed of many count as many`() {
        let operands = 64
        let equation =
            Array(repeating: String(repeating: "a", count: 32), count: operands)
            .joined(separator: ",") + "->a"
        var model = ONNXWriter(opset: 12)
        model.input("x", nil)
        for index in 0..<60 {
            model.node(
                "Einsum", Array(repeating: "x", count: operands), ["y\(index)"], name: "n\(index)",
                [ONNXAttribute.string("equation", equation)])
            model.output("y\(index)")
        }
        #expect {
            _ = try Session(model: model.bytes, name: "test")
        } throws: { error in
            if case InferenceError.limit(let reason) = error { reason.contains("composed of") } else { false }
        }
    }
}
