import CKernels

/// Linear on the last two axes alone, as networks make images larger: an output is made of four inputs at
/// once, without scratch.
extension Resize {
    var isLinearInRows: Bool {
        options.mode == .linear && axes.count >= 2 && axes.dropLast(2).allSatisfy(\.isIdentity)
    }

    /// Over planes. Traps where `isLinearInRows` is false.
    func runLinear(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ pool: WorkerPool,
        _ table: KernelTable
    ) {
        let (rows, columns) = (axes[axes.count - 2], axes[axes.count - 1])
        withLinearForm { form in
            guard let form else { preconditionFailure("a resize that is not linear in rows") }
            eachRows(of: outputShape.dropLast(2).reduce(1, *), pool) { plane, band in
                table.functions.pointee.resize_rows(
                    form, input + plane * rows.input * columns.input, band.lowerBound, band.count,
                    output + (plane * rows.output + band.lowerBound) * columns.output)
            }
        }
    }

    /// Calls `body` with what the kernels are told, nil where the resize is not linear in rows.
    func withLinearForm(_ body: (UnsafePointer<ck_linear_resize>?) -> Void) {
        guard isLinearInRows else { return body(nil) }
        let (rows, columns) = (axes[axes.count - 2], axes[axes.count - 1])
        rows.withTables { rowIndices, rowWeights in
            columns.withTables { columnIndices, columnWeights in
                var form = ck_linear_resize(
                    input_width: columns.input, output_width: columns.output, rows: rowIndices,
                    columns: columnIndices, row_weights: rowWeights, column_weights: columnWeights)
                withUnsafePointer(to: &form) { body($0) }
            }
        }
    }
}
