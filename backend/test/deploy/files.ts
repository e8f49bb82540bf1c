import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The top of the repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
export const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url))

export const deployed = (path: string): Promise<string> => readFile(new URL(path, `file://${DEPLOY}`), 'utf8')
