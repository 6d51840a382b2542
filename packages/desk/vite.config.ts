import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/desk/',
  plugins: [react()],
  server: { proxy: { '/v1': { target: process.env.HEED_URL ?? 'http://127.0.0.1:8790', ws: true } } },
  build: {
    manifest: true,
    target: 'es2022',
    // A data: font would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
