import { readFileSync } from 'node:fs'
import { fileURLToPath, URL } from 'node:url'
import { VantResolver } from '@vant/auto-import-resolver'
import vue from '@vitejs/plugin-vue'
import components from 'unplugin-vue-components/vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { brotli, keepMarker, pdfParts, withoutIconFont } from './build/plugins.ts'

const server = process.env.MICROCOURT_URL ?? 'http://127.0.0.1:8080'

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }

export default defineConfig({
  define: { __APP_VERSION__: JSON.stringify(version), __VUE_OPTIONS_API__: false },
  plugins: [
    withoutIconFont(),
    vue(),
    components({ dirs: [], resolvers: [VantResolver()], dts: 'src/components.d.ts' }),
    // The service worker holds the page's own files only. Nothing under /api passes through it.
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      manifest: false,
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,png,webmanifest}'],
        globIgnores: ['.keep', 'push.js', 'icons/**', 'pdf/**', 'assets/pdf*', 'assets/PdfPages*'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/api\//],
        cleanupOutdatedCaches: true,
        importScripts: ['push.js'],
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
    pdfParts(),
    keepMarker(),
    brotli(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: ['chrome87', 'safari14', 'firefox90'],
    emptyOutDir: true,
    reportCompressedSize: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Few files on the way to the first page: the libraries, which change seldom, and our own. What works behind the pages of a
        // person who is signed in comes after that, in one file.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'vendor', test: /node_modules[\\/](@?vue|vue-router|pinia|@vant|vant[\\/]es[\\/](utils|composables|locale|button|popup|overlay|loading|icon|badge|config-provider|skeleton|pull-refresh))[\\/]/ },
            { name: 'engine', test: /node_modules[\\/]idb[\\/]|src[\\/](outbox[\\/]|record[\\/](engine|cache|db|room|thread)\.|api[\\/]socket\.)/ },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': { target: server, ws: true, changeOrigin: false } } },
  test: { environment: 'node', include: ['test/**/*.test.ts'] },
})
