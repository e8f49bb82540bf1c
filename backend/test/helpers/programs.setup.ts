/** Runs once before all tests. */
export { buildPrograms as setup } from './programs.ts'
