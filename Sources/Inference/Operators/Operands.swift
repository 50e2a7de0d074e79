internal import Kernels

/// The inputs of a node being planned, with the checks that operators ask of them.
struct Operands {
    let all: [Operand?]
    /// Threads that a run of the plan has.
    let threads: Int
    /// How large what an operator makes may be.
    let limit: SizeLimit

    /// The input at `index`, or nil where it is left out.
    subscript(_ index: Int) -> Operand? { index < all.count ? all[index] : nil }

    /// Inputs that are there.
    var count: Int { all.count }

    /// The input at `index`, which must be there.
    func required(_ index: Int, _ name: String) throws(Refusal) -> Operand {
        guard let operand = self[index] else { throw Refusal(name, "the input is missing") }
        return operand
    }

    /// The input at `index`, which must be there and hold float32.
    func float(_ index: Int, _ name: String) throws(Refusal) -> Operand {
        let operand = try required(index, name)
        guard operand.elementType == .float32 else {
            throw Refusal(name, "element type \(operand.elementType) is not supported")
        }
        return operand
    }

    /// The constant integers of the input at `index`, or nil where it is left out.
    func integers(_ index: Int, _ name: String) throws(Refusal) -> [Int64]? {
        guard let operand = self[index] else { return nil }
        guard let tensor = operand.constant else {
            throw Refusal(
                name, "the value must be known before the run, but follows from the input's elements")
        }
        guard tensor.shape.count <= 1 else { throw Refusal(name, "has shape \(tensor.shape), not a list") }
        switch tensor.elementType {
        case .int64: return tensor.int64s
        case .int32: return tensor.withBytes { $0.bindMemory(to: Int32.self).map { Int64($0) } }
        default: throw Refusal(name, "element type \(tensor.elementType) is not supported")
        }
    }

    /// The constant floats of the input at `index`, or nil where it is left out.
    func floats(_ index: Int, _ name: String) throws(Refusal) -> [Float]? {
        guard let operand = self[index] else { return nil }
        guard let tensor = operand.constant else {
            throw Refusal(
                name, "the value must be known before the run, but follows from the input's elements")
        }
        guard tensor.elementType == .float32 else {
            throw Refusal(name, "element type \(tensor.elementType) is not supported")
        }
        return tensor.floats
    }
}

/// Runs the initialiser of a kernel and turns what it refuses into a sentence about the node.
func refusing<R>(_ attribute: String? = nil, _ body: () throws(KernelError) -> R) throws(Refusal) -> R {
    do { return try body() } catch { throw Refusal(attribute, error.sentence) }
}

extension KernelError {
    /// The error as the second half of a sentence.
    var sentence: String {
        switch self {
        case .shapesDoNotBroadcast(let a, let b): "shapes \(a) and \(b) do not fit together"
        case .divisionByZero: "an integer is divided by zero"
        case .indexOutOfRange(let index, let extent): "index \(index) is outside an extent of \(extent)"
        case .axisInvalid(let axis, let rank): "axis \(axis) is not one of \(rank), or there twice"
        case .geometryInvalid(let reason): reason
        }
    }
}

/// `axis` counted from the start; negative ones count from the end.
func normalised(_ axis: Int64, rank: Int, _ name: String = "axis") throws(Refusal) -> Int {
    guard axis >= -Int64(rank), axis < Int64(rank) else {
        throw Refusal(name, "axis \(axis) is not one of \(rank)")
    }
    return Int(axis < 0 ? axis + Int64(rank) : axis)
}

/// As `normalised(_:rank:_:)` for a list, in which no axis may stand twice.
func normalised(_ axes: [Int64], rank: Int, _ name: String = "axes") throws(Refusal) -> [Int] {
    var result: [Int] = []
    var seen: Set<Int> = []
    for axis in axes {
        let axis = try normalised(axis, rank: rank, name)
        guard seen.insert(axis).inserted else { throw Refusal(name, "axis \(axis) is there twice") }
        result.append(axis)
    }
    return result
}
