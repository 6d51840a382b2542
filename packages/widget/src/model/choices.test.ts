import { expect, test } from 'vitest';
import { offerOf } from './choices.ts';
import { AGENT, CUSTOMER, chat, item, pending, S, terminal } from './samples.test-data.ts';

const choices = ['Yes', 'No'];
const asks = item(2, AGENT, 'message', { text: 'Is it blue?', choices });
const question = item(1, CUSTOMER, 'message', { text: 'Hello' });

test('§11 the newest message offers its answers, and only while nothing was said to it', () => {
  const offer = (items: ReturnType<typeof item>[], more = {}) => offerOf(terminal(chat(items), more), S);
  expect(offer([question, asks])).toEqual({ n: 2, choices });
  expect(offer([question, asks, item(3, AGENT, 'served', { by: null })])).toEqual({ n: 2, choices });
  expect(offer([question, asks, item(3, AGENT, 'message', { text: 'Or red?' })])).toBeUndefined();
  expect(offer([question, asks, item(3, CUSTOMER, 'message', { text: 'Yes' })])).toBeUndefined();
  expect(offer([question, asks], { outbox: [pending('p', { name: 'waiting' })] })).toBeUndefined();
});

test('§11 what was erased offers nothing, nor does a conversation that is closed', () => {
  const erased = item(3, AGENT, 'erased', { target: 2 });
  expect(offerOf(terminal(chat([question, asks, erased])), S)).toBeUndefined();
  const closed = chat([question, asks], { state: { status: 'resolved', servedBy: null } });
  expect(offerOf(terminal(closed), S)).toBeUndefined();
});
