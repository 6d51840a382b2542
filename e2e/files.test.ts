import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { Browser, Download, Frame, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ulid } from '../packages/client/src/ulid.ts';
import { House, PASSWORD } from './house.ts';
import { Customer, Desk, newContext, openBrowser, until } from './people.ts';

const KB = 1024;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let house: House;
let browser: Browser;
const people: (Desk | Customer)[] = [];

beforeAll(async () => {
  [house, browser] = await Promise.all([House.build(), openBrowser()]);
});
afterEach(async () => {
  for (const { page, errors } of people.splice(0)) {
    expect(errors).toEqual([]);
    await page.context().close();
  }
});
afterAll(async () => {
  await browser?.close();
  await house?.tearDown();
});

interface Given {
  name: string;
  mimeType: string;
  buffer: Buffer;
}
/** One part of a PNG: its length, name, content and checksum. */
function part(name: string, content: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const named = Buffer.concat([Buffer.from(name), content]);
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A picture that does not compress, so that it takes as many pieces as it is meant to. */
function picture(name: string, width = 300, height = 200): Given {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits of red, green and blue.
  head.set([8, 2], 8);
  const rows = Array.from({ length: height }, () => Buffer.concat([Buffer.alloc(1), randomBytes(3 * width)]));
  const mark = Buffer.from('89504e470d0a1a0a', 'hex');
  const parts = [part('IHDR', head), part('IDAT', deflateSync(Buffer.concat(rows))), part('IEND', Buffer.alloc(0))];
  return { name, mimeType: 'image/png', buffer: Buffer.concat([mark, ...parts]) };
}
const text: Given = { name: 'Notes.txt', mimeType: 'text/plain', buffer: Buffer.from('One, two, three') };

/** A customer who wrote, and an agent who took it. */
async function begin(first: string): Promise<{ a: Desk; c: Customer; w: Frame }> {
  const c = await Customer.visit(house, await newContext(browser));
  people.push(c);
  await c.writes(first);
  await c.isStored();
  const a = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  people.push(a);
  await a.take();
  await a.says(first);
  return { a, c, w: await c.frame() };
}

const chosen = async (place: Page | Frame, files: Given[]): Promise<void> =>
  place.locator('input[type=file]').setInputFiles(files);

/** Waits until a picture is drawn, and gives how large it is where it is shown. */
async function drawn(thumb: Locator): Promise<{ width: number; height: number }> {
  await until(
    async () =>
      await thumb
        .locator('img')
        .evaluateAll((all) => all.every((img) => (img as HTMLImageElement).naturalWidth > 0) && all.length > 0),
    'a picture',
  );
  const box = await thumb.boundingBox();
  return { width: Math.round(box?.width ?? 0), height: Math.round(box?.height ?? 0) };
}

async function findings(place: Page | Frame): Promise<string[]> {
  await place.evaluate(axe);
  return place.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (at: Document, options: unknown) => Promise<{ violations: { id: string }[] }> };
    };
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    return violations.map(({ id }) => id);
  });
}

/** Saves by the keyboard; a row that is drawn anew in that moment loses the press, and is pressed again. */
async function saved(page: Page, button: Locator): Promise<string> {
  const downloads: Download[] = [];
  page.on('download', (each) => downloads.push(each));
  await until(async () => {
    await button.press('Enter');
    await page.waitForTimeout(2_000);
    return downloads.length > 0;
  }, 'the file to be saved');
  return readFileSync(await (downloads[0] as Download).path(), 'utf8');
}

