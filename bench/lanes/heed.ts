import { WebSocket } from 'ws';
import { type Lane, type Lanes, type Shape, type Shown, textOf, tokensIn, watchedBy } from './lanes.ts';
import { post } from './post.ts';

export interface HeedAddress {
  url: string;
  key: string;
  agents: { email: string; password: string }[];
}

interface Welcome {
  epoch: string;
  you: { queues?: { id: string }[] };
}

interface Connected {
  socket: WebSocket;
  epoch: string;
  queues: string[];
}

/** Frames by hand over `ws`: the client package is measured apart. */
async function connect(
  url: string,
  token: string,
  terminal: string,
  heard: (text: string) => void,
): Promise<Connected> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/socket`, 'heed.1', { perMessageDeflate: false });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const welcome = new Promise<Welcome>((resolve) => {
    socket.on('message', (data) => {
      const text = String(data);
      if (text.startsWith('{"t":"welcome"')) resolve(JSON.parse(text) as Welcome);
      else if (text.startsWith('{"t":"beat"')) socket.send('{"t":"alive"}');
      else heard(text);
    });
  });
  socket.send(JSON.stringify({ t: 'hello', v: 1, token, terminal, streams: [] }));
  const { epoch, you } = await welcome;
  return { socket, epoch, queues: (you.queues ?? []).map(({ id }) => id) };
}

/** Connections to a Heed server: every conversation is begun, then agents open those they watch. */
export async function openHeed({ url, key, agents }: HeedAddress, shape: Shape, shown: Shown): Promise<Lanes> {
  const customers: (Lane & { s: () => string })[] = [];
  for (let at = 0; at < shape.conversations; at += 50) {
    const some = Math.min(50, shape.conversations - at);
    customers.push(...(await Promise.all(Array.from({ length: some }, (_, index) => customer(url, key, at + index)))));
  }
  await Promise.all(customers.map((lane, index) => lane.say(`m0-${index}`)));
  const streams = customers.map((lane) => lane.s().replace('chat/', 'conversation/'));
  for (let agent = 0; agent < shape.agents; agent++) {
    const { token } = await post<{ token: string }>(url, '/v1/agents/session', agents[agent] as object);
    for (let desk = 0; desk < (shape.watchLists ?? 1); desk++) {
      const { socket, queues } = await connect(url, token, `bench-agent-${agent}-${desk}`, (text) => {
        if (!text.startsWith('{"t":"update"')) return;
        tokensIn(text).forEach(shown);
        if (text.length > LONG) askForMore(text, (frame) => socket.send(JSON.stringify(frame)));
      });
      const watched = shape.watchLists ? queues.map((id) => `list/open:${id}`) : watchedBy(agent, shape, streams);
      for (const s of watched) socket.send(JSON.stringify({ t: 'open', s }));
    }
  }
  return { lanes: customers, streams };
}

const ID = /"id":"([^"]+)"/;

/** Only updates of that many characters can have been cut off (CON5). */
const LONG = 20_000;

/** What did not fit into an update is asked for, as our terminals do it (CMP8). */
function askForMore(text: string, send: (frame: object) => void): void {
  const { s, items, head } = JSON.parse(text) as { s: string; items: { n: number; h: string }[]; head: { n: number } };
  const last = items.at(-1);
  if (last && last.n < head.n) send({ t: 'get', s, after: { n: last.n, h: last.h } });
}

async function customer(url: string, key: string, index: number): Promise<Lane & { s: () => string }> {
  const { token } = await post<{ token: string }>(url, '/v1/customers/session', { inbox: key });
  const answers = new Map<string, (frame: string) => void>();
  const { socket, epoch } = await connect(url, token, `bench-${index}`, (text) => {
    // Pushes of one's own messages are read and dropped, as cheaply as the references do.
    if (!text.startsWith('{"t":"sent"') && !text.startsWith('{"t":"refused"')) return;
    const id = ID.exec(text)?.[1] ?? '';
    answers.get(id)?.(text);
    answers.delete(id);
  });
  let s = 'chat/new';
  return {
    s: () => s,
    say: async (token) => {
      const body = s === 'chat/new' ? { text: textOf(token), inbox: key } : { text: textOf(token) };
      const id = `b-${process.pid}-${token}`;
      const answer = new Promise<string>((resolve) => answers.set(id, resolve));
      socket.send(JSON.stringify({ t: 'send', id, s, epoch, kind: 'message', body, attempt: 1 }));
      const text = await answer;
      if (!text.startsWith('{"t":"sent"')) throw new Error(text);
      if (s === 'chat/new') s = (JSON.parse(text) as { s: string }).s;
    },
  };
}
