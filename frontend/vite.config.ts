import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compression } from 'vite-plugin-compression2'
import { firstScreen } from './vite/firstScreen.plugin.ts'
import { messages } from './vite/messages.plugin.ts'

const SERVER = process.env['PARLEY_SERVER'] ?? 'http://localhost:3000'
/** Of the server, where the page is served from elsewhere. */
const API = process.env['VITE_API_URL']
if (API && !(URL.canParse(API) && new URL(API).origin === API))
  throw new Error('VITE_API_URL must be an origin such as https://api.example.org')

export default defineConfig({
  plugins: [
    messages(),
    react(),
    tailwindcss(),
    firstScreen(),
    // The server sends these files, so that no request waits for a compression, and at a level that takes too long in a request.
    compression({ algorithms: ['brotliCompress', 'gzip'], threshold: 1024 }),
  ],
  build: {
    // The page's policy allows no data: URL, so nothing may be inlined.
    assetsInlineLimit: 0,
    // Every browser that knows the CSS used here (nesting, oklch from) preloads modules by itself.
    modulePreload: { polyfill: false },
    target: 'es2023',
    // The browsers Tailwind supports: all know oklch(), so no colour is written twice. light-dark() is rewritten for the older ones.
    cssTarget: ['chrome111', 'edge111', 'firefox128', 'safari16.4'],
  },
  worker: { format: 'es' },
  server: {
    port: 5173,
    strictPort: true,
    // The Host header stays the page's own (no changeOrigin): the server compares it with Origin.
    proxy: {
      '/api': { target: SERVER },
      '/socket.io': { target: SERVER, ws: true },
    },
  },
})
