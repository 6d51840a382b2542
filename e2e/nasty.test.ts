import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { fold } from '../packages/server/src/domain/repeat.ts';
import { Customer, Desk, newContext, type Said, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

const file = join(import.meta.dirname, '../../shared/data/nasty-messages.jsonl');
// Under CI a missing file is a failure and no reason to skip.
const isMissing = !existsSync(file) && !process.env.CI;
if (isMissing) process.stderr.write(`Skipped: the hostile messages, since there is no ${file}.\n`);

/** What the widget's composer cannot be given by pressing Enter alone, and what programs like to trim or normalise. */
const OURS = [
  '  two before, two after  ',
  'a line\n\n\n  and another\twith a tab\n',
  '\u2028line and paragraph\u2029separators',
  'e\u0301 is not \u00e9, \uac00 is not \u1100\u1161',
  '\ufeffa byte order mark, \u200bzero width, \u00adsoft, \u00a0hard',
  '\u202eturned around\u202c and \u2066isolated\u2069',
  '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽 \u{1f9f5}',
  '<b>bold</b> &amp; &lt;i&gt; &#x41; ]]> <!-- -->',
  '[[Reply]] {{count}} {name} %s #{1+1} $t(held.title) <n>1</n> <k>G</k>',
  'javascript:alert(1) data:text/html,<script>alert(1)</script> //evil.example/x',
  'https://evil.example/"onmouseover="alert(1) http://a.example/?q=<script>alert(1)</script>',
  '__proto__ constructor toString {"__proto__":{"a":1}}',
  '/reply @ann #1 > * _a_ **b** `c` ~d~',
];

useHouse();

/** Hundreds of messages, each looked at on both sides. */
const LONG = { timeout: 600_000 };

function hostile(): string[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { text: string }).text);
}

/** In conversations of a hundred or so: beyond that a page spends its time on drawing. */
const SIZE = 120;

function parts(texts: string[]): string[][] {
  return Array.from({ length: Math.ceil(texts.length / SIZE) }, (_, index) => [
    ...texts.slice(index * SIZE, (index + 1) * SIZE),
    'and an end',
  ]);
}

/** The same where nobody may say twice what differs in its punctuation only (GRD5): those come in another conversation. */
function partsOfReplies(texts: string[]): string[][] {
  const found: Map<string, string>[] = [];
  for (const text of texts) {
    const part = found.find((each) => each.size < SIZE && !each.has(fold(text))) ?? new Map<string, string>();
    if (part.size === 0) found.push(part);
    part.set(fold(text), text);
  }
  return found.map((part) => [...part.values(), 'and an end']);
}

async function meet(desk?: Desk): Promise<{ a: Desk; c: Customer }> {
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Hello');
  await c.isStored();
  const a = desk ?? (await Desk.signIn(house, await newContext(browser), 'ann@e2e.example'));
  const before = a.conversation;
  await a.take();
  await until(async () => a.conversation !== before, 'the conversation to open');
  await a.says('Hello');
  await a.sawAll();
  return { a, c };
}

const textsOf = (messages: Said[]) => messages.map(({ text }) => text);

/** Compares to the letter, and names the first difference rather than printing three hundred texts. */
function isExactly(found: string[], texts: string[], where: string): void {
  const at = texts.findIndex((text, index) => found[index] !== text);
  expect({ where, count: found.length, at, text: found[at] }).toEqual({
    where,
    count: texts.length,
    at: -1,
    text: undefined,
  });
}

