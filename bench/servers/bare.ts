import { WebSocketServer } from 'ws';

/** The reference: a `ws` server that does nothing at all. Prints its port. */
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => socket.on('message', () => undefined));
server.on('listening', () => process.send?.({ port: (server.address() as { port: number }).port }));
