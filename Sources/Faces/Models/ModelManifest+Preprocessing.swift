extension ModelManifest {
    /// Where a recogniser with this input size wants the landmarks.
    package func template(width: Int, height: Int) -> [Point] {
        template ?? AlignmentTemplate.arcFace(width: width, height: height)
    }

    /// Everything between an upright image with landmarks and the network's input, in one line that is equal
    /// for equal preprocessing and different for different: size, order, figures and the template written
    /// out, so that it does not matter whether a manifest spells a default.
    package func preprocessing(width: Int, height: Int) -> String {
        let points = template(width: width, height: height).map { "\($0.x):\($0.y)" }
        return [
            "size=\(width)x\(height)", "order=\(colorOrder.rawValue)", "mean=\(Self.line(mean))",
            "deviation=\(Self.line(deviation))", "template=\(points.joined(separator: ","))",
        ].joined(separator: " ")
    }

    // Swift prints the shortest decimal that reads back as the same Float, on every machine.
    private static func line(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: ",") }
}
