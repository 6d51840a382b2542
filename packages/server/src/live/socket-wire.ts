import type { WebSocket } from 'ws';
import type { Wire } from './wire.ts';

/** A WebSocket as a wire (CON1). */
export function socketWire(socket: WebSocket): Wire {
  return {
    listen: (listener) => {
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) listener.binary();
        else void listener.text(data.toString(), data.length);
      });
      socket.on('pong', () => listener.pong());
      socket.on('close', () => listener.closed());
      socket.on('error', (error) => listener.failed(error));
    },
    send: (text, done) => socket.send(text, done),
    enclose: (text) => socket.send(text),
    get unsentBytes() {
      return socket.bufferedAmount;
    },
    ping: () => socket.ping(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}