/** Nothing of a message became a part of the page: no element but links to the web, in the paragraph or elsewhere. */
async function isHarmless(place: Page | Frame): Promise<void> {
  const found = await place.evaluate(() => {
    const foreign =
      'img,object,embed,video,audio,base,marquee,frame,meta[http-equiv],script:not([src]),[onerror],[onload]';
    const links = [...document.querySelectorAll('.said a, p.b a')].map((link) => link.getAttribute('href') ?? '');
    return {
      elements: [...document.querySelectorAll(foreign)].map((element) => element.outerHTML.slice(0, 200)),
      links: links.filter((href) => !/^https?:\/\//i.test(href)),
    };
  });
  expect(found).toEqual({ elements: [], links: [] });
}

/** All texts, in both windows as they stand, in the tables, and in windows opened afresh. */
async function allUnaltered(a: Desk, c: Customer, texts: string[]): Promise<void> {
  const conversation = a.conversation;
  await until(
    async () => (await house.storedIn(conversation)).length >= texts.length,
    'everything to be stored',
    60_000,
  );
  isExactly(await house.storedIn(conversation), texts, 'tables');
  await a.isInStep();
  await until(async () => (await c.messages()).length >= texts.length, 'the customer to have everything');
  const desk = await a.messages();
  const widget = await c.messages();
  isExactly(textsOf(desk), texts, 'desk');
  isExactly(textsOf(widget), texts, 'widget');
  expect([...desk, ...widget].filter(({ elements }) => elements > 0)).toEqual([]);
  await a.page.reload();
  await a.composer.waitFor();
  await a.isInStep();
  await c.page.reload();
  await c.open();
  await c.sees('and an end');
  isExactly(textsOf(await a.messages()), texts, 'desk after a reload');
  isExactly(textsOf(await c.messages()), texts, 'widget after a reload');
  await isHarmless(a.page);
  await isHarmless(await c.frame());
  expect([...a.errors, ...c.errors]).toEqual([]);
}

test.skipIf(isMissing)('SND10 every hostile message of a customer arrives unaltered and harmless', LONG, async () => {
  let desk: Desk | undefined;
  for (const texts of parts([...hostile(), ...OURS])) {
    const { a, c } = await meet(desk);
    await c.writesAll(texts);
    await allUnaltered(a, c, ['Hello', ...texts]);
    await c.page.context().close();
    desk = a;
  }
});

test.skipIf(isMissing)('SND10 every hostile message of an agent arrives unaltered and harmless', LONG, async () => {
  let desk: Desk | undefined;
  // A reply of nothing but spaces is what the desk does not send.
  for (const texts of partsOfReplies([...hostile(), ...OURS].filter((text) => text.trim() !== ''))) {
    const { a, c } = await meet(desk);
    await a.replyAll(texts);
    await allUnaltered(a, c, ['Hello', ...texts]);
    await c.page.context().close();
    desk = a;
  }
});

test('CON5 the longest message arrives, and a longer one is refused in words before it is sent', async () => {
  const { a, c } = await meet();
  const longest = 'Wörter, 言葉 🧵 '.repeat(600);
  const full = longest + 'x'.repeat(16_384 - new TextEncoder().encode(longest).length);
  expect(new TextEncoder().encode(full).length).toBe(16_384);
  await c.writes(full);
  await until(async () => (await house.storedIn(a.conversation)).length === 2, 'the longest to be stored');
  await a.isInStep();
  await c.writes(`${full}é`);
  const frame = await c.frame();
  await frame.getByRole('alert').getByText('Too long by 1 character.').waitFor();
  expect(await (await c.composer()).inputValue()).toBe(`${full}é`);
  await (await c.composer()).fill('');
  await a.timeline.focus();
  await a.page.keyboard.press('End');
  await a.sawAll();
  await a.reply(full);
  await until(async () => (await house.storedIn(a.conversation)).length === 3, 'the answer to be stored');
  await a.reply(`${full}é`);
  await a.page.getByRole('main').getByRole('alert').waitFor();
  expect(await a.composer.inputValue()).toBe(`${full}é`);
  await a.composer.fill('');
  expect(textsOf(await c.messages())).toEqual(['Hello', full, full]);
  expect(textsOf(await a.messages())).toEqual(['Hello', full, full]);
  expect(await house.storedIn(a.conversation)).toEqual(['Hello', full, full]);
  expect([...a.errors, ...c.errors]).toEqual([]);
});

test('SND10 what cannot be stored is kept out by the composers, in words where it is more than a control character', async () => {
  const { a, c } = await meet();
  await c.writes('a\u0000b');
  await a.says('ab');
  await a.sawAll();
  await a.reply('c\u0000d');
  await a.page.getByRole('main').getByRole('alert').waitFor();
  expect(await house.storedIn(a.conversation)).toEqual(['Hello', 'ab']);
  await house.verify();
});
