// Verifies a transcript as `GET /v1/conversations/:id/items?proof=1` gives it, by docs/protocol.md (STR1, STR2, STR3)
// alone: it shares no code with what it checks, and runs on any Node from 20 on.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** RFC 8785: members in the order of their names' UTF-16 code units, numbers and strings as ECMAScript writes them. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

const sha256 = (data) => createHash('sha256').update(data).digest();
const cut = (text) => sha256(text).subarray(0, 12).toString('base64url');

function hashOfBody(salt, body) {
  return sha256(Buffer.concat([Buffer.from(salt, 'base64url'), Buffer.from(canonical(body))])).toString('base64url');
}

function hashAfter(h, { n, id, kind, actor, at, bodyHash }) {
  return cut(`${h}\n${canonical({ n, id, kind, actor: { type: actor.type, id: actor.id }, at, bodyHash })}`);
}

/** What is wrong with the pages of one transcript, as sentences. `head` is a point known from elsewhere. */
export function problemsOf(pages, head) {
  if (pages.length === 0) return { problems: ['There is nothing in it.'], items: 0 };
  const ordered = [...pages].sort((a, b) => a.prev.n - b.prev.n);
  const [first] = ordered;
  const problems = [];
  const birth = cut(`${first.s}\n${first.birth}`);
  if (first.prev.n === 0 && first.prev.h !== birth)
    problems.push(`It does not begin as ${first.s} did in the epoch ${first.birth}.`);
  const state = { at: first.prev, ids: new Set(), erased: new Set(), bare: new Map() };
  for (const page of ordered) {
    if (page.s !== first.s || page.birth !== first.birth)
      problems.push(`A page of it is of ${page.s}, not of ${first.s}.`);
    else if (page.prev.n !== state.at.n || page.prev.h !== state.at.h)
      problems.push(`A page follows number ${page.prev.n}; what stands before it ends with ${state.at.n}.`);
    for (const item of page.items) checkItem(item, state, problems);
  }
  for (const [n, kind] of state.bare)
    if (!state.erased.has(n) && !(kind === 'edited' && state.erased.size > 0))
      problems.push(`Number ${n} has no body, though nothing in the transcript erased it.`);
  checkEnd(ordered, state.at, head, problems);
  return {
    problems,
    items: ordered.reduce((sum, { items }) => sum + items.length, 0),
    at: state.at,
    from: first.prev.n,
  };
}

function checkItem(item, state, problems) {
  const { n, h, kind, body } = item;
  if (n !== state.at.n + 1) problems.push(`After number ${state.at.n} comes ${n}.`);
  else if (hashAfter(state.at.h, item) !== h)
    problems.push(
      `Number ${n} is not what stood there: who, what kind, when, its id, or what comes before was altered.`,
    );
  const name = `${item.actor.type}:${item.actor.id} ${item.id}`;
  if (state.ids.has(name)) problems.push(`Number ${n} has an id that stood before.`);
  state.ids.add(name);
  if (item.erased || item.salt === undefined) {
    if (body !== undefined) problems.push(`Number ${n} has a body without its salt.`);
    state.bare.set(n, kind);
  } else if (hashOfBody(item.salt, body) !== item.bodyHash) problems.push(`The body of number ${n} was altered.`);
  if (kind === 'erased' && body) state.erased.add(body.target);
  state.at = { n, h };
}

function checkEnd(pages, at, head, problems) {
  const says = pages.map((page) => page.head).reduce((a, b) => (b.n > a.n ? b : a));
  if (says.n > at.n) problems.push(`It ends with number ${at.n}; the log went to ${says.n}.`);
  else if (says.n === at.n && says.h !== at.h) problems.push('Its end is not the head that it names.');
  if (head && (head.n !== at.n || head.h !== at.h))
    problems.push(`It ends at ${at.n}:${at.h}, not at ${head.n}:${head.h} as you say.`);
}

function readPages(file) {
  const value = JSON.parse(readFileSync(file, 'utf8'));
  return Array.isArray(value) ? value : [value];
}

function run(args) {
  const at = args.indexOf('--head');
  const [n, h] = at === -1 ? [] : (args[at + 1] ?? '').split(':');
  const files = args.filter((_, index) => at === -1 || (index !== at && index !== at + 1));
  if (files.length === 0 || (at !== -1 && !h)) {
    process.stderr.write('Usage: npm run check-transcript -- FILE … [--head NUMBER:HASH]\n');
    return 2;
  }
  const head = h === undefined ? undefined : { n: Number(n), h };
  const { problems, items, at: end, from } = problemsOf(files.flatMap(readPages), head);
  const say = (line) => process.stdout.write(`${line}\n`);
  for (const problem of problems) say(problem);
  if (problems.length > 0) say(`${problems.length} things are wrong.`);
  else if (from > 0) say(`${items} items after number ${from} follow one another unaltered, to ${end.n}:${end.h}.`);
  else say(`${items} items from the first on follow one another unaltered, to ${end.n}:${end.h}.`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) {
  try {
    process.exitCode = run(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`It cannot be read as a transcript: ${error.message}.\n`);
    process.exitCode = 1;
  }
}
