import { WebSocket } from 'ws';
import { type Lane, type Lanes, type Shape, type Shown, textOf, tokensIn, watchedBy } from './lanes.ts';

async function connect(url: string, heard: (text: string) => void): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false });
  socket.on('message', (data) => heard(String(data)));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

/** Connections to servers/relay.ts. */
export async function openRelay(url: string, shape: Shape, shown: Shown): Promise<Lanes> {
  const rooms = Array.from({ length: shape.conversations }, (_, index) => `room${index}`);
  for (let agent = 0; agent < shape.agents; agent++) {
    const socket = await connect(url, (text) => tokensIn(text).forEach(shown));
    for (const watch of watchedBy(agent, shape, rooms)) socket.send(JSON.stringify({ watch }));
  }
  const lanes = await Promise.all(
    rooms.map(async (room): Promise<Lane> => {
      let answered: (() => void) | undefined;
      const socket = await connect(url, () => answered?.());
      return {
        say: (token) =>
          new Promise((resolve) => {
            answered = resolve;
            socket.send(JSON.stringify({ room, id: token, text: textOf(token) }));
          }),
      };
    }),
  );
  return { lanes };
}
