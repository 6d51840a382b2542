import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import type pg from 'pg';
import { type Config, projectRoot } from '../config.ts';
import { codeOf } from '../errors.ts';
import type { Ground } from '../ledger/batch.ts';
import type { Log } from '../log.ts';
import { DEMO } from './content.ts';
import { DEMO_KEY, seedDemo } from './seed.ts';

const folder = join(projectRoot, 'packages/widget/shop');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface Demo {
  /** Prints where to look and how to sign in. */
  announce(address: string): void;
  close(): Promise<void>;
}

/**
 * Makes the demo company where the installation is empty, and serves its shop page on a port of its own: another origin,
 * as in real life. Gives undefined where the installation is somebody's own.
 */
export async function startDemo(parts: {
  pool: pg.Pool;
  config: Config;
  ground: Ground;
  log: Log;
}): Promise<Demo | undefined> {
  const { pool, config, ground, log } = parts;
  await seedDemo(pool, ground);
  const { rows } = await pool.query('SELECT 1 FROM inbox WHERE key = $1', [DEMO_KEY]);
  if (rows.length === 0) return undefined;
  let origin = '';
  const server = createServer((request, answer) => {
    const name = basename(new URL(request.url ?? '/', 'http://shop').pathname) || 'index.html';
    const file = join(folder, name);
    const type = TYPES[extname(name)];
    if (!type || !existsSync(file))
      return answer.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.');
    const text = readFileSync(file, 'utf8').replaceAll('{{HEED_ORIGIN}}', origin).replaceAll('{{INBOX_KEY}}', DEMO_KEY);
    return answer.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(text);
  });
  const listening = await listen(server, config, log);
  return {
    announce: (address) => {
      origin = address;
      const shop = listening ? `http://127.0.0.1:${(server.address() as AddressInfo).port}/` : undefined;
      process.stdout.write(announcement(address, shop));
    },
    close: () => new Promise((resolve) => (listening ? server.close(() => resolve()) : resolve())),
  };
}

function listen(server: Server, config: Config, log: Log): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', (error) => {
      log.warn(
        { code: codeOf(error), port: config.shopPort },
        'The shop page has no port; the rest works. Choose one with --shop-port.',
      );
      resolve(false);
    });
    server.listen(config.shopPort, '127.0.0.1', () => resolve(true));
  });
}

function announcement(address: string, shop: string | undefined): string {
  const width = Math.max(...DEMO.agents.map(({ email }) => email.length));
  const signIns = DEMO.agents.map(
    ({ email, name, role }) => `    ${email.padEnd(width)}  ${DEMO.password}   ${name}, ${role}`,
  );
  return [
    '',
    `  Desk       ${address}/desk/`,
    shop ? `  Shop page  ${shop}   (with the widget)` : '  The shop page has no port.',
    '',
    `  Sign in to ${DEMO.company} as`,
    ...signIns,
    '',
    '  Stop with Ctrl C. An empty installation of your own: HEED_DEMO=off and another data folder.',
    '',
    '',
  ].join('\n');
}
