import { benchLedger } from './ledger.ts';

const json = process.argv.includes('--json');
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const benches: Record<string, () => Promise<object>> = {
  ledger: () => benchLedger({ conversations: 200, seconds: 4, rounds: 5, slots: Number(process.env.SLOTS ?? 2) }),
};

for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const bench = benches[name];
  if (!bench) throw new Error(`There is no bench ${name}; there are ${Object.keys(benches).join(', ')}.`);
  const figures = await bench();
  console.log(json ? JSON.stringify({ bench: name, ...figures }) : `${name}: ${JSON.stringify(figures, null, 2)}`);
}
