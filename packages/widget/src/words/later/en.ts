import type { Sentence } from '../catalogue.ts';

/** What is said by the parts that are fetched later, and comes with them. */
export const en = {
  openChat: 'Open chat',
  openChatUnread: { one: 'Open chat, {n} new message', other: 'Open chat, {n} new messages' },
  halfWithin: 'Half of today’s replies came within {half}',
  measuredFrom: {
    one: 'Measured from the last {n}, slowest {slowest}',
    other: 'Measured from the last {n}, slowest {slowest}',
  },
  strip: {
    one: 'The last {n} reply: half within {half}, the slowest {slowest}',
    other: 'The last {n} replies: half within {half}, the slowest {slowest}',
  },
  minutesUnit: '{n} min',
  secondsUnit: '{n} s',
  attach: 'Attach a file',
  files: 'Files of this message',
  takeOff: 'Remove {name}',
  uploading: 'Uploading {name}',
  openPicture: 'Open picture {name}',
  download: 'Download {name}',
  notFetched: 'It could not be fetched. Try again.',
  fileTooLarge: 'the file is over {size}.',
  place: { one: '{n}st in line', two: '{n}nd in line', few: '{n}rd in line', other: '{n}th in line' },
  inLine: 'In line',
  waiting: 'waiting {time}',
  pace: { one: 'About {n} minute at today’s pace.', other: 'About {n} minutes at today’s pace.' },
  promise: 'Your message is stored: you can close this window and the answer will be here when you return.',
  promiseUnkept:
    'Your message is stored. Your browser keeps nothing for this page, so leave it open to read the answer.',
  howDidWeDo: 'How did we do?',
  ratingScale: 'Rating, 1 poor to 5 very good',
  poor: 'Poor',
  veryGood: 'Very good',
  anythingToAdd: 'Anything to add? (optional)',
  sendRating: 'Send rating',
  connectionBack: 'The connection is back.',
  said: '{name}: {text}',
} as const satisfies Record<string, Sentence>;
