import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions, defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Nothing is fetched ahead of what is fetched later, so the helper for that, and what is written around each import, stay out. */
function withoutPreloading(): Plugin {
  return {
    name: 'heed-without-preloading',
    enforce: 'pre',
    load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : undefined),
    renderChunk: (code) =>
      code
        .replace(
          /__vitePreload\(async \(\) => \{\s*const \{[^}]*\} = await (import\("[^"]+"\));\s*return \{[^}]*\};\s*\}, __VITE_PRELOAD__\)/g,
          '$1',
        )
        .replace(
          /__vitePreload\(\(\) => (import\("[^"]+"\)(?:\.then\(\(?\w+\)? => [\w.]+\))?), __VITE_PRELOAD__\)/g,
          '$1',
        ),
  };
}

/** Builds the loader after the app, since it carries the app's hashed address; one command makes both. */
function thenTheLoader(): Plugin {
  let app = '';
  return {
    name: 'heed-loader',
    generateBundle(_options, bundle) {
      app = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry)?.fileName ?? '';
    },
    async closeBundle() {
      if (!app) return;
      await build({
        configFile: false,
        root: here('.'),
        logLevel: 'warn',
        define: { HEED_APP: JSON.stringify(app) },
        build: {
          outDir: here('dist'),
          emptyOutDir: false,
          target: 'es2023',
          copyPublicDir: false,
          lib: {
            entry: here('src/loader/loader.ts'),
            formats: ['iife'],
            name: 'heedLoader',
            fileName: () => 'widget.js',
          },
        },
      });
    },
  };
}

/** What the closed window needs as well as the opened one; with what each imports. */
const BESIDE = /src\/(app\/main|model\/(current|initials|new|times|title|unread))\.ts$|rolldown.runtime/;

export default defineConfig({
  root: here('.'),
  plugins: [withoutPreloading(), thenTheLoader()],
  resolve: { conditions: ['heed-widget', ...defaultClientConditions] },
  build: {
    outDir: here('dist'),
    target: 'es2023',
    // Younger than the script's: else styles are written out for browsers that do not run it.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    // Smaller than what comes with Vite by what a language weighs.
    minify: 'terser',
    terserOptions: {
      module: true,
      ecma: 2020,
      compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true, pure_getters: true, keep_fargs: false },
    },
    modulePreload: false,
    copyPublicDir: false,
    reportCompressedSize: true,
    rolldownOptions: {
      input: here('src/app/main.ts'),
      output: {
        entryFileNames: 'widget/assets/app-[hash].js',
        chunkFileNames: 'widget/assets/[name]-[hash].js',
        // What goes on while the window is closed is one file, with what else needs it as well; the window is another.
        codeSplitting: {
          groups: [
            { name: 'app', test: BESIDE, priority: 2 },
            { name: 'panel', test: /src\/app\/panel\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
});
