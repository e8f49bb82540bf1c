interface ImportMetaEnv {
  /** vite.config.ts checks it. */
  readonly VITE_API_URL?: string
}

/** Trusted Types, which not every browser has. A trusted address is passed on as if it were the text. */
declare var trustedTypes:
  | {
      createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(input: string): string }
    }
  | undefined
