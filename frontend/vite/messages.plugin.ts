import { fileURLToPath } from 'node:url'
import { transformAsync } from '@babel/core'
import macros from '@lingui/babel-plugin-lingui-macro'
import { getConfig } from '@lingui/conf'
import { lingui } from '@lingui/vite-plugin'
import type { PluginOption } from 'vite'

/**
 * Lets the page use message catalogues: compiles Lingui's macros in the source, and the `.po` catalogues into modules.
 * Only a file that imports a macro passes through Babel. Types and JSX stay for the compiler that follows.
 */
export function messages(): PluginOption {
  const configPath = fileURLToPath(new URL('../lingui.config.ts', import.meta.url))
  const linguiConfig = getConfig({ configPath })
  let isProduction = false
  return [
    {
      name: 'parley-message-macros',
      enforce: 'pre',
      configResolved: (config) => {
        isProduction = config.isProduction
      },
      transform: {
        filter: { id: /\/src\/.*\.tsx?$/, code: /@lingui\/(?:core|react)\/macro/ },
        handler: async (code, id) => {
          const result = await transformAsync(code, {
            filename: id,
            configFile: false,
            babelrc: false,
            sourceMaps: true,
            parserOpts: { plugins: id.endsWith('x') ? ['typescript', 'jsx'] : ['typescript'] },
            plugins: [[macros, { linguiConfig, stripMessageField: isProduction }]],
          })
          return result?.code ? { code: result.code, map: JSON.stringify(result.map) } : null
        },
      },
    },
    lingui({ configPath, failOnMissing: true, failOnCompileError: true }),
  ]
}
