import type { ReactNode } from 'react';
import { type Key, type Part, partsOf, type Sentence, type Values } from '../words/index.ts';
import { useLanguage } from './context.ts';

function Stretch({ part }: { part: Part }): ReactNode {
  const text = part.foreign ? <bdi>{part.text}</bdi> : part.text;
  switch (part.tag) {
    case 'b':
      return <b>{text}</b>;
    case 'n':
      return <span className="num">{text}</span>;
    case 'm':
      return <span className="mono">{text}</span>;
    case 'k':
      return <kbd>{text}</kbd>;
    default:
      return text;
  }
}

/** A sentence of the catalogue, with what stands in it. */
export function Say({ of }: { of: Sentence }): ReactNode {
  useLanguage();
  return partsOf(of).map((part, index) => <Stretch key={index} part={part} />);
}

/** A sentence by its key. */
export function T({ k, ...values }: { k: Key } & Values): ReactNode {
  return <Say of={{ key: k as Key, values }} />;
}
