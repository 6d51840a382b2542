// npm run size: what a browser loads first, compressed, against the budget.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildOrFail } from './build.mjs';
import { ensure, fail, root } from './ensure.mjs';

const budgets = { loader: 3 * 1024, widget: 35 * 1024, desk: 220 * 1024 };

await buildOrFail(ensure());
const desk = entriesOf('desk');
const widget = entriesOf('widget');
const loaders = widget.filter(isLoader);
if (desk.length === 0 || loaders.length === 0)
  fail('The builds of desk and widget have no manifest with their entries.');

const sizes = {
  loader: sizeOf(loaders),
  // Whoever opens the widget has loaded the loader before.
  widget: sizeOf(widget),
  desk: sizeOf(desk),
};
const over = Object.keys(budgets).filter((part) => sizes[part] > budgets[part]);
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(sizes)}\n`);
else for (const part of Object.keys(budgets)) process.stdout.write(`${line(part)}\n`);
process.exitCode = over.length > 0 ? 1 : 0;

function line(part) {
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(9);
  const verdict = sizes[part] > budgets[part] ? 'OVER' : 'ok';
  return `${part.padEnd(8)}${kilobytes(sizes[part])} of ${kilobytes(budgets[part])}  ${verdict}`;
}

/** Every entry of a page's build, with the manifest that it is in: loader and application are built apart. */
function entriesOf(page) {
  const dist = join(root, 'packages', page, 'dist');
  const folders = [
    dist,
    ...readdirSync(dist, { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .map((each) => join(dist, each.name)),
  ];
  return folders.flatMap((folder) => {
    const file = join(folder, '.vite/manifest.json');
    if (!existsSync(file)) return [];
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    return Object.values(manifest)
      .filter((chunk) => chunk.isEntry)
      .map((chunk) => ({ folder, manifest, chunk }));
  });
}

function isLoader({ chunk }) {
  return /loader/.test(`${chunk.name} ${chunk.src}`);
}

function sizeOf(entries) {
  const files = new Set(
    entries.flatMap(({ folder, manifest, chunk }) => filesOf(manifest, chunk).map((file) => join(folder, file))),
  );
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
}

/** A chunk with all that it imports statically; what is imported later (languages, say) is not part of a first load. */
function filesOf(manifest, chunk, seen = new Set()) {
  if (seen.has(chunk.file)) return [];
  seen.add(chunk.file);
  const imported = (chunk.imports ?? []).flatMap((key) => filesOf(manifest, manifest[key], seen));
  return [chunk.file, ...(chunk.css ?? []), ...imported].filter((file) => /\.(js|css)$/.test(file));
}
