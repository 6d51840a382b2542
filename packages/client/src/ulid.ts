const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new ULID (STR6): 48 bits of time, 80 of chance. The library for it weighs more than the widget can spare. */
export function ulid(now = Date.now()): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = LETTERS[rest % 32] + time;
  const chance = crypto.getRandomValues(new Uint8Array(16));
  return time + Array.from(chance, (byte) => LETTERS[byte & 31]).join('');
}
