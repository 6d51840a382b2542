/** What people write to a shop with, by what it says; not all that there are. */
export const EMOJI: readonly { name: 'emojiFaces' | 'emojiHands' | 'emojiThings'; all: readonly string[] }[] = [
  { name: 'emojiFaces', all: '🙂 😊 😀 😄 😅 😂 😉 😍 😎 🤔 😐 😮 🥺 😢 😭 😞 😕 😬 😤 😡 🥳 🙃 😴 🤒'.split(' ') },
  { name: 'emojiHands', all: '👍 👎 👌 🙏 👏 🙌 🤝 👋 💪 🤞 👀 🤷 ❤️ ✅ ❌ ❓ ❗ ✨ ⭐ 🎉'.split(' ') },
  { name: 'emojiThings', all: '📦 🚚 📬 🧾 💳 🎁 🛒 🔧 🔑 💡 📷 📅 ⏰ 📞 💻 🏠'.split(' ') },
];

/** So many stand in a row. */
const ROW = 8;
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ROW, ArrowUp: -ROW };

/** Where a key leads from a place among so many; undefined where it leads nowhere. Arrows follow the script's direction. */
export function stepTo(key: string, at: number, count: number, mirrored: boolean): number | undefined {
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = STEPS[key];
  if (step === undefined) return undefined;
  return Math.min(count - 1, Math.max(0, at + (mirrored && Math.abs(step) === 1 ? -step : step)));
}
