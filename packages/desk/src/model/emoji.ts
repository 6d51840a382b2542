/** What people in support use, by what it says; not all that there are. */
export const EMOJI: readonly { name: 'emoji.faces' | 'emoji.hands' | 'emoji.signs' | 'emoji.things'; all: string }[] = [
  {
    name: 'emoji.faces',
    all: '🙂 😊 😀 😄 😁 😅 😂 🤣 😉 😍 🥰 😇 🙃 😌 😎 🤩 🤗 🤔 🤨 😐 😮 😲 😳 🥺 😢 😭 😞 😟 😕 😬 😴 🤒 😤 😡 🥳 🫠',
  },
  { name: 'emoji.hands', all: '👍 👎 👌 🙏 👏 🙌 🤝 👋 ✋ 💪 🤞 ✌️ 👀 🫶 🤷 🙋 🤦 👇 👆 👉' },
  { name: 'emoji.signs', all: '✅ ❌ ⚠️ ❗ ❓ ❤️ 💙 💚 💔 ✨ ⭐ 🔥 💯 🎉 ➡️ 🔄 ⏳ 🔔 💬 📌' },
  { name: 'emoji.things', all: '📦 🚚 📬 🧾 💳 💶 🎁 🛒 🔧 🔑 💡 📎 📷 📅 ⏰ 📞 💻 📱 🏠 🚗 ✈️ ☕ 🍰 🌞 🌧️ 🌱 🐶 🐱' },
];

const KEY = 'heed-emoji';
const KEPT = 12;

/** Those that were used last on this device. */
export function recentEmoji(shelf: Pick<Storage, 'getItem'>): string[] {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, KEPT) : [];
  } catch {
    // No storage, or leftovers of another version: none were used.
    return [];
  }
}

export function noteEmoji(shelf: Pick<Storage, 'getItem' | 'setItem'>, emoji: string): void {
  const next = [emoji, ...recentEmoji(shelf).filter((other) => other !== emoji)].slice(0, KEPT);
  try {
    shelf.setItem(KEY, JSON.stringify(next));
  } catch (error) {
    console.warn('heed: this device could not keep the choice', error);
  }
}
