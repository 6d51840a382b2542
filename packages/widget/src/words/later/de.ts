import type { Later } from '../catalogue.ts';

export const de: Later = {
  openChat: 'Chat öffnen',
  openChatUnread: { one: 'Chat öffnen, {n} neue Nachricht', other: 'Chat öffnen, {n} neue Nachrichten' },
  halfWithin: 'Die Hälfte der Antworten kam heute innerhalb von {half}',
  measuredFrom: {
    one: 'Gemessen an der letzten, langsamste {slowest}',
    other: 'Gemessen an den letzten {n}, langsamste {slowest}',
  },
  strip: {
    one: 'Die letzte Antwort: {slowest}',
    other: 'Die letzten {n} Antworten: die Hälfte innerhalb von {half}, die langsamste {slowest}',
  },
  minutesUnit: '{n} min',
  secondsUnit: '{n} s',
  attach: 'Datei anhängen',
  files: 'Dateien dieser Nachricht',
  takeOff: '{name} entfernen',
  uploading: '{name} wird hochgeladen',
  openPicture: 'Bild {name} öffnen',
  download: '{name} herunterladen',
  notFetched: 'Ließ sich nicht laden. Bitte noch einmal versuchen.',
  fileTooLarge: 'die Datei ist größer als {size}.',
  place: { other: 'Platz {n} in der Reihe' },
  inLine: 'In der Reihe',
  waiting: 'wartet seit {time}',
  pace: { one: 'Heute dauert es etwa {n} Minute.', other: 'Heute dauert es etwa {n} Minuten.' },
  promise:
    'Ihre Nachricht ist gespeichert: Sie können dieses Fenster schließen; die Antwort ist da, wenn Sie wiederkommen.',
  promiseUnkept:
    'Ihre Nachricht ist gespeichert. Ihr Browser bewahrt für diese Seite nichts auf; lassen Sie sie offen, um die Antwort zu lesen.',
  howDidWeDo: 'Wie waren wir?',
  ratingScale: 'Bewertung, 1 schlecht bis 5 sehr gut',
  poor: 'Schlecht',
  veryGood: 'Sehr gut',
  anythingToAdd: 'Möchten Sie etwas dazu sagen? (freiwillig)',
  sendRating: 'Bewertung senden',
  connectionBack: 'Die Verbindung ist wieder da.',
  said: '{name}: {text}',
};
