import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Mutant, patched } from './patch.ts';

/** What of the tree a mutant needs beside the program itself. */
const COPIED = ['packages', 'simulation', 'package.json', 'vitest.config.ts', 'tsconfig.base.json'];
const LEFT_OUT = new Set(['node_modules', 'dist', 'mutants', 'desk', 'widget']);

/** A temporary copy of the tree with a mutant in it, in which `@heed/*` is the copy's own. Gives its folder. */
export function copyWith(root: string, mutant: Mutant): string {
  const folder = mkdtempSync(join(tmpdir(), `heed-mutant-${mutant.name}-`));
  for (const name of COPIED)
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (source) => !LEFT_OUT.has(basename(source)),
    });
  linkModules(root, folder);
  for (const file of mutant.files) {
    const path = join(folder, file.path);
    writeFileSync(path, patched(readFileSync(path, 'utf8'), file));
  }
  return folder;
}

function linkModules(root: string, folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@heed'), { recursive: true });
  const names = readdirSync(join(root, 'node_modules')).filter((name) => name !== '@heed' && !name.startsWith('.'));
  for (const name of names) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of ['client', 'protocol', 'server'])
    symlinkSync(join(folder, 'packages', name), join(modules, '@heed', name));
}

export function dropCopy(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
