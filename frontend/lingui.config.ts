import { formatter } from '@lingui/format-po'
import { defineConfig } from '@lingui/conf'

// Line numbers would make every change of the code a change of the catalogue.
const po = formatter({ lineNumbers: false })
const admin = ['src/admin/**']
const start = ['accounts', 'app', 'connection', 'lib', 'ui'].map((folder) => `src/${folder}/**`)

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en'],
  // The sign-in page loads `start`, the signed-in bundle adds `chat`, the admin page adds `admin`.
  // With <rootDir>, so that the root's test command finds them too.
  catalogs: [
    { path: '<rootDir>/src/locales/{locale}/start', include: start },
    {
      path: '<rootDir>/src/locales/{locale}/chat',
      include: ['src/**'],
      exclude: [...start, ...admin, 'src/locales/**'],
    },
    { path: '<rootDir>/src/locales/{locale}/admin', include: admin },
  ],
  format: {
    ...po,
    // The date of an extraction would make each one a change.
    serialize: async (...given) => (await po.serialize(...given)).replace(/^"POT-Creation-Date:.*\n/m, ''),
  },
  orderBy: 'message',
  // The package's own `Trans` needs a provider above it, in every test too.
  runtimeConfigModule: { Trans: ['#trans', 'Trans'] },
})
