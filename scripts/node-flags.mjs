/**
 * How Node keeps its memory: a small nursery, since a large one is most of what thousands of idle sockets seem to cost.
 * Measured with `npm run bench -- idle` and `-- stored`: to collect earlier too (`--heap-growing-percent`) saves nothing
 * more and costs a quarter of the processor.
 */
export const nodeFlags = ['--max-semi-space-size=4'];
