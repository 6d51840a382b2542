import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Wire } from './wire.ts';

/** More is not gathered: what the kernel could take at once would count as unsent (CON4). */
const GATHERED_BYTES = 64 * 1024;

/** A WebSocket as a wire (CON1), over the stream that it speaks on. */
export function socketWire(socket: WebSocket, stream: Duplex): Wire {
  const gather = gatherer(stream);
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
    send: (text, done) => gather(() => socket.send(text, done)),
    enclose: (text) => gather(() => socket.send(text)),
    get unsentBytes() {
      return socket.bufferedAmount;
    },
    ping: () => socket.ping(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

/**
 * What a batch tells one terminal (its own message and `sent`, or all that an agent watches) goes to the kernel in one
 * call: a call costs more than the frame in it.
 */
function gatherer(stream: Duplex): (send: () => void) => void {
  let isGathering = false;
  const flush = () => {
    isGathering = false;
    stream.uncork();
  };
  return (send) => {
    if (!isGathering) {
      isGathering = true;
      stream.cork();
      process.nextTick(flush);
    }
    send();
    if (stream.writableLength > GATHERED_BYTES) {
      stream.uncork();
      stream.cork();
    }
  };
}
