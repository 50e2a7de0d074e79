internal import Kernels

/// A tensor in which every element of the input is added at a place of its own, -1 for nowhere: the
/// derivative of what moves elements.
struct PlacedSum: Operator {
    let shape: [Int]
    let places: [Int32]

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let incoming = try operands.float(0, "incoming")
        let output = try operands.limit.output(.float32, shape)
        guard incoming.type.count == places.count, places.allSatisfy({ $0 < output.count }) else {
            throw Refusal("incoming", "shape \(incoming.shape) where \(places.count) elements are needed")
        }
        let places = places
        return PlannedStep(output) { context in
            let (from, to) = (context.floats(0), context.output())
            to.update(repeating: 0, count: output.count)
            for (index, place) in places.enumerated() where place >= 0 { to[Int(place)] += from[index] }
        }
    }
}
