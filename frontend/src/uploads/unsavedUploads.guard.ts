import { hasUnsentFiles } from './uploads.store.ts'

/** Makes the browser ask before the page is closed or reloaded while files would be lost. Returns a function that ends it. */
export function warnBeforeUnload(): () => void {
  addEventListener('beforeunload', ask)
  return () => removeEventListener('beforeunload', ask)
}

function ask(event: BeforeUnloadEvent): void {
  if (hasUnsentFiles()) event.preventDefault()
}
