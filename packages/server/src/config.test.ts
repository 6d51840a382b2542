import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configTable, loadConfig, projectRoot } from './config.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heed-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function writeSettings(settings: object | string): void {
  writeFileSync(join(folder, 'heed.json'), typeof settings === 'string' ? settings : JSON.stringify(settings));
}

describe('where a setting comes from', () => {
  test('a flag wins over the environment, that over the file, that over the default', () => {
    writeSettings({ port: 3, textBytes: 300, demo: false });
    const config = loadConfig(['--port', '1'], { HEED_DATA: folder, HEED_PORT: '2', HEED_TEXT_BYTES: '400' });
    expect(config).toMatchObject({ port: 1, textBytes: 400, demo: false, host: '127.0.0.1' });
  });

  test('an empty variable counts as not set', () => {
    expect(loadConfig([], { HEED_DATA: folder, HEED_PORT: '', DATABASE_URL: '' })).toMatchObject({
      port: 8790,
      databaseUrl: undefined,
    });
  });

  test('relative paths start where the command was typed, those of a file at the file, the default at the project', () => {
    writeSettings({ pidFile: 'run/pid' });
    const config = loadConfig(['--data', '.'], { INIT_CWD: folder });
    expect(config).toMatchObject({ data: folder, pidFile: join(folder, 'run/pid') });
    expect(loadConfig([], {}).data).toBe(join(projectRoot, 'heed-data'));
  });
});

test('a push service is compared without the port that goes without saying', () => {
  const { pushServices } = loadConfig(
    ['--push-services', 'push.example, https://a.example:443, https://b.example:8443'],
    {
      HEED_DATA: folder,
    },
  );
  expect(pushServices).toEqual(['push.example', 'https://a.example', 'https://b.example:8443']);
});

describe('what is refused, in words', () => {
  const refused = (argv: string[], env: Record<string, string> = {}) =>
    expect(() => loadConfig(argv, { HEED_DATA: folder, ...env }));

  test('a bad value names the setting and where it came from', () => {
    refused([], { HEED_PORT: 'http' }).toThrow(/"http" is no good for HEED_PORT: .* \(it came from the environment/);
    refused(['--rates', 'maybe']).toThrow(/HEED_RATES: it must be on or off \(it came from the flag --rates\)/);
    refused(['--trusted-proxies', '10.0.0.0/64']).toThrow(/HEED_TRUSTED_PROXIES/);
    refused(['--push-services', 'push.example:8443']).toThrow(/origins like https:\/\/push\.example:8443/);
    refused(['--log', 'loud']).toThrow(/one of silent, fatal/);
    writeSettings({ batchSlots: 0 });
    refused([]).toThrow(/HEED_BATCH_SLOTS: .*settings file .*heed\.json/);
  });

  test('the address of a database is not repeated, because it holds a password', () => {
    refused([], { DATABASE_URL: 'mysql://me:secret@host/db' }).toThrow(/^(?!.*secret).*DATABASE_URL/);
    refused([], { NATS_URL: 'http://me:secret@host' }).toThrow(/^(?!.*secret).*NATS_URL/);
  });

  test('unknown flags and keys, with the one that was meant', () => {
    refused(['--prot', '1']).toThrow(/There is no flag --prot; did you mean --port\?/);
    refused(['--port']).toThrow(/--port needs a value/);
    writeSettings({ databseUrl: 'x' });
    refused([]).toThrow(/a key "databseUrl" .*did you mean "databaseUrl"\?/);
    writeSettings({ HEED_PORT: 1 });
    refused([]).toThrow(/did you mean "port"\?/);
  });

  test('a settings file that is named must be there and be JSON', () => {
    refused(['--config', join(folder, 'none.json')]).toThrow(/none\.json cannot be read \(ENOENT\)/);
    writeSettings('{ port: 1 }');
    refused([]).toThrow(/heed\.json is not JSON/);
    writeSettings('[]');
    refused([]).toThrow(/must hold one JSON object/);
  });
});

test('docs/operating.md holds the table of settings as it is (npm run heed -- settings --write-docs writes it)', () => {
  const page = readFileSync(join(projectRoot, 'docs/operating.md'), 'utf8');
  expect(page).toContain(configTable());
});
