import { SUBPROTOCOL } from '@heed/protocol';

/** One connection that carries frames as text, and tells of its end once. */
export interface Connection {
  send(text: string): void;
  close(): void;
}

export interface Listener {
  opened(): void;
  received(text: string): void;
  closed(code: number): void;
  /** A hello of this moment, for a connection that needs more than one (CON8); rejects where there is no token. */
  hello(): Promise<string>;
}

/** How a terminal gets a connection; the listener is never called before this returned. */
export type Connect = (url: string, listener: Listener) => Connection;

/** Opens `/v1/socket` at the server (CON1). */
export const openSocket: Connect = (url, listener) => {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/socket`, SUBPROTOCOL);
  let over = false;
  const end = (code: number) => {
    if (over) return;
    over = true;
    listener.closed(code);
  };
  socket.onopen = () => listener.opened();
  socket.onmessage = (event) => {
    if (!over && typeof event.data === 'string') listener.received(event.data);
  };
  socket.onclose = (event) => end(event.code);
  socket.onerror = () => undefined;
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => {
      // A socket whose other end is gone can take minutes to close; nobody waits for it.
      over = true;
      socket.close();
    },
  };
};
