/** Vitest calls it once, before all tests. */
export { buildPrograms as setup } from './programs.ts'