test('§11 pictures and texts go both ways, are seen in their shape, opened and saved', async () => {
  const { a, c, w } = await begin('It is broken, look');
  await chosen(w, [picture('Crack.png'), text]);
  await w.getByRole('listitem').filter({ hasText: 'Crack.png' }).waitFor();
  expect(await findings(w)).toEqual([]);
  await w.getByRole('button', { name: 'Send' }).click();
  await c.isStored();
  const thumb = a.page.getByRole('button', { name: /^Open picture Crack.png/ });
  expect(await drawn(thumb)).toEqual({ width: 240, height: 160 });
  expect(await saved(a.page, a.page.getByRole('button', { name: 'Download Notes.txt' }))).toBe('One, two, three');
  expect(await findings(a.page)).toEqual([]);
  await thumb.click();
  await a.page.getByRole('dialog', { name: 'Crack.png' }).waitFor();
  expect(await findings(a.page)).toEqual([]);
  await a.page.keyboard.press('Escape');
  await a.page.getByRole('dialog').waitFor({ state: 'detached' });

  await chosen(a.page, [picture('Label.png', 100, 400), { ...text, name: 'Steps.txt' }]);
  // Chosen together, there together.
  await a.page.getByRole('listitem').filter({ hasText: 'Label.png' }).waitFor();
  await a.reply('Print this, then follow the steps');
  const label = w.getByRole('button', { name: 'Open picture Label.png' });
  expect(await drawn(label)).toEqual({ width: 45, height: 180 });
  expect(await saved(c.page, w.getByRole('button', { name: 'Download Steps.txt' }))).toBe('One, two, three');
  await label.click();
  await w.getByRole('dialog', { name: 'Label.png' }).waitFor();
  expect(await findings(w)).toEqual([]);
  await c.page.keyboard.press('Escape');
  await w.getByRole('dialog', { name: 'Label.png' }).waitFor({ state: 'detached' });
  // The window behind the picture stays.
  await (await c.composer()).waitFor();
});

test('a screenshot is pasted in the desk, a text with a picture of itself stays a text, and a file is dropped', async () => {
  const { a, w } = await begin('How does it look for you?');
  const { buffer } = picture('image.png');
  const give = (kind: 'paste' | 'drop', withText: boolean) =>
    a.composer.evaluate(
      (field, { bytes, kind, withText }) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));
        if (withText) data.setData('text/plain', 'words');
        const more = { bubbles: true, cancelable: true };
        const event =
          kind === 'paste'
            ? new ClipboardEvent('paste', { ...more, clipboardData: data })
            : new DragEvent('drop', { ...more, dataTransfer: data });
        field.dispatchEvent(event);
      },
      { bytes: [...buffer], kind, withText },
    );
  await give('paste', true);
  await give('paste', false);
  await give('drop', false);
  const chips = a.page.getByRole('list', { name: 'Files of this reply' }).getByRole('listitem');
  await until(async () => (await chips.count()) === 2, 'two chips');
  expect(await chips.allInnerTexts()).toEqual([
    expect.stringMatching(/^screenshot-[\d-]+\.png/),
    expect.stringMatching(/^image\.png/),
  ]);
  await a.page.getByRole('button', { name: 'Remove image.png' }).click();
  await a.page.keyboard.press('Control+Enter');
  await a.composer.focus();
  await a.page.keyboard.press('Control+Enter');
  await w.getByRole('button', { name: /^Open picture screenshot-/ }).waitFor();
});

test('SND1 §11 an upload that is cut in the middle goes on, also after a reload, and its message keeps its place', async () => {
  const { a, c, w } = await begin('A large one follows');
  // As slow as it takes for the cut to be in the middle.
  c.link.change({ bytesPerSecond: 600 * KB }, 'up');
  await chosen(w, [picture('Large.png', 900, 900)]);
  await c.writes('This one');
  await c.writes('And this after it');
  const progress = w.locator('progress');
  await until(
    async () => (await progress.count()) > 0 && Number(await progress.first().getAttribute('value')) > 10,
    'a piece',
  );
  c.link.cut();
  await w.locator('.life.is-waiting').first().waitFor();
  await c.page.reload();
  c.link.mend();
  await c.page.goto(c.page.url());
  await c.open();
  await a.says('And this after it');
  await drawn(a.page.getByRole('button', { name: /^Open picture Large.png/ }));
  expect(await house.storedIn(a.conversation)).toEqual(['A large one follows', 'This one', 'And this after it']);
});

