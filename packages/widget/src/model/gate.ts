import type { Inbox, Wanted } from './inbox.ts';

/** What is asked before a first message; nothing where nothing is. */
export interface Gate {
  name: Wanted;
  email: Wanted;
  consent: Inbox['consent'];
}

/** What was answered here before, as the browser keeps it. */
export interface Answered {
  asked: boolean;
  agreed: boolean;
}

/** Somebody whom the shop has signed in says who they are by that; consent is everybody's own. */
export function gateOf(inbox: Inbox | undefined, verified: boolean, answered: Answered | undefined): Gate | undefined {
  const { asked, agreed } = answered ?? { asked: false, agreed: false };
  const wants = verified || asked ? null : (inbox?.ask ?? null);
  const consent = agreed ? null : (inbox?.consent ?? null);
  const { name, email } = wants ?? { name: 'no', email: 'no' };
  return name === 'no' && email === 'no' && !consent ? undefined : { name, email, consent };
}

/** Good enough to be tried: the mail server knows better. */
export const isAddress = (text: string): boolean => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text.trim());

export type Lack = 'nameNeeded' | 'badMail' | 'consentNeeded';

/** What is missing or wrong in a form, the first of it. */
export function lackOf(gate: Gate, filled: { name: string; email: string; agreed: boolean }): Lack | undefined {
  if (gate.name === 'required' && filled.name.trim() === '') return 'nameNeeded';
  const wantsMail = gate.email === 'required' || filled.email.trim() !== '';
  if (gate.email !== 'no' && wantsMail && !isAddress(filled.email)) return 'badMail';
  return gate.consent && !filled.agreed ? 'consentNeeded' : undefined;
}
