import { z } from 'zod';

const asked = z.enum(['no', 'optional', 'required']);

/** What an inbox's widget says and asks before a conversation (`heed inbox set`). */
const inboxSettings = z.object({
  /** Instead of *What can we help with?* */
  greeting: z.string().min(1).max(200).optional(),
  /** What customers most often write about: sent by one press. */
  topics: z.array(z.string().min(1).max(80)).max(6).optional(),
  /** Asked before the first message. */
  ask: z.object({ name: asked, email: asked }).optional(),
  /** Agreed to before the first message. */
  consent: z.object({ text: z.string().min(1).max(1_000), url: z.url({ protocol: /^https?$/ }).optional() }).optional(),
  /** Whether customers have to be signed in by the shop. */
  identity: z.enum(['optional', 'required']).optional(),
});
export type InboxSettings = z.infer<typeof inboxSettings>;

/** As stored; what nobody can read counts as not set, so that no page is without its widget. */
export function readInboxSettings(stored: unknown): InboxSettings {
  const read = inboxSettings.safeParse(stored ?? {});
  return read.success ? read.data : {};
}

/** A sentence for whoever set it, where it cannot be so. */
export function settingsComplaint(settings: unknown): string | undefined {
  const read = inboxSettings.safeParse(settings);
  const issue = read.success ? undefined : read.error.issues[0];
  return issue && `${issue.path.join('.')}: ${issue.message}.`;
}
