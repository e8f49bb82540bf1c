interface ImportMetaEnv {
  /** vite.config.ts checks it. */
  readonly VITE_API_URL?: string
}
