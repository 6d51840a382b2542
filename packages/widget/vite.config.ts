import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions, defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Files fetched later have neither styles nor imports of their own to fetch ahead, so the helper for that stays out. */
function withoutPreloading(): Plugin {
  return {
    name: 'heed-without-preloading',
    enforce: 'pre',
    load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : undefined),
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
    terserOptions: { module: true, ecma: 2020, compress: { passes: 3 } },
    modulePreload: false,
    copyPublicDir: false,
    reportCompressedSize: true,
    rolldownOptions: {
      input: here('src/app/main.tsx'),
      output: {
        entryFileNames: 'widget/assets/app-[hash].js',
        chunkFileNames: 'widget/assets/[name]-[hash].js',
        // What every opening loads is one file, however much of it the later ones use as well.
        codeSplitting: { groups: [{ name: 'app', tags: ['$initial'] }] },
      },
    },
  },
});
