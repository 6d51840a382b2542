import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, configFrom, projectRoot, settingOptions, typedIn, unknownFlag } from '../config.ts';
import { HeedError } from '../errors.ts';

/** An option of one command, beside the settings and --json, which all have. */
export type Option = { readonly type: 'string'; readonly multiple?: boolean } | { readonly type: 'boolean' };

/** What was typed after the name of a command. */
export interface CommandLine {
  readonly config: Config;
  readonly json: boolean;
  readonly words: readonly string[];
  /** The value of an option that must be there. */
  need(option: string): string;
  value(option: string): string | undefined;
  /** A whole number, or undefined if the option is not there. */
  number(option: string): number | undefined;
  values(option: string): readonly string[];
  has(option: string): boolean;
}

/** Reads what follows a command; unknown flags and missing values are refused by name. */
export function readCommandLine(argv: readonly string[], options: Readonly<Record<string, Option>> = {}): CommandLine {
  const known = { ...settingOptions(), json: { type: 'boolean' }, ...options } as const;
  const { tokens } = parseArgs({
    args: [...argv],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind === 'option') remember(given, token, known);
  }
  const flags = Object.fromEntries([...given].map(([name, values]) => [name, values.at(-1)]));
  const value = (option: string): string | undefined => given.get(option)?.at(-1);
  return {
    config: configFrom(flags, process.env),
    json: given.has('json'),
    words,
    value,
    need: (option) => value(option) ?? missing(option),
    number: (option) => wholeNumber(option, value(option)),
    values: (option) => given.get(option) ?? [],
    has: (option) => given.has(option),
  };
}

/** A file that a person named: from where they typed it if it is there, else from the project. */
export function userPath(name: string): string {
  const typed = resolve(typedIn(process.env), name);
  return existsSync(typed) ? typed : resolve(projectRoot, name);
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function remember(given: Map<string, string[]>, token: OptionToken, known: Readonly<Record<string, Option>>): void {
  const option = known[token.name];
  if (option === undefined) throw unknownFlag(token.rawName, Object.keys(known));
  if (option.type === 'boolean') {
    given.set(token.name, ['on']);
    return;
  }
  // In `--name --role admin` a value was forgotten; one that does begin so is written `--name=--…`.
  if (token.value === undefined || (token.inlineValue !== true && token.value.startsWith('--'))) {
    throw new HeedError('flag_without_value', `${token.rawName} needs a value.`);
  }
  given.set(token.name, [...(given.get(token.name) ?? []), token.value]);
}

function missing(option: string): never {
  throw new HeedError('flag_missing', `--${option} is needed; run with --help for all of them.`);
}

function wholeNumber(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value))
    throw new HeedError('bad_flag', `--${option} must be a whole number, not ${JSON.stringify(value)}.`);
  return Number(value);
}
