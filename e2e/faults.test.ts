import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

/** A customer who wrote, and Ann, who took the conversation and has seen it all. */
async function begin(text: string, context?: BrowserContext): Promise<{ a: Desk; c: Customer }> {
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes(text);
  await c.isStored();
  const a = await Desk.signIn(house, context ?? (await newContext(browser)), 'ann@e2e.example');
  await a.take();
  await a.says(text);
  await a.sawAll();
  return { a, c };
}

const textsOf = (messages: { text: string }[]) => messages.map(({ text }) => text);

async function agree(a: Desk, c: Customer, texts: string[]): Promise<void> {
  await until(async () => (await c.messages()).length >= texts.length, 'the customer to have every message');
  expect(await house.storedIn(a.conversation)).toEqual(texts);
  expect(textsOf(await a.messages())).toEqual(texts);
  expect(textsOf(await c.messages())).toEqual(texts);
}

test('BEAT2 a swallowed last update is found by the next beat, though nothing follows it', async () => {
  const { a, c } = await begin('I am here');
  a.link.swallow(({ t }) => t === 'update');
  await c.writes('The last one, and it gets lost');
  await c.isStored();
  await until(async () => a.link.swallowed > 0, 'an update to be swallowed');
  expect(await a.timeline.getByText('The last one, and it gets lost', { exact: true }).count()).toBe(0);
  a.link.swallow(undefined);
  await a.says('The last one, and it gets lost');
  await a.isInStep();
  await agree(a, c, ['I am here', 'The last one, and it gets lost']);
});

/** Somebody sets the clock of a page's device back, as a correction from the network does. */
function setBack(page: Page, ms: number): Promise<void> {
  return page.evaluate((by) => {
    const before = Date.now;
    Date.now = () => before() - by;
  }, ms);
}

test('BEAT4 a connection that went silent is known to be dead, though the clock was set back, and repaired', async () => {
  const { a, c } = await begin('Before the silence');
  await setBack(a.page, 3_600_000);
  a.link.silence();
  await c.writes('Into the silence');
  await c.isStored();
  // Nothing closed: only the beats that do not come tell the desk.
  await a.page.locator('.conv .step[data-s=off]').waitFor();
  await a.page
    .getByText(/^Connection lost at/)
    .first()
    .waitFor();
  await a.reply('A blind answer');
  await a.timeline.getByText('A blind answer').first().waitFor();
  a.link.mend();
  await a.says('Into the silence');
  await a.held.waitFor();
  expect(await house.storedIn(a.conversation)).toEqual(['Before the silence', 'Into the silence']);
  await a.reviewAndSend();
  await a.isInStep();
  await agree(a, c, ['Before the silence', 'Into the silence', 'A blind answer']);
});

test('GRD2 two tabs of one agent: what one replied shows in the other, and a blind reply from there is held', async () => {
  const context = await newContext(browser);
  const { a, c } = await begin('One question', context);
  // The same address, and so the same session, the same store on the device and the same channel between tabs.
  const second = new Desk(await context.newPage(), a.link);
  await second.page.goto(a.page.url());
  await second.says('One question');
  await a.sawAll();
  await second.sawAll();
  // What an agent has seen in one tab is seen in all of them (GRD1): neither shows it for long enough.
  await a.lookAway();
  await second.lookAway();
  // Whoever wrote it has read it; the second tab presses before it is told so.
  a.link.swallow((frame) => (frame.t === 'signal' && frame.kind === 'read') || 'reads' in frame);
  await a.reply('Answered in the first tab');
  await second.says('Answered in the first tab');
  await second.reply('Answered again, blindly');
  await second.held.waitFor();
  a.link.swallow(undefined);
  await c.sees('Answered in the first tab');
  await second.held.getByRole('button', { name: /discard mine/i }).click();
  await second.composer.waitFor();
  await agree(a, c, ['One question', 'Answered in the first tab']);
});

