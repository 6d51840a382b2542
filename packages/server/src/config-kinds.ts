import { isIP } from 'node:net';
import { resolve } from 'node:path';

/** How the text of a setting becomes a value. `parse` throws a `BadValue`, whose message goes on "must be …". */
export interface Kind<T> {
  readonly of: string;
  parse(text: string, base: string): T;
}

/** Thrown by a kind's `parse`; `loadConfig` adds which setting it was and where the value came from. */
export class BadValue extends Error {}

/** Any text. */
export const text: Kind<string> = { of: 'text', parse: (value) => value };

/** A path; a relative one is taken from the folder that the command was typed in, or that of the settings file. */
export const path: Kind<string> = {
  of: 'path',
  parse: (value, base) => {
    if (value === '') throw new BadValue('a path');
    return resolve(base, value);
  },
};

/** A switch. */
export const onOff: Kind<boolean> = {
  of: 'on or off',
  parse: (value) => {
    if (['on', 'true', 'yes', '1'].includes(value.toLowerCase())) return true;
    if (['off', 'false', 'no', '0'].includes(value.toLowerCase())) return false;
    throw new BadValue('on or off');
  },
};

/** A whole number within bounds. */
export function whole(from: number, to: number, of = `${from} to ${to}`): Kind<number> {
  return {
    of,
    parse: (value) => {
      const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= from && number <= to)) throw new BadValue(`a whole number from ${from} to ${to}`);
      return number;
    },
  };
}

/** A TCP port; 0 lets the system choose one. */
export const port: Kind<number> = whole(0, 65_535, 'port');

/** A time in milliseconds, at most a day. */
export const milliseconds: Kind<number> = whole(1, 86_400_000, 'milliseconds');

/** One of some words. */
export function word<const W extends string>(...words: readonly W[]): Kind<W> {
  return {
    of: words.join(', '),
    parse: (value) => {
      const found = words.find((each) => each === value.toLowerCase());
      if (found === undefined) throw new BadValue(`one of ${words.join(', ')}`);
      return found;
    },
  };
}

/** An http or https address, without a slash at its end. */
export const webAddress: Kind<string> = {
  of: 'address',
  parse: (value) => {
    const url = URL.parse(value);
    if (url === null || !['http:', 'https:'].includes(url.protocol))
      throw new BadValue('an http:// or https:// address');
    return url.href.replace(/\/+$/, '');
  },
};

/** The address of a PostgreSQL. */
export const databaseAddress: Kind<string> = {
  of: 'postgres:// address',
  parse: (value) => {
    if (!/^postgres(ql)?:\/\//.test(value)) throw new BadValue('an address like postgres://user:password@host/name');
    return value;
  },
};

/** Media types, separated by commas; the second half may be a star. */
export const mediaTypes: Kind<readonly string[]> = {
  of: 'media types',
  parse: (value) => {
    const types = value.split(',').map((part) => part.trim().toLowerCase());
    if (!types.every((type) => /^[a-z0-9.+-]+\/(\*|[a-z0-9.+-]+)$/.test(type)))
      throw new BadValue('media types like image/png or video/*, separated by commas');
    return types;
  },
};

/** Addresses of NATS servers, separated by commas. */
export const natsAddress: Kind<string> = {
  of: 'nats:// address',
  parse: (value) => {
    const isAddress = (part: string) => /^(nats|tls):\/\/[^/]+$/.test(part.trim()) && URL.canParse(part.trim());
    if (!value.split(',').every(isAddress)) throw new BadValue('an address like nats://user:password@host:4222');
    return value;
  },
};

/** Where mail is handed over. */
export const smtpAddress: Kind<string> = {
  of: 'smtp:// address',
  parse: (value) => {
    if (!/^smtps?:\/\/[^/]+$/.test(value) || !URL.canParse(value))
      throw new BadValue('an address like smtp://user:password@host:587');
    return value;
  },
};

/** Hosts, which stand for all below them, or whole origins; separated by commas. */
export const services: Kind<readonly string[]> = {
  of: 'hosts',
  parse: (value) => {
    const parts = value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const isHost = (part: string) => /^[a-z0-9.-]+$/.test(part);
    const isOrigin = (part: string) => /^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(part) && URL.canParse(part);
    if (!parts.every((part) => isHost(part) || isOrigin(part)))
      throw new BadValue(
        'hosts like push.example, or origins like https://push.example:8443 where there is a port, separated by commas',
      );
    // As addresses are compared: without the port that goes without saying.
    return parts.map((part) => (isHost(part) ? part : new URL(part).origin));
  },
};

/** Addresses and networks of proxies, separated by commas. */
export const networks: Kind<readonly string[]> = {
  of: 'addresses',
  parse: (value) => {
    const parts = value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    for (const part of parts) {
      const [address = '', bits] = part.split('/');
      const most = isIP(address) === 6 ? 128 : 32;
      const fits = bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most);
      if (isIP(address) === 0 || !fits)
        throw new BadValue('addresses or networks like 10.0.0.0/8, separated by commas');
    }
    return parts;
  },
};
