import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

const PAUSE_MS = 1_500;
const mails: ParsedMail[] = [];
let refusals = 0;
let smtp: SMTPServer;
let running: Running;

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, answer) => {
      if (refusals > 0) {
        refusals--;
        return answer(Object.assign(new Error('Not now'), { responseCode: 451 }));
      }
      answer(address.startsWith('nobody@') ? Object.assign(new Error('No such box'), { responseCode: 550 }) : null);
    },
    onData: (stream, _session, answer) => {
      simpleParser(stream).then((mail) => {
        mails.push(mail);
        answer();
      }, answer);
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as { port: number };
  const url = `smtp://127.0.0.1:${port}`;
  running = await startRunning({
    'smtp-url': url,
    'mail-after-ms': String(PAUSE_MS),
    'mail-from': 'Shop <chat@shop.example>',
  });
});
afterAll(async () => {
  await running.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

const to = (mail: ParsedMail) => (mail.to as AddressObject).value[0]?.address;
const mailsTo = (address: string) => mails.filter((mail) => to(mail) === address);
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function api(token: string, path: string, body: object): Promise<number> {
  const answer = await fetch(running.server.address + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return answer.status;
}

/** A customer with an address asks something and goes. */
async function asked(email: string, language = 'en-GB') {
  const token = await customerToken(running);
  const wire = await Wire.open(running, token);
  const sent = await wire.send('chat/new', ulid(), 'message', { text: 'A question', inbox: running.key });
  const chat = sent.t === 'sent' ? sent.s : '';
  const conversation = chat.slice('chat/'.length);
  wire.say({ t: 'attributes', attributes: { language } });
  wire.say({ t: 'visit', url: 'https://shop.example/lamps?x=1', title: 'Lamps', referrer: '' });
  expect(await api(token, '/v1/customers/about', { email })).toBe(204);
  return { token, wire, chat, conversation };
}

async function reply(conversation: string, ...texts: string[]): Promise<void> {
  const s = `conversation/${conversation}`;
  const agent = await Wire.open(running, await agentToken(running, 'ann'));
  for (const text of texts) {
    const snapshot = await agent.ask({ t: 'open', s });
    const basedOn = snapshot.t === 'snapshot' ? snapshot.at : undefined;
    expect(await agent.send(s, ulid(), 'message', { text }, { basedOn })).toMatchObject({ t: 'sent' });
  }
  agent.close();
}

test('all replies of a pause come in one mail, in the language of the customer, with a way back', async () => {
  const { wire, conversation } = await asked('maeve@x.example', 'de-DE');
  wire.close();
  await reply(conversation, 'First half,', 'and <b>second</b> half.');
  await expect.poll(() => mailsTo('maeve@x.example').length, { timeout: 15_000 }).toBe(1);
  const [mail] = mailsTo('maeve@x.example');
  expect(mail?.subject).toBe('Heed: eine Antwort auf Ihre Nachricht');
  expect(mail?.text).toMatch(/ann schrieb[\s\S]*First half,[\s\S]*and <b>second<\/b> half\./);
  expect(mail?.text).toContain('https://shop.example/lamps?x=1#heed');
  expect(String(mail?.html)).toContain('and &lt;b&gt;second&lt;/b&gt; half.');
  expect(mail?.messageId).toContain(conversation);
  // Not again, and the next pause has a mail of its own with what is new only.
  await later(2 * PAUSE_MS);
  expect(mailsTo('maeve@x.example')).toHaveLength(1);
  await reply(conversation, 'One thing more.');
  await expect.poll(() => mailsTo('maeve@x.example').length, { timeout: 15_000 }).toBe(2);
  expect(mailsTo('maeve@x.example')[1]?.text).not.toContain('First half');
}, 60_000);

test('what was seen is not mailed, nor what nobody gave an address for', async () => {
  const { wire, chat, conversation } = await asked('here@x.example');
  await wire.ask({ t: 'open', s: chat });
  await reply(conversation, 'You see this at once.');
  const update = await wire.until(
    'update',
    ({ s, items }) => s === chat && items.some((item) => item.kind === 'message'),
  );
  wire.say({ t: 'read', s: chat, ...update.head });
  await later(3 * PAUSE_MS);
  expect(mailsTo('here@x.example')).toEqual([]);
}, 30_000);

test('a mail server that is busy is asked again; one that knows no such box is not', async () => {
  refusals = 1;
  const busy = await asked('busy@x.example');
  busy.wire.close();
  await reply(busy.conversation, 'Worth a second try.');
  await expect.poll(() => mailsTo('busy@x.example').length, { timeout: 40_000 }).toBe(1);
  const gone = await asked('nobody@x.example');
  gone.wire.close();
  await reply(gone.conversation, 'Into the void.');
  const left = async () =>
    (await running.database.pool.query('SELECT 1 FROM mail_due WHERE conversation = $1', [gone.conversation])).rowCount;
  await later(2 * PAUSE_MS);
  await expect.poll(left, { timeout: 15_000 }).toBe(0);
}, 90_000);

test('a transcript goes to where its customer wants it, and to nobody else’s', async () => {
  const { token, conversation } = await asked('keeps@x.example');
  await reply(conversation, 'An answer to keep.');
  const path = `/v1/conversations/${conversation}/transcript`;
  expect(await api(await customerToken(running), path, { email: 'thief@x.example' })).toBe(404);
  expect(await api(token, path, { email: 'no address' })).toBe(400);
  expect(await api(token, path, { email: 'copy@x.example', language: 'fr-FR' })).toBe(202);
  await expect.poll(() => mailsTo('copy@x.example').length, { timeout: 15_000 }).toBe(1);
  const [mail] = mailsTo('copy@x.example');
  expect(mail?.subject).toMatch(/^Votre conversation avec Heed, /);
  expect(mail?.text).toMatch(/Vous a écrit[\s\S]*A question[\s\S]*ann a écrit[\s\S]*An answer to keep\./);
}, 30_000);