test('LST7 a customer who writes to a resolved conversation is with somebody again, and nothing is lost', async () => {
  const { a, c } = await begin('Will it fit?');
  await a.reply('It will.');
  await c.sees('It will.');
  await a.sawAll();
  const url = a.page.url();
  await a.page.getByRole('button', { name: 'Resolve', exact: true }).click();
  const frame = await c.frame();
  const rating = frame.getByRole('radiogroup');
  await rating.waitFor();
  await c.writes('One more thing');
  await c.isStored();
  await until(async () => (await rating.count()) === 0, 'the rating to make room');
  await a.page.goto(url);
  await a.says('One more thing');
  await a.sawAll();
  await a.reply('Yes?');
  await c.sees('Yes?');
  // Both at once: whoever the server hears first, the customer is not left behind with a closed conversation.
  await a.sawAll();
  await Promise.all([
    a.page.getByRole('button', { name: 'Resolve', exact: true }).click(),
    c.writes('And while you resolve'),
  ]);
  await c.isStored();
  await a.page.goto(url);
  await a.says('And while you resolve');
  await until(async () => (await a.held.isVisible()) || (await a.composer.isVisible()), 'the window');
  if (await a.held.isVisible()) await a.held.getByRole('button', { name: /leave/i }).click();
  await a.isInStep();
  await a.page.locator('.bub.is-waiting').getByText('And while you resolve').waitFor();
  await agree(a, c, ['Will it fit?', 'It will.', 'One more thing', 'Yes?', 'And while you resolve']);
  await a.sawAll();
  await a.reply('Answered');
  await c.sees('Answered');
  await a.sawAll();
  await a.page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await rating.waitFor();
  await frame.getByText('5', { exact: true }).click();
  await frame.getByRole('button', { name: 'Send rating' }).click();
  await frame.getByText('Thank you.', { exact: false }).waitFor();
});

test('SND1 a widget without a connection says so, keeps what is written, and sends it once', async () => {
  const { a, c } = await begin('Online');
  const frame = await c.frame();
  c.link.cut();
  await c.writes('one offline');
  await c.writes('two offline');
  await frame.getByText('No connection.').first().waitFor();
  await until(async () => (await frame.getByText('Waiting to send').count()) === 2, 'both to wait');
  expect(await house.storedIn(a.conversation)).toEqual(['Online']);
  c.link.mend();
  await c.isStored();
  await until(async () => (await frame.getByText('No connection.').count()) === 0, 'the notice to go');
  await a.says('two offline');
  await agree(a, c, ['Online', 'one offline', 'two offline']);
});

test('I8 I5 a server killed while both sides write: every message once, in its author’s order, everywhere', async () => {
  const { a, c } = await begin('Here we go');
  const questions = Array.from({ length: 20 }, (_, index) => `question ${index + 1}`);
  const answers = Array.from({ length: 20 }, (_, index) => `answer ${index + 1}`);
  const writing = Promise.all([
    (async () => {
      for (const text of questions) await c.writes(text);
    })(),
    (async () => {
      for (const text of answers) {
        // A reply that is held waits for its author, who looks and sends it; the composer is gone for as long.
        let why = '';
        const pressed = async () => {
          if (await a.held.isVisible()) await a.reviewAndSend();
          why = await a.replyAll([text]).then(
            () => '',
            (error: unknown) => String(error),
          );
          return why === '';
        };
        await until(pressed, 'a press', 120_000).catch((error: Error) => {
          throw new Error(`${error.message} of ${text}: ${why}`);
        });
      }
    })(),
  ]);
  await c.sees('question 4');
  await house.kill();
  await c.sees('question 8');
  await house.start();
  await writing;
  await until(
    async () => {
      if (await a.held.isVisible()) await a.reviewAndSend();
      return (await house.storedIn(a.conversation)).length >= 41;
    },
    'everything to be stored',
    90_000,
  );
  await c.isStored();
  await a.isInStep();
  const texts = await house.storedIn(a.conversation);
  expect(texts.filter((text) => text.startsWith('question'))).toEqual(questions);
  expect(texts.filter((text) => text.startsWith('answer'))).toEqual(answers);
  await agree(a, c, texts);
  await house.verify();
});
