import { WebSocket } from 'ws';
import { type Lane, type Lanes, type Shape, type Shown, textOf, tokensIn, watchedBy } from './lanes.ts';

/** The packets of Engine.IO 4 and Socket.IO 5 by hand, so that every server meets the same client. */
async function connect(url: string, heard: (packet: string) => void): Promise<WebSocket> {
  const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (data) => {
      const packet = String(data);
      if (packet.startsWith('0')) socket.send('40');
      else if (packet.startsWith('40')) resolve();
      else if (packet === '2') socket.send('3');
      else heard(packet);
    });
  });
  return socket;
}

/** Connections to servers/socket-io.ts. */
export async function openSocketIo(url: string, shape: Shape, shown: Shown): Promise<Lanes> {
  const rooms = Array.from({ length: shape.conversations }, (_, index) => `room${index}`);
  for (let agent = 0; agent < shape.agents; agent++) {
    let joined: (() => void) | undefined;
    const socket = await connect(url, (packet) => {
      if (packet.startsWith('43')) joined?.();
      else tokensIn(packet).forEach(shown);
    });
    await new Promise<void>((resolve) => {
      joined = resolve;
      socket.send(`421${JSON.stringify(['join', watchedBy(agent, shape, rooms), 0])}`);
    });
  }
  const lanes: Lane[] = [];
  for (const room of rooms) {
    let answered: (() => void) | undefined;
    const socket = await connect(url, (packet) => packet.startsWith('43') && answered?.());
    lanes.push({
      say: (token) =>
        new Promise((resolve) => {
          answered = resolve;
          socket.send(`421${JSON.stringify(['chat message', textOf(token), token, room])}`);
        }),
    });
  }
  return { lanes };
}
