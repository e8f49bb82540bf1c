import { hasUnsentFiles } from './uploads.store.ts'

/** The browser asks before the page is closed or loaded anew while files would be lost. Returns a function that ends it. */
export function warnBeforeUnload(): () => void {
  addEventListener('beforeunload', ask)
  return () => removeEventListener('beforeunload', ask)
}

function ask(event: BeforeUnloadEvent): void {
  if (hasUnsentFiles()) event.preventDefault()
}
