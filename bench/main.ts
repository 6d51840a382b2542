import { benchCompare } from './compare.ts';
import { benchLedger } from './ledger.ts';
import { benchSearch } from './search.ts';
import { benchIdle, benchStored } from './sockets.ts';

/** Each bench with what it measures, in words. */
const benches: Record<string, { about: string; run: () => Promise<object> }> = {
  compare: {
    about:
      '200 conversations, 10 agents who watch 20 each, beside a bare relay, Socket.IO with PostgreSQL, and pgbench',
    run: () => benchCompare({ conversations: 200, agents: 10, rounds: 7, seconds: 3, perSecond: 200 }),
  },
  ledger: {
    about: 'durable messages a second into 200 conversations, without sockets',
    run: () => benchLedger({ conversations: 200, seconds: 4, rounds: 5, slots: 2 }),
  },
  search: {
    about:
      'what was said, found among so many messages (`--messages`, else 1,000,000) of conversations in ../shared/data',
    run: () => benchSearch({ messages: numberOf('messages') ?? 1_000_000, spans: 200, data: '../shared/data' }),
  },
  stored: {
    about: '200 customers over sockets, each waiting for `sent`',
    run: () => benchStored({ customers: 200, seconds: 5, rounds: 5 }),
  },
  idle: {
    about: 'memory of 5,000 open widgets, beside a bare ws server',
    run: () => benchIdle({ sockets: 5_000 }),
  },
};

/** The value of an option, as `--messages=100000`. */
function numberOf(option: string): number | undefined {
  const word = process.argv.find((each) => each.startsWith(`--${option}=`));
  return word === undefined ? undefined : Number(word.slice(option.length + 3));
}

const json = process.argv.includes('--json');
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
for (const name of names.length > 0 && names[0] !== 'all' ? names : Object.keys(benches)) {
  const bench = benches[name];
  if (!bench) throw new Error(`There is no bench ${name}; there are ${Object.keys(benches).join(', ')}.`);
  const figures = await bench.run();
  console.log(
    json
      ? JSON.stringify({ bench: name, ...figures })
      : `${name} (${bench.about})\n${JSON.stringify(figures, null, 2)}`,
  );
}
