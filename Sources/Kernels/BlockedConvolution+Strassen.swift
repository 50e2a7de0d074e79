import CKernels

extension BlockedConvolution {
    /// Channels under which the additions cost more than the products that they spare.
    private static let fewestChannels = 64

    /// Positions under which a plain product is as good.
    private static let fewestPositions = 16

    /// The same where there are many weights: seven products read seven quarters of them, from memory far
    /// away.
    private static let fewestPositionsOfManyWeights = 64

    /// Weights that stay near from run to run, and from image to image in a small network.
    private static let fewWeights = 64 * 1024

    static func takesStrassen(_ p: ConvolutionParameters) -> Bool {
        let isPointwise =
            p.groups == 1 && p.kernelHeight == 1 && p.kernelWidth == 1 && p.strideHeight == 1
            && p.strideWidth == 1
        return isPointwise
            && [p.inputChannels, p.outputChannels].allSatisfy {
                $0 >= fewestChannels && $0 % (2 * ChannelBlocks.width) == 0
            }
    }

    /// Whether the weights are there, every output has its input, and there are outputs enough.
    func usesStrassen(_ geometry: ConvolutionGeometry) -> Bool {
        let fewest =
            parameters.weightCount <= BlockedConvolution.fewWeights
            ? BlockedConvolution.fewestPositions : BlockedConvolution.fewestPositionsOfManyWeights
        return strassenWeights != nil && geometry.outputPlane >= fewest && geometry.padTop == 0
            && geometry.padLeft == 0
            && geometry.outputHeight == geometry.inputHeight && geometry.outputWidth == geometry.inputWidth
    }

    /// Floats of a worker's scratch.
    var strassenScratch: Int {
        ck_strassen_scratch(inputBlocks / 2, Int(CK_STRASSEN_RUN))
    }

    /// Runs of positions of one image. Where they begin depends on the plane alone: a position is summed up
    /// with another one of its run, and neither threads nor other images may change a bit.
    func runStrassen(_ call: Call, _ pool: WorkerPool) {
        let packed = packedForStrassen
        let geometry = call.geometry
        let (plane, width) = (geometry.outputPlane, ChannelBlocks.width)
        let (runs, pairs) = (BlockedConvolution.strassenRuns(plane), outputBlocks / 2)
        let pieces = geometry.batch * runs
        let splits = BlockedConvolution.splits(pieces, pairs: pairs, threads: pool.threads)
        var form = strassenForm(inputBlockFloats: plane * width, outputBlockFloats: plane * width)
        withUnsafePointer(to: &form) { form in
            pool.run(pieces * splits) { index, worker in
                let (piece, split) = (index / splits, index % splits)
                let (image, run) = (piece / runs, piece % runs)
                let first = plane * run / runs
                let firstPair = pairs * split / splits
                let at = (image * outputBlocks * plane + first) * width
                table.functions.pointee.strassen(
                    form, call.finish, call.input + (image * inputBlocks * plane + first) * width,
                    plane * (run + 1) / runs - first, packed.floats.floats, firstPair,
                    pairs * (split + 1) / splits - firstPair, call.residual.map { $0 + at }, call.output + at,
                    call.scratch! + worker * strassenScratch)
            }
        }
    }

    /// All runs of a band of positions that lie side by side, as `form` says of blocks. What `soon` says is
    /// brought into the second cache meanwhile, from its first piece to its end or as many as there are
    /// products.
    func runStrassen(
        _ form: inout ck_strassen, _ finish: UnsafePointer<ck_finish>, input: UnsafePointer<Float>,
        positions: Int, to target: BlockRows, scratch: UnsafeMutablePointer<Float>, soon: ck_ahead
    ) {
        let (packed, runs) = (packedForStrassen, BlockedConvolution.strassenRuns(positions))
        var ahead = soon
        withUnsafeMutablePointer(to: &ahead) { ahead in
            form.ahead = ahead
            for run in 0..<runs {
                let first = positions * run / runs
                let at = first * ChannelBlocks.width
                ahead.pointee.end = soon.end * (run + 1) / runs
                table.functions.pointee.strassen(
                    &form, finish, input + at, positions * (run + 1) / runs - first, packed.floats.floats, 0,
                    outputBlocks / 2, target.residual.map { $0 + at }, target.output + at, scratch)
            }
            form.ahead = nil
        }
    }

    func strassenForm(inputBlockFloats: Int, outputBlockFloats: Int) -> ck_strassen {
        let (packed, pairs) = (packedForStrassen, outputBlocks / 2)
        return ck_strassen(
            blocks: inputBlocks / 2, block_stride: inputBlockFloats, far_channel: pairs * ChannelBlocks.width,
            far_output: pairs * outputBlockFloats, block_output: outputBlockFloats,
            input_scale: packed.inputScale.floats, output_scale: packed.outputScale.floats, ahead: nil)
    }

    private var packedForStrassen: StrassenWeights {
        guard let packed = strassenWeights else { preconditionFailure("no weights for Strassen's products") }
        return packed
    }

    private static func strassenRuns(_ positions: Int) -> Int {
        (positions + Int(CK_STRASSEN_RUN) - 1) / Int(CK_STRASSEN_RUN)
    }

    /// Parts that the pairs of output blocks of every run are split into, each of which makes the sums of the
    /// inputs anew: as many as let all threads have work, and end at nearly the same time.
    private static func splits(_ pieces: Int, pairs: Int, threads: Int) -> Int {
        if threads == 1 { return 1 }
        let fewest = min(pairs, (2 * threads + pieces - 1) / pieces)
        // Two pairs are made together.
        let most = max(fewest, min(pairs / 2, 4))
        return (fewest...most).first { splits in
            let claims = pieces * splits
            return (claims + threads - 1) / threads * threads * 16 <= claims * 17
        } ?? fewest
    }
}
