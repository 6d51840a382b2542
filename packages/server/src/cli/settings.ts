import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, configTable, projectRoot, settings } from '../config.ts';
import { HeedError } from '../errors.ts';
import { readCommandLine } from './command-line.ts';
import { print } from './output.ts';

/** `heed settings`: what is in force; with `--write-docs` it brings the documentation's table up to date. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, { 'write-docs': { type: 'boolean' } });
  if (line.has('write-docs')) writeDocs();
  const shown = withoutPassword(line.config);
  const width = Math.max(...Object.values(settings).map(({ env }) => env.length));
  const sentences = Object.entries(settings).map(
    ([key, { env }]) => `${env.padEnd(width)}  ${word(shown[key as keyof Config])}`,
  );
  print(line.json, shown, sentences);
  return 0;
}

function withoutPassword(config: Config): Config {
  const shown = (url: string | undefined) =>
    url?.replaceAll(/(:\/\/)([^:@/,]*)(:[^@,]*)?@/g, (_all, begin, user, pass) =>
      pass === undefined ? `${begin}…@` : `${begin}${user}:…@`,
    );
  return {
    ...config,
    databaseUrl: shown(config.databaseUrl),
    natsUrl: shown(config.natsUrl),
    smtpUrl: shown(config.smtpUrl),
  };
}

function word(value: unknown): string {
  if (value === undefined) return '(not set)';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.join(', ') || '(none)' : String(value);
}

function writeDocs(): void {
  const page = join(projectRoot, 'docs/operating.md');
  const markers = /(<!-- settings: [^\n]* -->\n).*(<!-- \/settings -->)/s;
  const before = readFileSync(page, 'utf8');
  if (!markers.test(before)) throw new HeedError('docs_unmarked', `${page} has no place for the table of settings.`);
  writeFileSync(
    page,
    before.replace(markers, (_, start, end) => `${start}\n${configTable()}\n\n${end}`),
  );
}
