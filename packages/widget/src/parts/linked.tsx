/** @jsxImportSource preact */
import type { JSX } from 'preact';
import { splitLinks } from '../model/links.ts';

/** A text with its links. */
export function Linked({ text }: { text: string }): JSX.Element {
  return (
    <>
      {splitLinks(text).map((part, index) =>
        part.href ? (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
