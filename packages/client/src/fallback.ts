import type { Clock } from './clock.ts';
import type { Connect, Connection } from './transport.ts';

/** So many sockets in a row that carried nothing, though the server answers: then something between blocks them. */
const TRIES = 2;

/** Sockets; where they are blocked, posts, until one works again (CON8). */
export function socketsOrPosts(openSocket: Connect, clock: Clock): Connect {
  let failures = 0;
  const forget = () => {
    failures = 0;
  };

  const overSocket: Connect = (url, listener) => {
    let isKnown = false;
    const failed = () => {
      if (isKnown) return;
      isKnown = true;
      // A server that is gone, or starts anew, says nothing about sockets.
      fetch(`${url}/health/live`, { mode: 'no-cors', cache: 'no-store' }).then(
        () => failures++,
        () => undefined,
      );
    };
    const connection = openSocket(url, {
      opened: () => listener.opened(),
      hello: () => listener.hello(),
      received: (text) => {
        isKnown = true;
        forget();
        listener.received(text);
      },
      closed: (code) => {
        // From 1012 on it is our server that speaks.
        if (code < 1012) failed();
        isKnown = true;
        listener.closed(code);
      },
    });
    return {
      send: (text) => connection.send(text),
      close: () => {
        failed();
        connection.close();
      },
    };
  };

  const overPosts: Connect = (url, listener) => {
    let connection: Connection | undefined;
    let isOver = false;
    // Fetched only where it is needed: nearly nobody's network blocks sockets.
    import('./exchange.ts').then(
      ({ openExchange }) => {
        if (!isOver) connection = openExchange(url, listener, clock, openSocket, forget);
      },
      () => {
        forget();
        if (!isOver) listener.closed(1006);
      },
    );
    return {
      send: (text) => connection?.send(text),
      close: () => {
        isOver = true;
        connection?.close();
      },
    };
  };

  return (url, listener) => (failures < TRIES ? overSocket : overPosts)(url, listener);
}
