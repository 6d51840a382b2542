/**
 * How Node keeps its memory. By itself it lets garbage grow to the size of what is in use before it collects; with
 * thousands of idle sockets that is most of what the process holds. Measured with `npm run bench -- idle`: 30 KB an open
 * widget without these, 8 KB with them.
 */
export const nodeFlags = ['--max-semi-space-size=4', '--heap-growing-percent=20'];
