import { readTranscripts } from '../packages/server/src/replay/transcripts.ts';

/** A message with the language it is in. */
export interface Text {
  language: string;
  text: string;
}

const FILES: Record<string, string[]> = {
  en: ['conversations-star', 'conversations-stripe-irc', 'conversations-ubuntu-irc', 'visitor-only-multidogo'],
  de: ['conversations-bcontrast-de'],
  fr: ['conversations-xrisawoz-fr'],
  zh: ['conversations-crosswoz-zh'],
  ar: ['visitor-only-arbanking77-ar'],
  ko: ['conversations-xrisawoz-ko'],
};

/** Spanish there is none of in the conversations for development: parts of sentences, put together. */
const SPANISH = [
  [
    'Hola,',
    'Buenos días,',
    'Perdone,',
    'Disculpe,',
    'Buenas tardes,',
    'Una consulta:',
    'Otra vez yo,',
    'Gracias, pero',
  ],
  ['el paquete', 'la lámpara', 'mi pedido', 'el cojín azul', 'la manta de lana', 'el recibo', 'la factura', 'el cable'],
  [
    'que compré el martes',
    'que me enviaron',
    'que pidió mi hermana',
    'del catálogo nuevo',
    'que devolví',
    'de la tienda',
  ],
  [
    'llegó roto',
    'todavía no ha llegado',
    'tiene un hilo suelto',
    'no funciona',
    'es de otro color',
    'vino sin etiqueta',
  ],
  [
    'y quisiera cambiarlo',
    'y necesito una respuesta hoy',
    'y no sé qué hacer',
    'pero me gusta',
    'así que llamo mañana',
  ],
  ['por uno más grande.', 'antes del sábado.', 'si todavía es posible.', 'con el mismo precio.', 'sin pagar el envío.'],
];

/** A generator of numbers below `below` that gives the same each time. */
export function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Real messages, then as many as are missing, put together of pairs of words from real ones of the same language. */
export async function texts(folder: string, count: number): Promise<Text[]> {
  const real = await realTexts(folder);
  const pick = chance(1);
  const all = real.length > count ? sampled(real, count, pick) : [...real];
  const byLanguage = Map.groupBy(real, ({ language }) => language);
  while (all.length < count) {
    const { language } = real[pick(real.length)] as Text;
    const others = byLanguage.get(language) ?? [];
    const parts = Array.from({ length: 3 + pick(4) }, () => pairIn(others[pick(others.length)] as Text, pick));
    all.push({ language, text: parts.join(isSpaced(language) ? ' ' : '') });
  }
  return all;
}

function sampled(real: readonly Text[], count: number, pick: (below: number) => number): Text[] {
  const step = real.length / count;
  return Array.from(
    { length: count },
    (_, index) => real[Math.floor(index * step + pick(Math.ceil(step)))] ?? (real[0] as Text),
  );
}

async function realTexts(folder: string): Promise<Text[]> {
  const all: Text[] = [];
  for (const [language, files] of Object.entries(FILES)) {
    for (const file of files) {
      const transcripts = await readTranscripts(`${folder}/${file}.jsonl.gz`, Number.POSITIVE_INFINITY);
      for (const { turns } of transcripts)
        for (const { text, saved } of turns) if (!saved) all.push({ language, text });
    }
  }
  const pick = chance(2);
  for (let i = 0; i < 4_000; i++)
    all.push({
      language: 'es',
      text: `${SPANISH.map((parts) => parts[pick(parts.length)]).join(' ')} Mi pedido es el ${pick(90_000) + 10_000}, a nombre de mi madre.`,
    });
  return all;
}

function isSpaced(language: string): boolean {
  return language !== 'zh';
}

function pairIn({ language, text }: Text, pick: (below: number) => number): string {
  const words = wordsWritten(text, language);
  const at = pick(Math.max(1, words.length - 1));
  const [first, second = first] = [words[at], words[at + 1]];
  return first && second ? text.slice(first.from, second.to) : text.slice(0, 20);
}

interface Place {
  from: number;
  to: number;
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** Words as their reader tells them apart: by what is between them, or by meaning where nothing is. */
function wordsWritten(text: string, language: string): Place[] {
  if (isSpaced(language))
    return [...text.matchAll(/\S+/gu)].map(({ 0: word, index }) => ({ from: index, to: index + word.length }));
  return [...segmenter.segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment, index }) => ({ from: index, to: index + segment.length }));
}

/** Three to six words that follow each other in a text, exactly as written; undefined where it has too few. */
export function spanIn({ language, text }: Text, pick: (below: number) => number): string | undefined {
  const words = wordsWritten(text, language);
  const length = 3 + pick(4);
  if (words.length < length) return undefined;
  const at = pick(words.length - length + 1);
  const [first, last] = [words[at], words[at + length - 1]];
  return first && last && text.slice(first.from, last.to);
}
