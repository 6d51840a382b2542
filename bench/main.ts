import { benchCompare } from './compare.ts';
import { benchHistory } from './history.ts';
import { benchHot } from './hot.ts';
import { benchIdle } from './idle.ts';
import { benchLedger } from './ledger.ts';
import { benchPage } from './page.ts';
import { benchRecovery } from './recovery.ts';
import { type Found, writeReport } from './report.ts';
import { benchSearch } from './search.ts';
import { benchStored } from './stored.ts';
import type { Findings, Target } from './targets.ts';

interface Bench {
  /** What it measures, in words. */
  about: string;
  /** Part of `all`: what the targets are about. */
  isInAll: boolean;
  run: () => Promise<Findings | Record<string, unknown>>;
}

const benches: Record<string, Bench> = {
  compare: {
    about:
      '200 conversations, 10 agents who watch 20 each, beside a bare relay, Socket.IO with PostgreSQL, and pgbench',
    isInAll: true,
    run: () => benchCompare({ conversations: 200, agents: 10, rounds: 7, seconds: 3, perSecond: 200 }),
  },
  recovery: {
    about: '2,000 terminals, whose node is killed and started anew',
    isInAll: true,
    run: () => benchRecovery({ widgets: 1_960, desks: 40, rounds: 3 }),
  },
  idle: {
    about: '10,000 open widgets (`--widgets`), beside a bare ws server',
    isInAll: true,
    run: () => benchIdle({ widgets: numberOf('widgets') ?? 10_000 }),
  },
  hot: {
    about: 'one conversation with 1,000 messages a second, and one queue where 5,000 wait and 300 watch',
    isInAll: true,
    run: () =>
      benchHot({
        perSecond: 1_000,
        messages: 20_000,
        waiting: 5_000,
        watchers: 300,
        queuePerSecond: 50,
        seconds: 20,
      }),
  },
  history: {
    about: '1,000,000 messages (`--messages`) of 50,000 conversations in the store, beside a server without a past',
    isInAll: true,
    run: () =>
      benchHistory({
        conversations: (numberOf('messages') ?? 1_000_000) / 20,
        messagesEach: 20,
        rounds: 3,
        seconds: 3,
      }),
  },
  stored: {
    about: '200 customers over sockets, each waiting for `sent`',
    isInAll: false,
    run: () => benchStored({ customers: 200, seconds: 5, rounds: 5 }),
  },
  ledger: {
    about: 'durable messages a second into 200 conversations, without sockets',
    isInAll: false,
    run: () => benchLedger({ conversations: 200, seconds: 4, rounds: 5, slots: 2, searched: false }),
  },
  'ledger-searched': {
    about: 'the same while the search reads in what is stored',
    isInAll: false,
    run: () => benchLedger({ conversations: 200, seconds: 4, rounds: 5, slots: 2, searched: true }),
  },
  page: {
    about: 'a shop’s page with and without the widget, on a processor slowed to a phone’s',
    isInAll: true,
    run: () => benchPage({ rounds: 7 }),
  },
  search: {
    about:
      'what was said, found among so many messages (`--messages`, else 1,000,000) of conversations in ../shared/data',
    isInAll: false,
    run: () => benchSearch({ messages: numberOf('messages') ?? 1_000_000, spans: 200, data: '../shared/data' }),
  },
};

/** The value of an option, as `--messages=100000`. */
function numberOf(option: string): number | undefined {
  const word = process.argv.find((each) => each.startsWith(`--${option}=`));
  return word === undefined ? undefined : Number(word.slice(option.length + 3));
}

function lineOf({ name, wanted, value, isMet }: Target): string {
  return `  ${isMet ? 'met   ' : 'MISSED'} ${name}: ${value} (${wanted})`;
}

// What ends the bench ends what it started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const isAll = named.length === 0 || named[0] === 'all';
const names = isAll ? Object.keys(benches).filter((name) => benches[name]?.isInAll) : named;
const isJson = process.argv.includes('--json');
const all: Found[] = [];
for (const name of names) {
  const bench = benches[name];
  if (!bench) throw new Error(`There is no bench ${name}; there are ${Object.keys(benches).join(', ')}.`);
  const at = new Date();
  const { figures, targets, ...more } = asFindings(await bench.run());
  const found = { bench: name, about: bench.about, at: at.toISOString(), seconds: (Date.now() - at.getTime()) / 1_000 };
  all.push({ ...found, figures, targets, ...more });
  if (isJson) console.log(JSON.stringify(all.at(-1)));
  else console.log([`${name} (${bench.about})`, JSON.stringify(figures, null, 2), ...targets.map(lineOf)].join('\n'));
}
const page = writeReport(all);
if (!isJson) console.log(`The same with charts: ${page}`);

function asFindings(found: Findings | Record<string, unknown>): Findings {
  return 'targets' in found ? (found as Findings) : { figures: found, targets: [] };
}
