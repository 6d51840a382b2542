// npm run build: builds the pages whose sources have changed since they were built last.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure, environment, fail, root } from './ensure.mjs';
import { takeTurn } from './lock.mjs';

const shared = ['packages/protocol', 'packages/client'];
const pages = ['desk', 'widget'];

/** Builds what has changed; takes milliseconds when nothing has. Throws an error with one sentence. */
export async function build(node) {
  if (pages.every((page) => isCurrent(page))) return;
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const endTurn = takeTurn(join(cache, 'heed-building'), 'building');
  try {
    const built = await Promise.all(pages.filter((page) => !isCurrent(page)).map((page) => buildPage(node, page)));
    if (built.includes(false)) throw new Error("The pages could not be built; the builder's own words are above.");
  } finally {
    endTurn();
  }
}

/** Builds one page; its stamp is written last, so that half a build counts as none. */
async function buildPage(node, page) {
  process.stderr.write(`Building the ${page} …\n`);
  const stamp = stampOf(page);
  const began = Date.now();
  const { code, output } = await runVite(node, join(root, 'packages', page));
  if (code !== 0) {
    process.stderr.write(output);
    return false;
  }
  writeFileSync(stampFile(page), stamp);
  process.stderr.write(`Built the ${page} in ${((Date.now() - began) / 1000).toFixed(1)} s.\n`);
  return true;
}

function runVite(node, folder) {
  return new Promise((resolve) => {
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const child = spawn(node, [vite, 'build', '--manifest'], {
      cwd: folder,
      env: environment({ NODE_ENV: 'production' }),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data;
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

function isCurrent(page) {
  // A page that has no build yet has nothing to be built.
  if (!existsSync(join(root, 'packages', page, 'vite.config.ts'))) return true;
  const file = stampFile(page);
  return existsSync(file) && readFileSync(file, 'utf8') === stampOf(page);
}

function stampFile(page) {
  return join(root, 'packages', page, 'dist/.heed-stamp');
}

function stampOf(page) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of [...shared, `packages/${page}`]) addFolder(hash, join(root, folder));
  return hash.digest('hex');
}

function addFolder(hash, folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (['dist', 'node_modules', '.vite'].includes(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue;
    if (entry.isDirectory()) addFolder(hash, path);
    else {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path}\n${size}\n${mtimeMs}\n`);
    }
  }
}

/** The same for scripts that can do nothing without the pages. */
export async function buildOrFail(node) {
  await build(node).catch((error) => fail(error.message));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildOrFail(ensure());
