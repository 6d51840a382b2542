import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLinks } from './links.ts';

const links = (text: string): string[] => splitLinks(text).flatMap((part) => part.href ?? []);

test('joined again, the parts are the text to the letter', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('https://a.example/', 'http://', ' ', '\n', ')'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      expect(
        splitLinks(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

test('only http and https become links', () => {
  for (const text of [
    'javascript:alert(1)',
    'JavaScript://shop.example/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://shop.example',
    '//shop.example',
    'www.shop.example',
    'mailto:a@shop.example',
  ])
    expect(links(text)).toEqual([]);
});

test('an address that shows one host and leads to another is not a link', () => {
  expect(links('https://bank.example@evil.example/login')).toEqual([]);
  expect(links('https://bank.example:443@evil.example')).toEqual([]);
  expect(links('https://localhost/admin')).toEqual([]);
});

test('direction marks and invisible characters end an address', () => {
  expect(links('https://shop.example/\u202egnp.exe')).toEqual(['https://shop.example/']);
  expect(links('https://shop.example/\u200bhidden')).toEqual(['https://shop.example/']);
});

test('markup stays text', () => {
  const parts = splitLinks('<img src=x onerror=alert(1)> <a href="https://shop.example/x">y</a>');
  expect(parts.find((part) => part.href)?.href).toBe('https://shop.example/x');
  expect(parts[0]?.text).toBe('<img src=x onerror=alert(1)> <a href="');
});

test('what belongs to the sentence is left out, brackets of the address are not', () => {
  expect(links('See https://shop.example/a?b=1.')).toEqual(['https://shop.example/a?b=1']);
  expect(links('(https://shop.example/a)')).toEqual(['https://shop.example/a']);
  expect(links('https://shop.example/a_(b)')).toEqual(['https://shop.example/a_(b)']);
  expect(links('看 https://shop.example/a。好')).toHaveLength(1);
  expect(links('https://shop.example,https://other.example')).toHaveLength(1);
});

test('very long texts take no long time', () => {
  const began = performance.now();
  splitLinks(`https://shop.example/${')'.repeat(16_000)}`);
  splitLinks(`https://shop.example/${')'.repeat(2_000)} `.repeat(8));
  splitLinks('https://'.repeat(2_000));
  expect(performance.now() - began).toBeLessThan(500);
});