test('SND1 a draft’s files survive a change of window and a reload; written offline, they go when the network is back', async () => {
  const { a, w } = await begin('Do you have the form?');
  const other = await Customer.visit(house, await newContext(browser));
  people.push(other);
  await other.writes('Another matter');
  await other.isStored();
  await a.take();
  await a.says('Another matter');
  await a.rows.filter({ hasText: 'Do you have the form?' }).first().click();
  await a.says('Do you have the form?');
  a.link.cut();
  await a.page.locator('.conv .step[data-s=off]').waitFor();
  await chosen(a.page, [{ ...text, name: 'Form.txt' }]);
  const chip = a.page.getByRole('listitem').filter({ hasText: 'Form.txt' });
  await chip.waitFor();
  const row = a.rows.filter({ hasText: 'Do you have the form?' });
  await a.rows.filter({ hasText: 'Another matter' }).first().click();
  await chip.waitFor({ state: 'detached' });
  await row.first().click();
  await chip.waitFor();
  a.link.mend();
  await a.isInStep();
  await a.page.reload();
  await chip.waitFor();
  await a.sawAll();
  await a.reply('Here it is');
  await w.getByRole('button', { name: 'Download Form.txt' }).waitFor();
  await until(async () => (await chip.count()) === 0, 'the chip to go');
});

test('SND5 a wrong type and a file too large are said on their chips, and the rest goes without them', async () => {
  const { a, c, w } = await begin('Two that will not do');
  const program = Buffer.concat([Buffer.from('7f454c460201010000', 'hex'), Buffer.alloc(500, 7)]);
  const folder = mkdtempSync(join(tmpdir(), 'heed-e2e-'));
  const paths = ['Tool.bin', 'Film.mov'].map((name) => join(folder, name));
  writeFileSync(paths[0] as string, program);
  writeFileSync(paths[1] as string, Buffer.alloc(26 * KB * KB));
  await w.locator('input[type=file]').setInputFiles(paths);
  await w.getByText('files of this type are not taken.').waitFor();
  await w.getByText('the file is over 25 MB.').waitFor();
  expect(await w.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  expect(await findings(w)).toEqual([]);
  for (const name of ['Tool.bin', 'Film.mov']) await w.getByRole('button', { name: `Remove ${name}` }).click();
  rmSync(folder, { recursive: true });
  await c.writes('Only words then');
  await a.says('Only words then');

  await chosen(a.page, [{ name: 'Tool.bin', mimeType: 'application/octet-stream', buffer: program }]);
  await a.page.getByText('files of this type are not taken').waitFor();
  expect(await findings(a.page)).toEqual([]);
  await a.page.getByRole('button', { name: 'Remove Tool.bin' }).click();
  await a.reply('Thank you');
  await c.sees('Thank you');
});

test('I12 what was erased is gone on both sides', async () => {
  const { a, c, w } = await begin('The wrong one follows');
  await chosen(w, [picture('Passport.png'), { ...text, name: 'Secret.txt' }]);
  await c.writes('This');
  const places = [a.page, w].map((place) => place.getByText('Secret.txt'));
  await drawn(a.page.getByRole('button', { name: /^Open picture Passport.png/ }));
  for (const place of places) await place.waitFor();
  await erase(a.conversation, 'This');
  for (const place of places) await place.waitFor({ state: 'detached' });
  for (const place of [a.page, w])
    expect(await place.getByRole('button', { name: /^Open picture Passport.png/ }).count()).toBe(0);
});

/** Erases a message over the API, as a supervisor would. */
async function erase(conversation: string, said: string): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const post = async (path: string, headers: Record<string, string>, body: object) => {
    const answer = await fetch(house.address + path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return answer.json() as Promise<{ token: string }>;
  };
  const { token } = await post('/v1/agents/session', json, { email: 'ann@e2e.example', password: PASSWORD });
  const headers = { ...json, authorization: `Bearer ${token}` };
  const answer = await fetch(`${house.address}/v1/conversations/${conversation}/items?before=1000`, { headers });
  type Items = { epoch: string; items: { n: number; body?: { text?: string } }[] };
  const { epoch, items } = (await answer.json()) as Items;
  const target = items.find(({ body }) => body?.text === said)?.n;
  const s = `conversation/${conversation}`;
  const send = { t: 'send', id: ulid(), s, epoch, kind: 'erase', body: { target }, attempt: 1 };
  await post(`/v1/conversations/${conversation}/send`, headers, send);
}
