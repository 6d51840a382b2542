// npm run size: what a browser loads first, compressed, against the budget.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildOrFail } from './build.mjs';
import { ensure, fail, root } from './ensure.mjs';

const budgets = { loader: 3 * 1024, widget: 33 * 1024, conversation: 35 * 1024, desk: 220 * 1024 };

await buildOrFail(ensure());
// The loader is the one file that a shop embeds, by this name; whoever opens the widget has loaded it before.
const loader = join(root, 'packages/widget/dist/widget.js');
const sizes = {
  loader: sizeOf([loader]),
  // What a first opening draws, and what it does where a conversation goes on.
  widget: sizeOf([loader, ...firstLoadOf('widget', 'src/app/panel.tsx', 'src/app/start.ts')]),
  conversation: sizeOf([loader, ...firstLoadOf('widget', 'src/app/panel.tsx', 'src/app/talk.ts')]),
  desk: sizeOf(firstLoadOf('desk')),
};
const over = Object.keys(budgets).filter((part) => sizes[part] > budgets[part]);
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(sizes)}\n`);
else for (const part of Object.keys(budgets)) process.stdout.write(`${line(part)}\n`);
process.exitCode = over.length > 0 ? 1 : 0;

function line(part) {
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(9);
  const verdict = sizes[part] > budgets[part] ? 'OVER' : 'ok';
  return `${part.padEnd(13)}${kilobytes(sizes[part])} of ${kilobytes(budgets[part])}  ${verdict}`;
}

/** The scripts and styles of a page's entries, and of what is named beside them, with all that they import statically. */
function firstLoadOf(page, ...parts) {
  const dist = join(root, 'packages', page, 'dist');
  const file = join(dist, '.vite/manifest.json');
  if (!existsSync(file)) fail(`The ${page} has no manifest of its build (${file}).`);
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const entries = Object.values(manifest).filter((chunk) => chunk.isEntry || parts.includes(chunk.src));
  const files = entries.flatMap((chunk) => filesOf(manifest, chunk));
  return files.filter((each) => /\.(js|css)$/.test(each)).map((each) => join(dist, each));
}

/** A chunk with all that it imports statically; what is imported later (languages, say) is not part of a first load. */
function filesOf(manifest, chunk, seen = new Set()) {
  if (seen.has(chunk.file)) return [];
  seen.add(chunk.file);
  const imported = (chunk.imports ?? []).flatMap((key) => filesOf(manifest, manifest[key], seen));
  return [chunk.file, ...(chunk.css ?? []), ...imported];
}

function sizeOf(files) {
  return [...new Set(files)].reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
}
