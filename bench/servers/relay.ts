import { type WebSocket, WebSocketServer } from 'ws';

/**
 * The first reference: a `ws` server that stores nothing. What comes into a room goes to those who watch it, and its
 * sender is told. Prints its port.
 */
const watchers = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const text = String(data);
    const { watch, room, id } = JSON.parse(text) as { watch?: string; room: string; id: string };
    if (watch !== undefined) {
      watchers.set(watch, (watchers.get(watch) ?? new Set()).add(socket));
      return;
    }
    for (const watcher of watchers.get(room) ?? []) watcher.send(text);
    socket.send(JSON.stringify({ t: 'sent', id }));
  });
});
server.on('listening', () => process.send?.({ port: (server.address() as { port: number }).port }));
